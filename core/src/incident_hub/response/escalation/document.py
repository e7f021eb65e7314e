"""A policy as a mapping: read from files and API alike, written as JSON for the database."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from incident_hub.domain.escalation import EscalationPolicy
from incident_hub.host.config_tree import build

__all__ = ["policy_from", "policy_json", "policy_of", "policy_shown"]


def policy_from(data: object, path: str = "") -> EscalationPolicy:
    """The policy that a mapping describes; raises `ConfigError` with the path of what is wrong below `path`.

    A target may be written short, as a text: `schedule:primary`, `https://example.com/hook`.
    """
    return build(EscalationPolicy, _expanded(data), path)


def policy_json(policy: EscalationPolicy) -> str:
    """The policy as the database holds it."""
    return orjson.dumps(policy).decode()


@lru_cache(maxsize=512)
def policy_of(document: str) -> EscalationPolicy:
    """The policy that the database holds."""
    return build(EscalationPolicy, orjson.loads(document), "")


def policy_shown(policy: EscalationPolicy) -> dict[str, Any]:
    """The policy as people may see it: of a webhook the host only."""
    shown: dict[str, Any] = orjson.loads(policy_json(policy))
    for level, given in zip(shown["levels"], policy.levels, strict=True):
        for target, one in zip(level["targets"], given.targets, strict=True):
            target["webhook"] = one.name.removeprefix("webhook:") if one.webhook else ""
    return shown


def _expanded(data: object) -> object:
    """The short forms written out; what is no policy at all is left for `build` to refuse."""
    if not isinstance(data, Mapping) or not isinstance(data.get("levels"), list | tuple):
        return data
    return {**data, "levels": [_level(one) for one in data["levels"]]}


def _level(data: object) -> object:
    if not isinstance(data, Mapping) or not isinstance(data.get("targets"), list | tuple):
        return data
    return {**data, "targets": [_target(one) for one in data["targets"]]}


def _target(data: object) -> object:
    if not isinstance(data, str):
        return data
    return {"webhook": data} if data.startswith(("http://", "https://")) else {"receiver": data}
