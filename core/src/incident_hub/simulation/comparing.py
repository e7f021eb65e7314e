"""The differences between what was stored and what the replay made of the same alerts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incident_hub.simulation.outcome import Outcome, Told
from incident_hub.simulation.pairing import Pairing, Shared
from incident_hub.simulation.report import MOST, Change, Counts, GroupChange, Page, Part, Regrouping, Report

__all__ = ["Compared", "compare"]

_Known = Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides: their incidents by id, and who was told of them."""

    pairing: Pairing
    before: _Known
    after: _Known
    told_before: Told
    told_after: Told


def compare(report: Report, sides: Compared) -> None:
    """Fill in the report."""
    pairing = sides.pairing
    before = {key: sides.before[key] for key in pairing.after_of if key in sides.before}
    after = {key: sides.after[key] for key in pairing.before_of if key in sides.after}
    carried = {key for key, one in before.items() if one.created_at < report.since}
    report.incidents = Counts("incidents", len(before), len(after))
    report.severities = _counts(before, after, "severity")
    report.types = _counts(before, after, "type")
    report.pages = _pages(sides.told_before, sides.told_after)
    report.carried = len(carried)
    report.new = sum(not befores for befores in pairing.before_of.values())
    report.gone = sum(not afters for key, afters in pairing.after_of.items() if key not in carried)
    _regroupings(report, pairing, before, after)
    _changes(report, pairing, before, after, carried)
    _groups(report, pairing, before, after, carried)


def _counts(before: _Known, after: _Known, name: str) -> list[Counts]:
    had, has = (Counter(str(getattr(one, name)) for one in side.values()) for side in (before, after))
    return [Counts(key, had[key], has[key]) for key in sorted({*had, *has})]


def _pages(before: Told, after: Told) -> list[Page]:
    return [Page(*key, before[key], after[key]) for key in sorted({*before, *after})]


def _regroupings(report: Report, pairing: Pairing, before: _Known, after: _Known) -> None:
    splits = [key for key, parts in pairing.after_of.items() if len(parts) > 1 and key in before]
    joins = [key for key, parts in pairing.before_of.items() if len(parts) > 1 and key in after]
    report.split, report.joined = len(splits), len(joins)
    report.splits = [
        _regrouping(before[key], key, pairing.after_of[key], after, keep=False)
        for key in sorted(splits)[:MOST]
    ]
    report.joins = [
        _regrouping(after[key], "", pairing.before_of[key], before, keep=True) for key in sorted(joins)[:MOST]
    ]


def _regrouping(
    one: Outcome, incident_id: str, shared: Mapping[str, Shared], others: _Known, *, keep: bool
) -> Regrouping:
    """`keep`: the parts are stored incidents, whose ids mean something to the reader."""
    parts = [_part(others[key], key if keep else "", had) for key, had in shared.items() if key in others]
    parts.sort(key=lambda part: -part.alerts)
    whole = Shared()
    for had in shared.values():
        whole.take(had)
    return Regrouping(_part(one, incident_id, whole), parts)


def _part(one: Outcome, incident_id: str, shared: Shared) -> Part:
    return Part(incident_id, one.title, one.severity, shared.alerts, list(shared.alert_ids))


def _changes(report: Report, pairing: Pairing, before: _Known, after: _Known, carried: set[str]) -> None:
    changes = [
        Change(key, had.title, had.severity, has.severity, had.type, has.type)
        for key, had in before.items()
        if key not in carried and (has := after.get(pairing.match.get(key, ""))) is not None
        if (had.severity, had.type) != (has.severity, has.type)
    ]
    report.changed = len(changes)
    report.changes = sorted(changes, key=lambda one: one.incident_id)[:MOST]


def _groups(report: Report, pairing: Pairing, before: _Known, after: _Known, carried: set[str]) -> None:
    """Company is told in stored incidents: who would be split off another counts as that one."""
    had, has = _members(before.values()), _members(after.values())
    report.groups = Counts("groups", len(had), len(has))
    report.grouped = Counts("grouped incidents", *(sum(map(len, side.values())) for side in (had, has)))
    changes: list[GroupChange] = []
    for key, after_key in sorted(pairing.match.items()):
        if key in carried or key not in before or after_key not in after:
            continue
        with_whom = had.get(before[key].group_id or "", set()) - {key}
        would = {pairing.origin.get(one, "") for one in has.get(after[after_key].group_id or "", set())}
        would -= {key, ""}
        if would != with_whom:
            without, joined = sorted(with_whom - would), sorted(would - with_whom)
            changes.append(GroupChange(key, before[key].title, without, joined))
    report.regrouped = len(changes)
    report.group_changes = changes[:MOST]


def _members(known: Iterable[Outcome]) -> dict[str, set[str]]:
    """The groups that hold at least two of these."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in known:
        if one.group_id:
            found[one.group_id].add(one.id)
    return {key: members for key, members in found.items() if len(members) > 1}
