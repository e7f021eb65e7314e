"""Which active incidents mute which others, by the inhibitions in use."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, or_, select

from incident_hub.domain.rules import FLAPPING, Inhibition, Mute, mute_of
from incident_hub.intake.silences import matched_labels, matchers_of
from incident_hub.storage.active import OPEN_STATES
from incident_hub.storage.tables import incident, incident_group

__all__ = ["MOST_SOURCES", "Inhibited", "Inhibitor", "mutable_labels"]

MOST_SOURCES = 2000  # the newest active incidents are those that explain
_C = incident.c
_FIELDS = (_C.id, _C.source, _C.title, _C.labels, _C.llm, _C.group_id, _C.silenced_by)
_LOUD = or_(  # a silence and a window keep a cause from people, not from explaining its effects
    _C.silenced_by.is_(None),
    ~_C.silenced_by.like(f"{Mute.INHIBITION.value}:%")
    & ~_C.silenced_by.like(f"{Mute.RULE.value}:%")
    & (_C.silenced_by != FLAPPING),
)
_OPEN = (_C.state.in_(OPEN_STATES), _C.merged_into.is_(None))


class Inhibited(NamedTuple):
    """Why an incident is mute: the rule, and the incident that explains it."""

    rule: str
    source_id: str

    @property
    def mute(self) -> str:
        """What the incident says of it."""
        return mute_of(Mute.INHIBITION, self.rule)


class _Known(NamedTuple):
    id: str
    labels: Mapping[str, str]
    group_id: str | None


class Inhibitor:
    """Read once for a set of targets; who is muted meanwhile explains nobody any more."""

    def __init__(self, connection: Connection, rules: Sequence[Inhibition], targets: Collection[str]) -> None:
        self._rules = rules
        self._targets: dict[str, _Known] = {}
        self._sources: dict[str, _Known] = {}
        self._causes: dict[str, str] = {}
        self._why: dict[str, Inhibited] = {}
        if not rules or not targets:
            return
        query = select(*_FIELDS)
        rows = connection.execute(query.where(_C.id.in_(sorted(targets)), *_OPEN))
        self._targets = {row.id: _known(row) for row in rows}
        newest = query.where(*_OPEN, _LOUD).order_by(_C.id.desc()).limit(MOST_SOURCES)
        self._sources = {row.id: _known(row) for row in connection.execute(newest)}
        groups = sorted({one.group_id for one in self._targets.values() if one.group_id})
        group = incident_group.c
        causes = connection.execute(select(group.id, group.primary_incident_id).where(group.id.in_(groups)))
        self._causes = {row.id: row.primary_incident_id for row in causes}
        self._add_causes(connection)
        for key in sorted(self._targets, reverse=True):
            if (found := self._decide(self._targets[key])) is not None:
                self._why[key] = found

    def why(self, incident_id: str) -> Inhibited | None:
        """What mutes the incident."""
        return self._why.get(incident_id)

    def _decide(self, target: _Known) -> Inhibited | None:
        """The newest are asked first: of two that explain each other the older one is heard."""
        found = self._found(target)
        if found is not None:
            self._sources.pop(target.id, None)
        return found

    def _add_causes(self, connection: Connection) -> None:
        missing = sorted(set(self._causes.values()) - self._sources.keys())
        rows = (
            connection.execute(select(*_FIELDS).where(_C.id.in_(missing), *_OPEN, _LOUD)) if missing else ()
        )
        self._sources.update((row.id, _known(row)) for row in rows)

    def _found(self, target: _Known) -> Inhibited | None:
        for rule in self._rules:
            if not all(m.matches(target.labels) for m in matchers_of(rule.target)):
                continue
            for source in self._candidates(rule, target):
                if source.id != target.id and _explains(rule, source, target):
                    return Inhibited(rule.id, source.id)
        return None

    def _candidates(self, rule: Inhibition, target: _Known) -> Sequence[_Known]:
        if not rule.within_group:
            return list(self._sources.values())
        cause = self._sources.get(self._causes.get(target.group_id or "", ""))
        return [] if cause is None else [cause]


def _explains(rule: Inhibition, source: _Known, target: _Known) -> bool:
    same = all(source.labels.get(name, "") == target.labels.get(name, "") for name in rule.equal)
    return same and all(m.matches(source.labels) for m in matchers_of(rule.source))


def _known(row: Row[*tuple[Any, ...]]) -> _Known:
    return _Known(row.id, mutable_labels(row.source, row.title, row.labels, row.llm), row.group_id)


@lru_cache(maxsize=4096)
def mutable_labels(source: str, title: str, labels: str, llm: str) -> Mapping[str, str]:
    """What inhibitions see: as silences do, and the LLM identity as `llm.model` and the like. JSON is text."""
    identity = {f"llm.{name}": str(value) for name, value in orjson.loads(llm).items()}
    return {**identity, **matched_labels(source, title, orjson.loads(labels))}
