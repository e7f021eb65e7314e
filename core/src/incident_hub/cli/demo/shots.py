"""What the storm is made of: one request of it, and the bodies that each kind of sender writes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from incident_hub.cli.pace import Request

__all__ = ["ALERTMANAGER", "GENERIC", "GRAFANA", "PROMETHEUS", "Labels", "Stage", "generic"]

GENERIC = "/webhooks/generic"
ALERTMANAGER = "/webhooks/alertmanager"
GRAFANA = "/webhooks/grafana"
PROMETHEUS = "/api/v2/alerts"

Labels = Mapping[str, str]
_NEVER = "0001-01-01T00:00:00Z"  # how Alertmanager writes the end of what still fires
_AT_ONCE = timedelta()
_TTL = timedelta(minutes=4)


def generic(at: float, *items: Mapping[str, object], key: str = "") -> Request:
    """Plain JSON, with a delivery key when the sender would give one."""
    headers = {"idempotency-key": key} if key else {}
    return Request(at, GENERIC, list(items), GENERIC, headers=headers, alerts=len(items))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where scenes are played: how many alerts, when it begins, how fast it goes, and what is left to chance."""

    scale: float
    start: datetime
    speed: float
    random: Random

    def times(self, first: float, last: float, repeats: int) -> Iterator[float]:
        """At least one moment; the first is exact, the others are a little off, as they are in life."""
        count = max(1, round(repeats * self.scale))
        yield first
        for turn in range(1, count):
            yield first + (last - first) * turn / count + self.random.uniform(0, 0.2)

    def fire(self, at: float, path: str, labels: Sequence[Labels], summary: str, since: float = 0) -> Request:
        """These alerts burn since then, in the words of Alertmanager, Grafana or Prometheus."""
        ends = self._moment(at, _TTL) if path == PROMETHEUS else _NEVER
        return _shot(at, path, "firing", [_item(one, summary, self._moment(since), ends) for one in labels])

    def resolve(self, at: float, path: str, labels: Sequence[Labels], summary: str) -> Request:
        """The same alerts are over."""
        ends = self._moment(at)
        return _shot(at, path, "resolved", [_item(one, summary, self._moment(0), ends) for one in labels])

    def _moment(self, at: float, later: timedelta = timedelta()) -> str:
        return (self.start + timedelta(seconds=at / self.speed) + later).isoformat()


def _shot(at: float, path: str, state: str, items: list[dict[str, object]]) -> Request:
    if path == PROMETHEUS:
        return Request(at, path, items, path, alerts=len(items))
    told = [{**item, "status": state} for item in items]
    body = {
        "version": "1" if path == GRAFANA else "4",
        "receiver": "incident-hub",
        "status": state,
        "groupKey": "{}",
        "truncatedAlerts": 0,
        "alerts": told,
    }
    return Request(at, path, body, path, alerts=len(items))


def _item(labels: Labels, summary: str, starts: str, ends: str) -> dict[str, object]:
    annotations = {"summary": summary.format_map(labels)}
    return {"labels": dict(labels), "annotations": annotations, "startsAt": starts, "endsAt": ends}
