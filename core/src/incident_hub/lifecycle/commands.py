"""What people can do to an incident: each method is one transaction, durable when it returns."""

from collections.abc import Callable, Sequence
from typing import Unpack

from incident_hub_hookspecs import Clock, RelationType, ResolutionMethod, Severity
from sqlalchemy import Connection, RowMapping

from incident_hub.lifecycle import editing, feedback, merging, progress, relations
from incident_hub.lifecycle.feedback import Lesson
from incident_hub.lifecycle.opening import open_incident
from incident_hub.lifecycle.requests import IncidentChanges, IncidentDraft
from incident_hub.lifecycle.transaction import Terms, Transactions
from incident_hub.storage.database import Database

__all__ = ["Lifecycle"]


class Lifecycle:
    """Guarded by the state machine, versioned, written to the timeline; `on_commit` wakes who follows it.

    Every method returns the incident's fresh row. With `expected_version`, a change made meanwhile is
    a `VersionConflictError`; with `idempotency_key`, the same actor's second call does nothing more.
    """

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._do = Transactions(database, clock, on_commit)

    async def create(
        self, draft: IncidentDraft, actor: str, *, idempotency_key: str | None = None
    ) -> RowMapping:
        """Open an incident; triage follows."""

        def work(connection: Connection, now: int) -> RowMapping:
            return open_incident(connection, draft, actor, now)

        return await self._do.run("create", {"draft": draft}, actor, idempotency_key, work)

    async def update(
        self, incident_id: str, changes: IncidentChanges, actor: str, **terms: Unpack[Terms]
    ) -> RowMapping:
        """Change title, description, type, labels or state; what is the same already leaves no trace."""
        return await self._do.change(editing.edit, incident_id, actor, terms, changes)

    async def acknowledge(
        self, incident_id: str, actor: str, *, note: str = "", **terms: Unpack[Terms]
    ) -> RowMapping:
        """Take it on; only the first acknowledgement counts."""
        return await self._do.change(progress.acknowledge, incident_id, actor, terms, note)

    async def assign(
        self, incident_id: str, assignees: Sequence[str], actor: str, **terms: Unpack[Terms]
    ) -> RowMapping:
        """Say who works on it, in place of who did."""
        return await self._do.change(editing.assign, incident_id, actor, terms, assignees)

    async def comment(self, incident_id: str, text: str, actor: str, **terms: Unpack[Terms]) -> RowMapping:
        """Add a remark to the timeline."""
        return await self._do.change(editing.comment, incident_id, actor, terms, text)

    async def resolve(
        self,
        incident_id: str,
        actor: str,
        *,
        method: ResolutionMethod = ResolutionMethod.MANUAL,
        notes: str = "",
        root_cause: str = "",
        false_alarm: bool = False,
        **terms: Unpack[Terms],
    ) -> RowMapping:
        """Say that the trouble is over; a false alarm is a lesson for classifiers too."""
        return await self._do.change(
            progress.resolve, incident_id, actor, terms, method, notes, root_cause, false_alarm=false_alarm
        )

    async def give_feedback(
        self, incident_id: str, lesson: Lesson, actor: str, **terms: Unpack[Terms]
    ) -> RowMapping:
        """Say what would have been right, for classifiers that learn; the incident stays as it is."""
        return await self._do.change(feedback.give, incident_id, actor, terms, lesson)

    async def close(
        self, incident_id: str, actor: str, *, reason: str = "", **terms: Unpack[Terms]
    ) -> RowMapping:
        """Say that nothing is left to do about it."""
        return await self._do.change(progress.close, incident_id, actor, terms, reason)

    async def reopen(self, incident_id: str, reason: str, actor: str, **terms: Unpack[Terms]) -> RowMapping:
        """Bring an ended one back; needs a reason."""
        return await self._do.change(progress.reopen, incident_id, actor, terms, reason)

    async def escalate(
        self, incident_id: str, severity: Severity | None, reason: str, actor: str, **terms: Unpack[Terms]
    ) -> RowMapping:
        """Make it more urgent (None: by one step), which raises its escalation level, or less."""
        return await self._do.change(editing.escalate, incident_id, actor, terms, severity, reason)

    async def link(
        self,
        incident_id: str,
        kind: RelationType,
        other_id: str,
        actor: str,
        *,
        reason: str = "",
        **terms: Unpack[Terms],
    ) -> RowMapping:
        """Relate it to another incident."""
        return await self._do.change(relations.link, incident_id, actor, terms, kind, other_id, reason)

    async def unlink(
        self,
        incident_id: str,
        kind: RelationType,
        other_id: str,
        actor: str,
        *,
        reason: str = "",
        **terms: Unpack[Terms],
    ) -> RowMapping:
        """Take a relation back."""
        return await self._do.change(relations.unlink, incident_id, actor, terms, kind, other_id, reason)

    async def merge(
        self, source_id: str, target_id: str, actor: str, *, reason: str = "", **terms: Unpack[Terms]
    ) -> RowMapping:
        """Fold the source into the target and return the target; the expected version is the source's."""
        work = merging.merge_work(source_id, target_id, actor, reason, terms.get("expected_version"))
        request = {"ids": [source_id, target_id], "reason": reason, "terms": terms.get("expected_version")}
        return await self._do.run("merge", request, actor, terms.get("idempotency_key"), work)

    async def unmerge(
        self, source_id: str, actor: str, *, reason: str = "", **terms: Unpack[Terms]
    ) -> RowMapping:
        """Bring a merged incident back as it was, and return it."""
        work = merging.unmerge_work(source_id, actor, reason, terms.get("expected_version"))
        request = {"id": source_id, "reason": reason, "terms": terms.get("expected_version")}
        return await self._do.run("unmerge", request, actor, terms.get("idempotency_key"), work)
