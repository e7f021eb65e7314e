"""Changes in GraphQL: the newest ones, and a mutation that records one."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import strawberry
from incident_hub_hookspecs import GraphQLPart, PayloadError, Tables

from incident_hub_enricher_changes.changes import Change
from incident_hub_enricher_changes.door import ChangesDoor
from incident_hub_enricher_changes.store import ChangeStore

__all__ = ["graphql_part"]

MOST = 200


@strawberry.type(description="What was changed from what to what, when, by whom, and what it is about.")
class EnricherChangesChange:
    """Shows a `Change`."""

    id: strawberry.ID
    at: datetime
    kind: str
    name: str
    before: str
    after: str
    by: str
    url: str
    service: str
    provider: str
    model: str
    deployment: str
    prompt_version: str
    agent: str
    tool: str
    tenant: str
    environment: str


@strawberry.input(description="A change; `at` is now and `by` is who asks unless they are given.")
class EnricherChangesInput:
    """The fields of the JSON that the route takes."""

    name: str = ""
    kind: str = ""
    id: str = ""
    at: datetime | None = None
    before: str = ""
    after: str = ""
    by: str = ""
    url: str = ""
    service: str = ""
    provider: str = ""
    model: str = ""
    deployment: str = ""
    prompt_version: str = ""
    agent: str = ""
    tool: str = ""
    tenant: str = ""
    environment: str = ""


@strawberry.type(description="The change is recorded.")
class EnricherChangesRecorded:
    """With what was made up for."""

    change: EnricherChangesChange


@strawberry.type(description="The change cannot be used; `path` names the field.")
class EnricherChangesRefused:
    """As the route says it."""

    code: str
    message: str
    path: str


EnricherChangesRecordPayload = Annotated[
    EnricherChangesRecorded | EnricherChangesRefused, strawberry.union("EnricherChangesRecordPayload")
]


def graphql_part(tables: Tables, door: ChangesDoor) -> GraphQLPart:
    """The part over these tables; what is recorded goes through the door."""

    async def newest(
        since: datetime | None = None, service: str = "", first: int = 50
    ) -> list[EnricherChangesChange]:
        found = await ChangeStore(tables).newest(since, service, max(0, min(first, MOST)))
        return [_shown(one) for one in found]

    async def recorded(
        info: strawberry.Info[Any, Any], change: EnricherChangesInput
    ) -> EnricherChangesRecordPayload:
        try:
            made = await door.record(_given(change), info.context.actor)
        except PayloadError as error:
            return EnricherChangesRefused(code=error.code, message=error.message, path=error.path)
        return EnricherChangesRecorded(change=_shown(made))

    @strawberry.type
    class EnricherChangesQuery:
        changes: list[EnricherChangesChange] = strawberry.field(
            resolver=newest, description=f"The newest changes; at most {MOST}."
        )

    @strawberry.type
    class EnricherChangesMutation:
        record: EnricherChangesRecordPayload = strawberry.mutation(
            resolver=recorded, description="Record a change; one of a known id takes the earlier one's place."
        )

    return GraphQLPart(query=EnricherChangesQuery, mutation=EnricherChangesMutation)


def _given(change: EnricherChangesInput) -> Mapping[str, object]:
    said = {name: value for name, value in asdict(change).items() if value}
    return said | ({"at": change.at.isoformat()} if change.at else {})


def _shown(one: Change) -> EnricherChangesChange:
    return EnricherChangesChange(
        id=strawberry.ID(one.id), at=one.at, kind=one.kind, name=one.name, before=one.before, after=one.after,
        by=one.by, url=one.url, service=one.service, **asdict(one.llm),
    )  # fmt: skip
