"""The one transaction that makes triage count: incidents, findings, groups, events and intents."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Self

from incident_hub_hookspecs import IncidentState
from sqlalchemy import Connection, Row

from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.domain.times import SECOND
from incident_hub.events.append import append_events
from incident_hub.host.config import HubConfig, NotifyTarget, SeverityConfig
from incident_hub.lifecycle.routed import BEGINNING, rules_decide, rules_jobs
from incident_hub.lifecycle.runs import NEW, start_job
from incident_hub.lifecycle.sla_clocks import clock_job
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.escalations import any_policy
from incident_hub.storage.tables import incident
from incident_hub.triage.batch import ScoredLink, Verdicts, together
from incident_hub.triage.changes import changes_of
from incident_hub.triage.findings import write_findings
from incident_hub.triage.groups import (
    SMALLEST,
    Sizes,
    drawn_members,
    lock_placing,
    place,
    write_groups,
    write_links,
)
from incident_hub.triage.holding import MovedOnError, hold, incidents_now
from incident_hub.triage.placement import Placement
from incident_hub.triage.route import notify_job, wants
from incident_hub.triage.timeline import Change, regrouped, timeline
from incident_hub.triage.waiting import settle_waiting, waiting_links
from incident_hub.work.notifications import enqueue_notifications

__all__ = ["Settler"]

_CHANGE = ("state", "severity", "type", "group_id", "version = version + ?", "updated_at")
_JOIN = ("group_id", "version = version + ?", "updated_at")


@dataclass(frozen=True, slots=True)
class Settler:
    """Writes what triage found, unless another run or a person was there before. Plain values only."""

    targets: Sequence[tuple[str, NotifyTarget]]
    policy: SeverityConfig
    sizes: Sizes
    window: int
    escalates: bool = False
    clocks: bool = False
    routed: bool = False

    @classmethod
    def of(cls, config: HubConfig, targets: Sequence[tuple[str, NotifyTarget]]) -> Self:
        """Who listens to what is enough to know here; what the notifiers need stays out."""
        return cls(
            [(name, replace(target, options={})) for name, target in targets],
            config.triage.severity,
            Sizes(config.triage.correlation.min_group_size, config.triage.correlation.max_group_size),
            int(config.triage.correlation.window_seconds * SECOND),
            bool(config.escalation.default_policy),
            config.sla.enabled,
            bool(config.routing.catch_all),
        )

    def settle_all(self, connection: Connection, found: Sequence[Verdicts], now: int) -> None:
        """Write everything; a second time it writes nothing.

        The incidents are held at the end only. If somebody changed one meanwhile, all is undone and written
        once more, with the incidents held from the start.
        """
        if not found:
            return
        try:
            with connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext():
                self._settle(connection, found, now, held=False)
        except MovedOnError:
            self._settle(connection, found, now, held=True)

    def _settle(self, connection: Connection, parts: Sequence[Verdicts], now: int, *, held: bool) -> None:
        found = together(parts)
        waiting: list[ScoredLink] = []
        if found.links:
            lock_placing(connection)
            if self.sizes.least > SMALLEST:
                waiting = waiting_links(connection, now - self.window)
        rows = incidents_now(connection, _concerned(found, waiting), held=held)
        changes = changes_of(connection, found, rows, self.policy)
        links = [one for one in found.links if one.incident_id in changes and one.other_id in rows]
        pairs = [one for one in waiting if one.incident_id in rows and one.other_id in rows]
        placement = self._place(connection, rows, [*pairs, *links], now)
        moved = placement.moved()
        for key, change in changes.items():
            change.group_id = moved.get(key, change.group_id)
        findings = [one for one in found.findings if one.incident_id in changes]
        write_findings(connection, findings, now)
        linked = write_links(connection, placement, links, self.sizes, now)
        drawn = drawn_members(connection, placement)
        others = {key: rows[key].group_id for key in moved if key not in changes} | drawn
        events = [*timeline(changes, findings, now), *regrouped(others, placement, now)]
        append_events(connection, events)
        late = [job for part in parts for job in _late(part, changes)]
        enqueue_notifications(connection, [*self._heard(connection, changes.values()), *late], now)
        own = {key for key, change in changes.items() if change.changed}
        hold(connection, rows, {*own, *moved, *drawn}, placement.left())
        _write_incidents(connection, changes, moved, now)
        write_groups(connection, placement, linked, now)
        settle_waiting(connection, pairs, placement)

    def _place(
        self, connection: Connection, rows: Mapping[str, Row[Any]], links: Sequence[ScoredLink], now: int
    ) -> Placement:
        linked = {key for one in links for key in (one.incident_id, one.other_id)}
        groups = {key: rows[key].group_id for key in linked if rows[key].group_id}
        return place(connection, groups, links, self.sizes, now)

    def _heard(self, connection: Connection, changes: Iterable[Change]) -> list[NewJob]:
        """Who hears of what is new: rules say, where there are some, else the configured targets."""
        active = [one for one in changes if IncidentState(one.state).active]
        clocks = [clock_job([one.id for one in active])] if active and self.clocks else []
        if active and (self.routed or rules_decide(connection)):
            return [*clocks, *rules_jobs([(one.id, one.severity) for one in active], "created", BEGINNING)]
        return [*clocks, *self._notifications(active), *self._escalations(connection, active)]

    def _notifications(self, changes: Iterable[Change]) -> list[NewJob]:
        return [
            notify_job(one.id, "created", "1", name, one.severity)
            for one in changes
            if not one.silenced
            for name, target in self.targets
            if wants(target, "created", one.severity)
        ]

    def _escalations(self, connection: Connection, changes: Iterable[Change]) -> list[NewJob]:
        """One intent for all that are new, when there are policies that they could need."""
        ids = [one.id for one in changes if not one.silenced]
        return [start_job(ids, NEW)] if ids and (self.escalates or any_policy(connection)) else []


def _late(found: Verdicts, changes: Mapping[str, Change]) -> list[NewJob]:
    """An intent for each enricher that is not done with this batch, which is triaged once only."""
    ids = [key for key in found.incidents if key in changes]
    return [
        NewJob(
            "enrich", {"plugin": name, "incidents": ids}, f"enrich:{name}:{ids[0]}", priority=Priority.BULK
        )
        for name in found.late
        if ids
    ]


def _concerned(found: Verdicts, waiting: Sequence[ScoredLink]) -> set[str]:
    """Every incident that may be written."""
    ids = {*found.incidents, *(one.other_id for one in found.links)}
    return ids | {key for one in waiting for key in (one.incident_id, one.other_id)}


def _write_incidents(
    connection: Connection, changes: Mapping[str, Change], moved: Mapping[str, str], now: int
) -> None:
    own = [(c.state, c.severity, c.type, c.group_id, 1, now, c.id) for c in changes.values() if c.changed]
    others = [(group, 1, now, key) for key, group in sorted(moved.items()) if key not in changes]
    update_rows(connection, incident, _CHANGE, own)
    update_rows(connection, incident, _JOIN, others)
