"""Answers with another kind of nonsense each time."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

from incident_hub_hookspecs import CallContext, Enrichment, Incident, hookimpl

WHOLE: Iterator[Any] = cycle(
    [None, "text", 5, {"a": 1}, [], [Enrichment("one too many")] * 10_000, object(), lambda: 1]
)
ITEMS = (
    Enrichment(5),
    Enrichment("s", {1: 2}),
    Enrichment("s", {"a": object()}),
    "text",
    Incident,
    float("nan"),
)  # type: ignore[arg-type, dict-item]


class Answers:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Any:  # noqa: ANN401
        return next(WHOLE)


class AnswersInTheRightNumber:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Any:  # noqa: ANN401
        return [ITEMS[place % len(ITEMS)] for place in range(len(incidents))]


@hookimpl
def register_enrichers() -> list[object]:
    return [Answers(), AnswersInTheRightNumber()]
