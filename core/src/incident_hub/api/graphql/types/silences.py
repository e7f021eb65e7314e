"""Silences: shown, made, ended. The Alertmanager API shows the same ones."""

from datetime import datetime
from typing import Annotated

import orjson
import strawberry

from incident_hub.api.graphql.fields import derived
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.pages import PageInfo, counted
from incident_hub.api.graphql.types.payloads import NotFound, ValidationError
from incident_hub.api.graphql.types.rules import RuleMatcherInput
from incident_hub.storage.silences import SilenceRow

__all__ = ["SaveSilenceInput", "Silence", "SilenceConnection", "SilencePayload", "SilenceResult"]


@strawberry.type(description="A condition on a label; source and title are like labels.")
class SilenceMatcher:
    """One of a silence's matchers."""

    name: str
    value: str
    is_regex: bool
    is_equal: bool


def _matchers(row: SilenceRow) -> list[SilenceMatcher]:
    return [
        SilenceMatcher(name=one["name"], value=one["value"], is_regex=one["isRegex"], is_equal=one["isEqual"])
        for one in orjson.loads(row.matchers)
    ]


@strawberry.type(description="Incidents that all matchers match are mute from its start to its end.")
class Silence:
    """Shows a `SilenceRow`."""

    id: strawberry.ID
    matchers: list[SilenceMatcher] = derived(_matchers)
    starts_at: Moment
    ends_at: Moment
    created_by: str
    comment: str
    updated_at: Moment


@strawberry.type(description="A silence and its cursor.")
class SilenceEdge:
    """One edge."""

    cursor: str
    node: Silence


@strawberry.type(description="A page of silences, newest first; ended ones are kept for five days.")
class SilenceConnection:
    """Shows a `PageOf[SilenceRow]`."""

    edges: list[SilenceEdge]
    nodes: list[Silence]
    page_info: PageInfo
    total_count: int = counted()


@strawberry.input(
    description="A new silence, or with an id a change of one; other matchers make a new one of it."
)
class SaveSilenceInput:
    """Becomes a `SilenceDraft`."""

    matchers: list[RuleMatcherInput]
    ends_at: datetime
    starts_at: datetime | None = strawberry.field(default=None, description="Now, when left out.")
    comment: str = ""
    id: strawberry.ID | None = None


@strawberry.type(description="The silence; the incidents that it meets are mute, or heard again.")
class SilencePayload:
    """Success."""

    silence: Silence


SilenceResult = Annotated[
    SilencePayload | ValidationError | NotFound,
    strawberry.union("SilenceResult", description="The silence, or why it was not written."),
]
