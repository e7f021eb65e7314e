"""One stage of triage: who is asked, and what of the answers is kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from incident_hub_hookspecs import Incident

from incident_hub.host.dispatch import Call, Outcome
from incident_hub.triage.batch import Batch
from incident_hub.triage.checks import answers
from incident_hub.triage.findings import Finding, error_text
from incident_hub.triage.services import Services

__all__ = ["Said", "Stage"]

Answer = tuple[Incident, Any]
Said = tuple[Incident, Any, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Who asks: where findings of this stage go, and whose outcome is being read."""

    name: str
    batch: Batch
    services: Services

    async def ask(
        self, plugins: Sequence[tuple[str, Callable[..., Any]]], *data: Sequence[Any]
    ) -> list[Outcome[Any]]:
        deadline = self.services.config.triage.deadline_seconds
        calls = [
            Call(name, ask, (*(tuple(part) for part in data), self.services.context(name, deadline)))
            for name, ask in plugins
        ]
        return await self.services.dispatcher.gather(calls, deadline)

    def read(self, outcome: Outcome[Any]) -> list[Answer]:
        """The plugin's answers beside their incidents; one that failed whole leaves its error on each."""
        incidents = self.batch.incidents
        error = outcome.error
        if error is None:
            try:
                return list(zip(incidents, answers(outcome.value, len(incidents)), strict=True))
            except Exception as broken:
                error = broken
        text = error_text(error)
        for one in incidents:
            self.note(outcome, one, error=text)
        return []

    def note(
        self,
        outcome: Outcome[Any],
        one: Incident,
        value: str = "null",
        confidence: float | None = None,
        error: str | None = None,
    ) -> None:
        version = self.services.version(outcome.plugin)
        micros = int(outcome.seconds * 1_000_000)
        found = Finding(one.id, self.name, outcome.plugin, version, micros, value, confidence, error)
        self.batch.findings.append(found)

    def checked(self, outcome: Outcome[Any], check: Callable[[Incident, Any], str]) -> Iterator[Said]:
        """The answers that say something and are sound, each as JSON too; the rest leave their error."""
        for one, answer in self.read(outcome):
            if answer is None:
                continue
            try:
                value = check(one, answer)
            except Exception as broken:
                self.note(outcome, one, error=error_text(broken))
                continue
            if value:
                yield one, answer, value
