"""What a file of payloads holds, item by item: captured requests, incidents of providers, or anything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from incident_hub.cli.errors import CommandError
from incident_hub.cli.pace import Request

__all__ = ["read_requests"]

_SEVERITIES = {"none": "P3", "minor": "P2", "major": "P1", "critical": "P0"}
_GENERIC = "/webhooks/generic"
_CAPTURE = {"m", "p", "b"}
_INCIDENT = {"provider", "title", "impact", "started_at"}


def read_requests(file: Path, slug: str = "generic") -> list[Request]:
    """Every request of a JSONL or JSON file. Incidents come in the order of time, the rest as it stands."""
    items = list(_items(file))
    if items and all(isinstance(item, dict) and item.keys() >= _INCIDENT for item in items):
        return _history(items)
    return [_request(place, item, f"/webhooks/{slug}") for place, item in enumerate(items)]


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


def _request(place: int, item: Any, path: str) -> Request:  # noqa: ANN401 - whatever the file holds
    """A captured request goes where it went; anything else is posted as it is. One a second."""
    if isinstance(item, dict) and item.keys() >= _CAPTURE:
        headers = {str(name): str(value) for name, value in (item.get("h") or {}).items()}
        return Request(place, str(item["p"]), str(item["b"]).encode(), "", str(item["m"]), headers)
    return Request(place, path, item)


def _history(items: list[dict[str, Any]]) -> list[Request]:
    """Incidents of providers: each fires when it began, and resolves when it ended."""
    told = [pair for item in items for pair in _two_ends(item)]
    told.sort(key=lambda pair: pair[0])
    first = told[0][0]
    return [replace(request, at=(moment - first).total_seconds()) for moment, request in told]


def _two_ends(item: dict[str, Any]) -> Iterator[tuple[datetime, Request]]:
    alert = _alert(item)
    key = str(alert["dedup_key"])
    yield _moment(item["started_at"]), Request(0, _GENERIC, alert, key)
    if ended := item.get("resolved_at"):
        over = {**alert, "status": "resolved", "ends_at": ended}
        yield max(_moment(ended), _moment(item["started_at"])), Request(0, _GENERIC, over, key)


def _alert(item: dict[str, Any]) -> dict[str, object]:
    provider, updates = str(item["provider"]), item.get("updates") or [{}]
    return {
        "source": f"status:{provider}",
        "title": item["title"],
        "description": str(updates[0].get("body", "")),
        "status": "firing",
        "severity": _SEVERITIES.get(str(item["impact"]), "P3"),
        "type": "availability",
        "resources": [str(part) for part in item.get("components") or ()],
        "labels": {"impact": str(item["impact"])},
        "llm": {"provider": provider},
        "dedup_key": f"{provider}:{item.get('id', item['title'])}",
        "starts_at": item["started_at"],
    }


def _moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise CommandError(f"{text!r} is no time; write it as 2024-05-01T12:00:00Z", 2) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
