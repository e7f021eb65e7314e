"""The kinds of document: how each is read, found, written and taken away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson
from incident_hub_hookspecs import ConfigError
from sqlalchemy import Connection

from incident_hub.domain.escalation import EscalationPolicy
from incident_hub.domain.people import Kind, Record
from incident_hub.domain.rules import Rule, RuleKind
from incident_hub.intake.rulebook import rule_from
from incident_hub.response.apply.silence_documents import (
    SilenceDocument,
    known_silences,
    put_silence_document,
    remove_silence_document,
    silence_from,
)
from incident_hub.response.escalation.document import policy_from, policy_of, policy_shown
from incident_hub.response.escalation.policies import put_policies, remove_policy
from incident_hub.response.people.documents import DocumentError, parse_record
from incident_hub.response.people.writing import put_record, remove_record
from incident_hub.response.rules.commands import put_rule, remove_rule
from incident_hub.storage.escalation_policies import all_policies
from incident_hub.storage.records import all_records
from incident_hub.storage.rules import rules_of

__all__ = ["KINDS", "DocumentKind", "Written"]

Written = Rule | Record | EscalationPolicy | SilenceDocument
Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """`known` maps the ids that there are to what people may see of each; policies are written together."""

    read: Callable[[Mapping[str, object]], Written]
    known: Callable[[Connection], dict[str, Shown]]
    write: Callable[[Connection, Any, str, int], object]
    remove: Callable[[Connection, str, str, int], object]


def _rule(kind: RuleKind) -> DocumentKind:
    return DocumentKind(
        lambda data: rule_from(kind, data),
        lambda c: {row.id: orjson.loads(row.document) for row in rules_of(c, kind.value)},
        lambda c, rule, actor, now: put_rule(c, kind, rule, actor, now),
        lambda c, key, actor, now: remove_rule(c, kind, key, actor, now),
    )


def _record(kind: Kind) -> DocumentKind:
    def read(data: Mapping[str, object]) -> Written:
        try:
            return parse_record(kind, data)
        except DocumentError as error:
            raise ConfigError(error.message, error.path) from None

    return DocumentKind(
        read,
        lambda c: {row.id: orjson.loads(row.body) for row in all_records(c, kind)},
        lambda c, record, actor, now: put_record(c, kind, record, actor, now),
        lambda c, key, actor, now: remove_record(c, kind, key, actor, now),
    )


_POLICY = DocumentKind(
    policy_from,
    lambda c: {row.id: policy_shown(policy_of(row.document)) for row in all_policies(c)},
    put_policies,
    lambda c, key, actor, now: remove_policy(c, now, key=key, actor=actor, expected_version=None),
)
_SILENCE = DocumentKind(
    silence_from,
    lambda c: cast("dict[str, Shown]", known_silences(c)),
    put_silence_document,
    remove_silence_document,
)

# In the order in which they are written: what others name comes first.
KINDS: Mapping[str, DocumentKind] = {
    "User": _record(Kind.USER),
    "Team": _record(Kind.TEAM),
    "Service": _record(Kind.SERVICE),
    "Schedule": _record(Kind.SCHEDULE),
    "EscalationPolicy": _POLICY,
    "Route": _rule(RuleKind.ROUTE),
    "MaintenanceWindow": _rule(RuleKind.WINDOW),
    "Inhibition": _rule(RuleKind.INHIBITION),
    "Silence": _SILENCE,
}
