"""The part of the schema: `enricherRunbooks` on Query, Mutation and Incident."""

from collections.abc import Sequence
from typing import Any

import strawberry
from incident_hub_hookspecs import GraphQLContext, GraphQLPart, Incident, IncidentPart, IncidentType

from incident_hub_enricher_runbooks.matching import Match
from incident_hub_enricher_runbooks.runbook import Matcher, Runbook
from incident_hub_enricher_runbooks.shelf import Shelf

__all__ = ["part_of"]

_Info = strawberry.Info[GraphQLContext, None]
_MOST = 100


@strawberry.type(description="A label and the pattern that its value must fit.")
class EnricherRunbooksLabel:
    """One label of a matcher."""

    name: str
    pattern: str


@strawberry.type(description="Which incidents a runbook is for: every condition that is set must hold.")
class EnricherRunbooksMatcher:
    """Shows a `Matcher`."""

    types: list[IncidentType]
    sources: list[str]
    labels: list[EnricherRunbooksLabel]
    provider: str
    model: str
    title: str

    @classmethod
    def of(cls, matcher: Matcher) -> "EnricherRunbooksMatcher":
        """As the schema shows it."""
        labels = [EnricherRunbooksLabel(name=n, pattern=p) for n, p in sorted(matcher.labels.items())]
        return cls(
            types=[IncidentType(one) for one in matcher.types],
            sources=list(matcher.sources),
            labels=labels,
            provider=matcher.provider,
            model=matcher.model,
            title=matcher.title,
        )


@strawberry.type(description="What to do about incidents of one sort: a link, a text in Markdown, or both.")
class EnricherRunbooksRunbook:
    """Shows a `Runbook`."""

    id: strawberry.ID
    title: str
    url: str
    text: str
    updated_at: str
    updated_by: str
    match: EnricherRunbooksMatcher

    @classmethod
    def of(cls, runbook: Runbook) -> "EnricherRunbooksRunbook":
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(runbook.id),
            title=runbook.title,
            url=runbook.url,
            text=runbook.text,
            updated_at=runbook.updated_at,
            updated_by=runbook.updated_by,
            match=EnricherRunbooksMatcher.of(runbook.match),
        )


@strawberry.type(description="A runbook that fits an incident, and which of its conditions say so.")
class EnricherRunbooksMatch:
    """Shows a `Match`."""

    runbook: EnricherRunbooksRunbook
    why: list[str]


@strawberry.type(description="The runbooks that fit an incident now, the most specific first.")
class EnricherRunbooksOfIncident:
    """`Incident.enricherRunbooks`."""

    runbooks: list[EnricherRunbooksMatch]


@strawberry.input(description="A label and the pattern that its value must fit.")
class EnricherRunbooksLabelInput:
    """One label of a matcher."""

    name: str
    pattern: str = "*"


@strawberry.input(
    description="All but `types` are patterns with * and ?, in any case; one condition at least."
)
class EnricherRunbooksMatcherInput:
    """Becomes a `Matcher`."""

    types: list[IncidentType] | None = None
    sources: list[str] | None = None
    labels: list[EnricherRunbooksLabelInput] | None = None
    provider: str = ""
    model: str = ""
    title: str = ""

    def plain(self) -> dict[str, Any]:
        """As an import has it."""
        return {
            "types": [one.value for one in self.types or ()],
            "sources": self.sources or [],
            "labels": {one.name: one.pattern for one in self.labels or ()},
            "provider": self.provider,
            "model": self.model,
            "title": self.title,
        }


@strawberry.input(description="A runbook needs a title, a url or a text, and a condition.")
class EnricherRunbooksInput:
    """Becomes a `Runbook`."""

    title: str
    match: EnricherRunbooksMatcherInput
    url: str = ""
    text: str = ""
    id: strawberry.ID | None = None

    def plain(self) -> dict[str, Any]:
        """As an import has it."""
        return {
            "id": self.id,
            "title": self.title,
            "url": self.url,
            "text": self.text,
            "match": self.match.plain(),
        }


class _Resolvers:
    """What the root fields do, on one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def runbooks(
        self, search: str = "", first: int = 20, after: strawberry.ID | None = None
    ) -> list[EnricherRunbooksRunbook]:
        """A page behind the runbook `after`."""
        found = [one for one in await self._shelf.all() if search.lower() in one.title.lower()]
        begin = next((n for n, one in enumerate(found, 1) if one.id == after), 0)
        return [EnricherRunbooksRunbook.of(one) for one in found[begin : begin + min(first, _MOST)]]

    async def runbook(self, id: strawberry.ID) -> EnricherRunbooksRunbook | None:  # noqa: A002 - the schema's word
        """By its id."""
        found = await self._shelf.one(id)
        return None if found is None else EnricherRunbooksRunbook.of(found)

    async def add(self, info: _Info, runbook: EnricherRunbooksInput) -> EnricherRunbooksRunbook:
        """Without an id it gets one."""
        return EnricherRunbooksRunbook.of(await self._shelf.add(runbook.plain(), info.context.actor))

    async def change(
        self,
        info: _Info,
        id: strawberry.ID,  # noqa: A002 - the schema's word
        runbook: EnricherRunbooksInput,
    ) -> EnricherRunbooksRunbook:
        """The id stays."""
        return EnricherRunbooksRunbook.of(await self._shelf.change(id, runbook.plain(), info.context.actor))

    async def remove(self, id: strawberry.ID) -> bool:  # noqa: A002 - the schema's word
        """Whether there was one."""
        return await self._shelf.remove(id)

    async def load(self, incidents: Sequence[Incident]) -> list[EnricherRunbooksOfIncident]:
        """For each incident what fits it."""
        found = await self._shelf.fitting(incidents)
        return [EnricherRunbooksOfIncident(runbooks=[_match(one) for one in matches]) for matches in found]


def part_of(shelf: Shelf) -> GraphQLPart:
    """The part, on this shelf."""
    does = _Resolvers(shelf)

    @strawberry.type(description="Runbooks that people keep.")
    class EnricherRunbooksQuery:
        """What can be read."""

        runbooks: list[EnricherRunbooksRunbook] = strawberry.field(
            resolver=does.runbooks,
            description="By title, a page of at most 100; `search` is a part of the title.",
        )
        runbook: EnricherRunbooksRunbook | None = strawberry.field(resolver=does.runbook)

    @strawberry.type(
        description="Changes of runbooks; what cannot be stored is an error with BAD_USER_INPUT."
    )
    class EnricherRunbooksMutation:
        """What can be done."""

        add_runbook: EnricherRunbooksRunbook = strawberry.mutation(
            resolver=does.add, description="Keep a new runbook; without an id it gets one."
        )
        change_runbook: EnricherRunbooksRunbook = strawberry.mutation(
            resolver=does.change, description="Put this in the place of a runbook; all of it is replaced."
        )
        remove_runbook: bool = strawberry.mutation(
            resolver=does.remove, description="Take a runbook out; false when there is none."
        )

    incident = IncidentPart(EnricherRunbooksOfIncident, does.load)
    return GraphQLPart(EnricherRunbooksQuery, EnricherRunbooksMutation, incident=incident)


def _match(match: Match) -> EnricherRunbooksMatch:
    return EnricherRunbooksMatch(runbook=EnricherRunbooksRunbook.of(match.runbook), why=list(match.why))
