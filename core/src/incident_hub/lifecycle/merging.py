"""Two incidents that are one problem: merged, and taken apart again exactly.

The source ends as resolved and points to its target, which intake follows for later alerts; the
target counts the source's alerts too. What the merge changed stands in its event on the source's
timeline, and unmerging reads it back from there.
"""

from typing import Any

import orjson
from incident_hub_hookspecs import IncidentState, RelationType
from sqlalchemy import Connection, RowMapping, select

from incident_hub.domain.events import EventType
from incident_hub.lifecycle import progress
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.errors import IncidentNotFoundError, InvalidInputError
from incident_hub.lifecycle.inputs import clean_text
from incident_hub.lifecycle.relations import add_relation, drop_relation
from incident_hub.lifecycle.transaction import Work
from incident_hub.storage.incidents import find_incident
from incident_hub.storage.tables import event, incident

__all__ = ["merge", "merge_work", "unmerge", "unmerge_work"]

_KEPT = (
    *("state", "resolved_at", "closed_at", "resolved_by", "resolution_method", "resolution_notes"),
    *("root_cause", "expires_at"),
)
_SPAN = ("first_seen", "last_seen")


def merge_work(source_id: str, target_id: str, actor: str, reason: str, expected_version: int | None) -> Work:
    """The whole transaction of a merge; it returns the target's row."""

    def work(connection: Connection, now: int) -> RowMapping:
        if source_id == target_id:
            raise InvalidInputError("target_id", "an incident cannot be merged into itself")
        source, target = _lock_both(connection, source_id, target_id, actor, now, expected_version)
        merge(source, target, reason)
        source.save()
        return target.save()

    return work


def unmerge_work(source_id: str, actor: str, reason: str, expected_version: int | None) -> Work:
    """The whole transaction of an unmerge; it returns the source's row."""

    def work(connection: Connection, now: int) -> RowMapping:
        row = find_incident(connection, source_id)
        if row is None:
            raise IncidentNotFoundError(source_id)
        if row["merged_into"] is None:
            raise InvalidInputError("source_id", "is not merged")
        source, target = _lock_both(connection, source_id, row["merged_into"], actor, now, expected_version)
        unmerge(source, target, reason)
        target.save()
        return source.save()

    return work


def _lock_both(
    connection: Connection, source_id: str, target_id: str, actor: str, now: int, expected_version: int | None
) -> tuple[Change, Change]:
    """In the order of their ids, so that two merges cannot wait for each other."""
    versions = {source_id: expected_version, target_id: None}
    locked = {name: Change.lock(connection, name, actor, now, versions[name]) for name in sorted(versions)}
    return locked[source_id], locked[target_id]


def merge(source: Change, target: Change, reason: str = "") -> None:
    """Fold the source into the target."""
    reason = clean_text("reason", reason)
    _check(source, target)
    kept = {name: source[name] for name in _KEPT}
    if source.state.active:
        progress.resolve(source, notes=f"merged into {target.id}")
    source.set(merged_into=target.id)
    add_relation(source, RelationType.MERGED_INTO, target.id, reason)
    before = {name: target[name] for name in ("count", *_SPAN)}
    target.set(
        count=before["count"] + source["count"],
        first_seen=min(before["first_seen"], source["first_seen"]),
        last_seen=max(before["last_seen"], source["last_seen"]),
    )
    after = {name: target[name] for name in before}
    undo = {"count": source["count"], "kept": kept, "before": before, "after": after}
    source.record(EventType.MERGED, before=None, after=target.id, reason=reason, undo=undo)
    target.record(EventType.MERGED, before=before, after=after, source=source.id, reason=reason)


def _check(source: Change, target: Change) -> None:
    if source["merged_into"] is not None:
        raise InvalidInputError("source_id", f"is merged into {source['merged_into']} already")
    if target["merged_into"] is not None:
        raise InvalidInputError("target_id", f"is itself merged into {target['merged_into']}")
    if not target.state.active:
        raise InvalidInputError("target_id", f"is {target.state}; reopen it first")
    followers = select(incident.c.id).where(incident.c.merged_into == source.id).limit(1)
    if source.connection.execute(followers).first():
        raise InvalidInputError("source_id", "others are merged into it; unmerge them first")


def unmerge(source: Change, target: Change, reason: str = "") -> None:
    """Bring the source back as it was. Alerts that came in since then stay with the target."""
    reason = clean_text("reason", reason)
    if source["merged_into"] != target.id:  # another unmerge was quicker
        raise InvalidInputError("source_id", f"is not merged into {target.id}")
    undo = _remembered(source)
    old = IncidentState(undo["kept"].pop("state"))
    if old is not source.state:
        source.force(old, reason)
    source.set(**undo["kept"], merged_into=None)
    drop_relation(source, RelationType.MERGED_INTO, target.id)
    before = {name: target[name] for name in ("count", *_SPAN)}
    target.set(count=before["count"] - undo["count"], **_span(target, undo))
    after = {name: target[name] for name in before}
    source.record(EventType.UNMERGED, before=target.id, after=None, reason=reason)
    target.record(EventType.UNMERGED, before=before, after=after, source=source.id, reason=reason)


def _remembered(source: Change) -> dict[str, Any]:
    query = (
        select(event.c.data)
        .where(event.c.incident_id == source.id, event.c.type == EventType.MERGED.value)
        .order_by(event.c.cursor.desc())
    )
    for text in source.connection.execute(query).scalars():
        if undo := orjson.loads(text).get("undo"):
            return dict(undo)
    raise InvalidInputError("source_id", "how it was before the merge is no longer known")


def _span(target: Change, undo: dict[str, Any]) -> dict[str, Any]:
    """What the merge widened and nothing has moved since."""
    return {name: undo["before"][name] for name in _SPAN if target[name] == undo["after"][name]}
