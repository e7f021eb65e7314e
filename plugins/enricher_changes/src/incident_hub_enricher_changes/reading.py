"""Changes as senders write them: plain JSON, or GitHub's deployment events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from hashlib import blake2b

from incident_hub_hookspecs import LlmIdentity, PayloadError, RejectedItem, RouteRequest
from incident_hub_hookspecs.asking import one_line
from incident_hub_hookspecs.payload import as_list, as_mapping, moment, parse_each, text
from incident_hub_hookspecs.payload_words import LLM_KEYS

from incident_hub_enricher_changes.changes import KINDS, MOST_TEXT, Change

__all__ = ["change_of", "changes_in"]

MOST_CHANGES = 1000
_KEYS = frozenset({"id", "at", "kind", "name", "before", "after", "by", "url", "service"})
_LLM = tuple(one.name for one in fields(LlmIdentity))
_OWN_KINDS = {"prompt_version": "prompt"}
_DEPLOYED = "success"
_AHEAD = timedelta(days=1)


def changes_in(request: RouteRequest, now: datetime) -> tuple[Sequence[Change], Sequence[RejectedItem]]:
    """The changes of a request, and the items that cannot be used; nothing for events that are no change."""
    body = _json(request.body)
    if event := request.header("x-github-event"):
        found = _github(event, as_mapping(body))
        return ([_change(found, now, request.actor)] if found else []), []
    items = as_list(body["changes"], "changes") if isinstance(body, dict) and "changes" in body else body
    many = items if isinstance(items, list) else [items]
    if len(many) > MOST_CHANGES:
        raise PayloadError("too_many_items", f"more than {MOST_CHANGES} changes")
    if not many:
        raise PayloadError("no_items", "there is no change in it")
    return parse_each(many, lambda item: _change(as_mapping(item), now, request.actor), "changes")


def change_of(item: Mapping[str, object], now: datetime, actor: str) -> Change:
    """One change from its fields; what is not given is made up for: now, and who asks."""
    return _change(item, now, actor)


def _json(body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        raise PayloadError("not_json", "the body is not JSON") from None
    return found


def _change(item: Mapping[str, object], now: datetime, actor: str) -> Change:
    llm = _identity(item)
    unknown = sorted(key for key in item if key not in _KEYS and key not in LLM_KEYS)
    if unknown:
        raise PayloadError(
            "unknown_field", f"there is no field {one_line(unknown[0], 50)}", one_line(unknown[0], 50)
        )
    given = {key: _line(item, key) for key in _KEYS - {"at"}}
    kind = given["kind"].lower() or _guess(item)
    if kind not in KINDS:
        raise PayloadError("unknown_kind", f"a kind is one of {', '.join(KINDS)}", "kind")
    name = given["name"] or next(
        filter(None, (llm.deployment, given["service"], llm.model, llm.agent, llm.tool)), ""
    )
    if not name:
        raise PayloadError("missing_field", "say what was changed", "name")
    at = moment(item.get("at"), "at") or now
    if at > now + _AHEAD:
        raise PayloadError("bad_timestamp", "the change lies more than a day ahead", "at")
    given |= {"kind": kind, "name": name, "by": given["by"] or actor}
    given["id"] = given["id"] or _id(at, given, llm)
    return Change(at=at, llm=llm, **given)


def _identity(item: Mapping[str, object]) -> LlmIdentity:
    """In plain, `llm.*` or `gen_ai.*` spelling, as in alerts."""
    found: dict[str, str] = {}
    for key, part in LLM_KEYS.items():
        if key in item and (value := _line(item, key)):
            found.setdefault(part, value)
    return LlmIdentity(**found)


def _guess(item: Mapping[str, object]) -> str:
    """The kind, when exactly one field says it."""
    said = [kind for key, kind in _OWN_KINDS.items() if item.get(key)]
    return said[0] if said else "other"


def _line(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # versions are often numbers
    return one_line(text(value, key), MOST_TEXT)


def _id(at: datetime, given: Mapping[str, str], llm: LlmIdentity) -> str:
    """The same change, sent twice, is one."""
    parts = [
        at.isoformat(),
        *(given[key] for key in sorted(given) if key != "id"),
        *(getattr(llm, n) for n in _LLM),
    ]
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _github(event: str, body: Mapping[str, object]) -> Mapping[str, object] | None:
    """A deployment that succeeded, and one that began; the former takes the latter's place."""
    if event not in ("deployment", "deployment_status"):
        return None
    status = (
        as_mapping(body.get("deployment_status"), "deployment_status") if event == "deployment_status" else {}
    )
    if status and status.get("state") != _DEPLOYED:
        return None
    deployment = as_mapping(body.get("deployment"), "deployment")
    repository = as_mapping(body.get("repository"), "repository")
    creator = deployment.get("creator")
    payload = deployment.get("payload")
    own = payload if isinstance(payload, Mapping) else {}
    said = {
        key: own[key]
        for key in own
        if key in LLM_KEYS or key in ("service", "kind", "name", "before", "after")
    }
    return {
        "service": repository.get("name"),
        "name": repository.get("name"),
        "kind": "deployment",
        "after": text(deployment.get("sha"), "deployment.sha")[:12] or deployment.get("ref"),
        "environment": deployment.get("environment"),
        **said,
        "id": f"github:{text(repository.get('full_name'), 'repository.full_name')}:{deployment.get('id')}",
        "at": status.get("created_at") or deployment.get("created_at"),
        "by": creator.get("login") if isinstance(creator, Mapping) else None,
        "url": status.get("target_url") or repository.get("html_url"),
    }
