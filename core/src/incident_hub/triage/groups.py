"""Groups and links as rows. One transaction at a time places incidents, so that groups stay whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Float, cast, func, select, update

from incident_hub.domain.ids import new_id, new_ids
from incident_hub.storage.bulk import insert_rows, update_rows
from incident_hub.storage.tables import incident, incident_group, link
from incident_hub.triage.batch import IDS, ScoredLink, chunks
from incident_hub.triage.placement import Placement
from incident_hub.triage.separations import move_separations, separations
from incident_hub.triage.waiting import WAITING

__all__ = ["Sizes", "drawn_members", "lock_placing", "place", "write_figures", "write_groups", "write_links"]

SMALLEST = 2

_PLACING = "SELECT pg_advisory_xact_lock(499744, 1)"  # held until the transaction ends
_LINK = ("id", "group_id", "incident_id", "other_id", "plugin", "score", "reason", "at")
_GROUP = ("id", "title", "primary_incident_id", "size", "score", "created_at", "updated_at")
_CHANGE = ("title", "primary_incident_id", "size", "score", "state", "ended_at", "updated_at")
_LOCK = (
    select(incident_group.c.id, incident_group.c.size)
    .where(incident_group.c.id.in_(IDS))
    .order_by(incident_group.c.id)
    .with_for_update()
)
_MEMBERS = select(incident.c.id, incident.c.group_id).where(incident.c.group_id.in_(IDS))
_WORST = (incident.c.severity, incident.c.created_at, incident.c.id)
_RANKED = (
    select(
        incident.c.group_id,
        incident.c.id,
        incident.c.title,
        func.count().over(partition_by=incident.c.group_id).label("size"),
        func.row_number().over(partition_by=incident.c.group_id, order_by=_WORST).label("place"),
    )
    .where(incident.c.group_id.in_(IDS))
    .subquery()
)
_FIGURES = select(_RANKED.c.group_id, _RANKED.c.title, _RANKED.c.id, _RANKED.c.size).where(
    _RANKED.c.place == 1
)
_SCORES = (
    select(link.c.group_id, func.avg(cast(link.c.score, Float)))
    .where(link.c.group_id.in_(IDS))
    .group_by(link.c.group_id)
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many incidents make a group, and how many it may hold."""

    least: int
    most: int


def lock_placing(connection: Connection) -> None:
    """Wait for others that place incidents; SQLite's writers wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_PLACING)


def place(
    connection: Connection, groups: Mapping[str, str], links: Sequence[ScoredLink], sizes: Sizes, now: int
) -> Placement:
    """Decide the groups of linked incidents; `groups` says where they are now. Writes nothing."""
    existing = sorted(set(groups.values()))
    rows = [row for part in chunks(existing) for row in connection.execute(_LOCK, {"ids": part})]
    size = {row.id: row.size for row in rows}
    member = {one: group for one, group in groups.items() if group in size}
    linked = sorted({key for one in links for key in (one.incident_id, one.other_id)})
    apart, elsewhere = separations(connection, linked, existing) if linked else ((), {})
    placement = Placement(member, size, sizes.most, lambda: new_id(now), apart=apart, elsewhere=elsewhere)
    for one in links:
        placement.join(one.incident_id, one.other_id)
    placement.dissolve_below(sizes.least)
    return placement


def write_links(
    connection: Connection, placement: Placement, links: Sequence[ScoredLink], sizes: Sizes, now: int
) -> set[str]:
    """Write links; returns the groups that they are in.

    A link inside no group is kept only where groups need more than two, for the third may come.
    """
    kept = [
        (group or WAITING, one)
        for one in links
        if (group := placement.group_of(one.incident_id)) == placement.group_of(one.other_id)
        and (group is not None or sizes.least > SMALLEST)
    ]
    rows = [
        (key, group, one.incident_id, one.other_id, one.plugin, f"{one.score:.4f}", one.reason,
         now)
        for key, (group, one) in zip(new_ids(now, len(kept)), kept, strict=True)
    ]  # fmt: skip
    insert_rows(connection, link, _LINK, rows)
    return {group for group, _ in kept} - {WAITING}


def write_groups(connection: Connection, placement: Placement, linked: Collection[str], now: int) -> None:
    """Write groups, after their links and the incidents' own rows; `linked` are those with a new link."""
    _move_members(connection, placement, now)
    touched = sorted({*placement.touched(), *linked})
    write_figures(connection, touched, set(placement.created), now)


def drawn_members(connection: Connection, placement: Placement) -> dict[str, str]:
    """The members of groups that are merged into others, each with its group, but those of the placement."""
    ids = placement.left()
    rows = connection.execute(_MEMBERS, {"ids": ids}).all() if ids else ()
    return {row.id: row.group_id for row in rows if row.id not in placement.member}


def _move_members(connection: Connection, placement: Placement, now: int) -> None:
    """Bring the members of merged groups over."""
    for old in placement.left():
        new = placement.root(old)
        change = {"group_id": new, "version": incident.c.version + 1, "updated_at": now}
        connection.execute(update(incident).where(incident.c.group_id == old).values(change))
        connection.execute(update(link).where(link.c.group_id == old).values(group_id=new))
        move_separations(connection, old, new)
        gone = update(incident_group).where(incident_group.c.id == old)
        connection.execute(gone.values(merged_into=new, size=0, updated_at=now))


def write_figures(connection: Connection, groups: Sequence[str], created: Collection[str], now: int) -> None:
    """Size, mean score and primary incident, which is the worst, then the oldest member.

    A group that somebody joined is active, until upkeep finds that nobody in it is.
    """
    new: list[tuple[Any, ...]] = []
    old: list[tuple[Any, ...]] = []
    for part in chunks(groups):
        scores = dict(map(tuple, connection.execute(_SCORES, {"ids": part}).all()))
        for group, title, one, size in connection.execute(_FIGURES, {"ids": part}).all():
            figures = (title, one, size, f"{scores.get(group, 0.0):.4f}")
            if group in created:
                new.append((group, *figures, now, now))
            else:
                old.append((*figures, "active", None, now, group))
    insert_rows(connection, incident_group, _GROUP, new)
    update_rows(connection, incident_group, _CHANGE, old)
