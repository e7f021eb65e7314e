"""Silences in Alertmanager's JSON."""

from collections.abc import Mapping

import orjson
from incident_hub_hookspecs import PayloadError
from incident_hub_hookspecs.payload import as_list, as_mapping

from incident_hub.api.alertmanager.times import from_wire, to_wire
from incident_hub.intake.silence_draft import SilenceDraft
from incident_hub.intake.silences import Matcher
from incident_hub.storage.silences import SilenceRow

__all__ = ["read_silence", "silence_json"]


def read_silence(value: object) -> tuple[str, SilenceDraft]:
    """The id ("" for a new one) and the draft; raises `PayloadError` that names the place."""
    body = as_mapping(value)
    matchers = as_list(_given(body, "matchers"), "matchers")
    draft = SilenceDraft(
        tuple(_matcher(item, f"matchers[{at}]") for at, item in enumerate(matchers)),
        from_wire(_given(body, "startsAt"), "startsAt"),
        from_wire(_given(body, "endsAt"), "endsAt"),
        _text(body, "createdBy"),
        _text(body, "comment"),
    )
    return (_text(body, "id") if body.get("id") is not None else ""), draft


def silence_json(row: SilenceRow, now: int) -> dict[str, object]:
    """The silence as it is listed."""
    return {
        "id": row.id,
        "status": {"state": row.state(now)},
        "updatedAt": to_wire(row.updated_at),
        "comment": row.comment,
        "createdBy": row.created_by,
        "endsAt": to_wire(row.ends_at),
        "matchers": orjson.loads(row.matchers),
        "startsAt": to_wire(row.starts_at),
    }


def _matcher(value: object, path: str) -> Matcher:
    item = as_mapping(value, path)
    return Matcher(
        _text(item, "name", path),
        _text(item, "value", path),
        _flag(item, "isRegex", path, default=False),
        _flag(item, "isEqual", path, default=True),
    )


def _given(item: Mapping[str, object], name: str, path: str = "") -> object:
    value = item.get(name)
    if value is None:
        raise PayloadError("missing_field", "is missing", f"{path}.{name}" if path else name)
    return value


def _text(item: Mapping[str, object], name: str, path: str = "") -> str:
    value = _given(item, name, path)
    if not isinstance(value, str):
        raise PayloadError("wrong_type", "expected a string", f"{path}.{name}" if path else name)
    return value


def _flag(item: Mapping[str, object], name: str, path: str, *, default: bool) -> bool:
    value = item.get(name, default)
    if not isinstance(value, bool):
        raise PayloadError("wrong_type", "expected true or false", f"{path}.{name}")
    return value
