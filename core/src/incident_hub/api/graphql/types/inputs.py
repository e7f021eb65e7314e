"""What queries and subscriptions are asked with."""

from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any

import strawberry

from incident_hub.api.graphql.types.enums import IncidentState, IncidentType, Order, Severity, SortField
from incident_hub.domain.times import to_micros
from incident_hub.storage.reading.filters import IncidentFilter

__all__ = [
    "IncidentFilterInput",
    "IncidentSort",
    "LabelInput",
    "LlmIdentityInput",
    "given",
    "to_filter",
]


@strawberry.input(description="A name and its value.")
class LabelInput:
    """One label."""

    key: str
    value: str


@strawberry.input(description="Which part of an LLM system is meant.")
class LlmIdentityInput:
    """As in the contract with plugins; parts left out are unknown, or, in a filter, any."""

    provider: str | None = None
    model: str | None = None
    deployment: str | None = None
    prompt_version: str | None = None
    agent: str | None = None
    tool: str | None = None
    tenant: str | None = None
    environment: str | None = None


@strawberry.input(name="IncidentFilter", description="Every condition that is set must hold.")
class IncidentFilterInput:
    """An empty list sets no condition."""

    states: list[IncidentState] | None = None
    severities: list[Severity] | None = None
    types: list[IncidentType] | None = None
    sources: list[str] | None = None
    active_only: bool | None = None
    assignee: str | None = None
    acknowledged: bool | None = None
    group_id: strawberry.ID | None = None
    fingerprint: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    text: str | None = strawberry.field(default=None, description="Part of the title or description.")
    llm: LlmIdentityInput | None = None
    labels: list[LabelInput] | None = None


@strawberry.input(description="The order of a page.")
class IncidentSort:
    """Newest first unless said otherwise."""

    field: SortField = SortField.CREATED_AT
    order: Order = Order.DESC


def given(value: object) -> dict[str, Any]:
    """The parts of an input that were given."""
    names = (f.name for f in fields_of(value))  # type: ignore[arg-type]
    return {name: part for name in names if (part := getattr(value, name)) is not None}


def to_filter(chosen: IncidentFilterInput | None) -> IncidentFilter:
    """The filter as the reading side knows it."""
    if chosen is None:
        return IncidentFilter()
    values = given(chosen)
    for name in ("states", "severities", "types"):
        values[name] = tuple(item.value for item in values.get(name, ()))
    for name in ("created_after", "created_before", "updated_after"):
        if name in values:
            values[name] = to_micros(values[name])
    values["sources"] = tuple(values.get("sources", ()))
    values["llm"] = tuple(given(values["llm"]).items()) if "llm" in values else ()
    values["labels"] = tuple((label.key, label.value) for label in values.get("labels", ()))
    return IncidentFilter(**values)
