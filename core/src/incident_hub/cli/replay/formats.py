"""What a file of payloads holds, line by line: captured requests, incidents of providers, or anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from incident_hub.cli.errors import CommandError

__all__ = ["Payload", "read_payloads"]

_SEVERITIES = {"none": "P3", "minor": "P2", "major": "P1", "critical": "P0"}
_GENERIC = "/webhooks/generic"


@dataclass(frozen=True, slots=True)
class Payload:
    """One request to send. `at` is when it happened, where the data says so."""

    path: str
    body: object
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None


def read_payloads(file: Path, slug: str = "generic") -> list[Payload]:
    """Every payload of a JSONL or JSON file; those that say when they happened in the order of time."""
    found = [payload for item in _items(file) for payload in _payloads(item, f"/webhooks/{slug}")]
    if all(payload.at for payload in found):
        found.sort(key=lambda payload: payload.at or datetime.min.replace(tzinfo=UTC))
    return found


def _items(file: Path) -> Iterator[Any]:
    content = file.read_bytes()
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError:
        yield from _lines(content, file)
    else:
        yield from whole if isinstance(whole, list) else [whole]


def _lines(content: bytes, file: Path) -> Iterator[Any]:
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise CommandError(f"{file}, line {number}: not JSON: {error.msg}", 2) from None


def _payloads(item: Any, path: str) -> list[Payload]:  # noqa: ANN401 - whatever the file holds
    if isinstance(item, dict) and {"m", "p", "b"} <= item.keys():
        return [Payload(str(item["p"]), str(item["b"]).encode(), str(item["m"]), item.get("h") or {})]
    if isinstance(item, dict) and {"provider", "title", "impact", "started_at"} <= item.keys():
        return _provider_incident(item)
    return [Payload(path, item)]


def _provider_incident(item: dict[str, Any]) -> list[Payload]:
    """A provider's incident began, and perhaps ended."""
    alert = _alert(item)
    began = {**alert, "status": "firing", "starts_at": item["started_at"]}
    told = [Payload(_GENERIC, began, at=_moment(item["started_at"]))]
    if ended := item.get("resolved_at"):
        over = {**began, "status": "resolved", "ends_at": ended}
        told.append(Payload(_GENERIC, over, at=_moment(ended)))
    return told


def _alert(item: dict[str, Any]) -> dict[str, object]:
    provider, updates = str(item["provider"]), item.get("updates") or [{}]
    return {
        "source": f"status:{provider}",
        "title": item["title"],
        "description": str(updates[0].get("body", "")),
        "severity": _SEVERITIES.get(str(item["impact"]), "P3"),
        "type": "availability",
        "resources": [str(part) for part in item.get("components") or ()],
        "labels": {"impact": str(item["impact"])},
        "llm": {"provider": provider},
        "dedup_key": f"{provider}:{item.get('id', item['title'])}",
    }


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no time; write it as 2024-05-01T12:00:00Z", 2) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
