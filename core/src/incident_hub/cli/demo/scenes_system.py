"""Scenes from below the models: a flapping index, hot machines, repeats, and what is always there."""

from incident_hub.cli.demo.shots import PROMETHEUS, Stage, generic
from incident_hub.cli.pace import Request

__all__ = ["background", "flapping_index", "hot_nodes", "repeated_deliveries"]

_QUIET = (
    ("certificate of eval.internal ends in 20 days", "P4"),
    ("nightly fine-tuning run took 12 % longer than usual", "P4"),
    ("token quota of tenant-03 is 80 % used", "P3"),
)


def flapping_index(stage: Stage) -> list[Request]:
    """Fires, resolves, fires: one incident that comes back, not twelve."""
    labels = [{"alertname": "VectorIndexLag", "service": "vector-db", "severity": "warning"}]
    text, shots = "{service}: index lags behind by 5 minutes", []
    for at in stage.times(2.0, 17, 12):
        shots.append(stage.fire(at, PROMETHEUS, labels, text, since=at))
        shots.append(stage.resolve(at + 0.6, PROMETHEUS, labels, text))
    return shots


def hot_nodes(stage: Stage) -> list[Request]:
    """Eight machines of one cluster throttle; Prometheus repeats all of them with every evaluation."""
    labels = [
        {"alertname": "GPUThrottling", "instance": f"gpu-{n}", "cluster": "inference-eu", "severity": "major"}
        for n in range(1, 9)
    ]
    text = "{instance}: GPU throttles at 92 degrees"
    shots = [stage.fire(at, PROMETHEUS, labels, text) for at in stage.times(7.0, 18, 22)]
    return [*shots, stage.resolve(18.5, PROMETHEUS, labels, text)]


def repeated_deliveries(stage: Stage) -> list[Request]:
    """A sender that got no answer in time sends again, with the same delivery key: a no-op."""
    item = {
        "source": "gateway",
        "title": "Rate limit: 429 from kestrel for tenant-17",
        "severity": "warning",
        "labels": {"service": "llm-gateway"},
        "llm": {"provider": "kestrel", "tenant": "tenant-17"},
    }
    moments = list(stage.times(4.0, 16, 20))
    return [generic(at, item, key=f"gateway-{place // 2}") for place, at in enumerate(moments)]


def background(_stage: Stage) -> list[Request]:
    """What is always there and wakes nobody."""
    return [
        generic(1.0 + 5 * place, {"source": "housekeeping", "title": title, "severity": severity})
        for place, (title, severity) in enumerate(_QUIET)
    ]
