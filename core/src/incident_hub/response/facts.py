"""What conditions are asked about, read for incidents: findings, group and service beside each."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import orjson
from incident_hub_hookspecs import SERVICE_LABELS, Incident, Service
from sqlalchemy import Connection

from incident_hub.domain.conditions import ConditionContext, GroupFacts, Said
from incident_hub.storage.reading.parts import findings_of, groups_by_id
from incident_hub.storage.reading.rows import FindingRow, GroupRow
from incident_hub.triage.batch import load_views
from incident_hub.triage.services import Services

__all__ = ["condition_contexts", "service_names", "service_of"]

_MOST_NAMES = 4


class _Facts(NamedTuple):
    incidents: Mapping[str, Incident]
    findings: Mapping[str, Sequence[FindingRow]]
    groups: Mapping[str, GroupRow]


async def condition_contexts(services: Services, ids: Sequence[str]) -> dict[str, ConditionContext]:
    """A context for each of the incidents that is there and not merged into another; three statements in all."""
    facts = await services.database.read(partial(_read, ids=list(ids)))
    return {key: await _context(one, facts, services) for key, one in facts.incidents.items()}


def service_names(one: Incident) -> list[str]:
    """What the incident may call its service, the most telling first."""
    labelled = [one.labels[label] for label in SERVICE_LABELS if one.labels.get(label)]
    named = [text.removeprefix("service:") for text in one.resources if text.startswith("service:")]
    return list(dict.fromkeys([*labelled, *named]))[:_MOST_NAMES]


def _read(connection: Connection, ids: list[str]) -> _Facts:
    found = load_views(connection, ids)
    groups = sorted({one.group_id for one in found.values() if one.group_id})
    return _Facts(
        found,
        findings_of(connection, list(found)) if found else {},
        groups_by_id(connection, groups) if groups else {},
    )


async def _context(one: Incident, facts: _Facts, services: Services) -> ConditionContext:
    return ConditionContext(
        one,
        services.clock.now(),
        [_said(row) for row in facts.findings.get(one.id, ()) if not row.error],
        _group(facts.groups.get(one.group_id)),
        await service_of(one, services),
    )


async def service_of(one: Incident, services: Services) -> Service | None:
    """The service that the incident names, as the directories know it."""
    for name in service_names(one):
        if found := await services.directory.service(name):
            return found
    return None


def _said(row: FindingRow) -> Said:
    confidence = None if row.confidence is None else float(row.confidence)
    return Said(row.plugin, row.stage, orjson.loads(row.value), confidence)


def _group(row: GroupRow | None) -> GroupFacts:
    return GroupFacts(row.id, row.title, row.size, row.primary_incident_id) if row else GroupFacts()
