"""The hub itself: figures, plugins, health."""

from datetime import datetime
from typing import Any

import strawberry

from incident_hub.api.graphql.fields import derived, resolved
from incident_hub.api.graphql.resolvers import sinks
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.enums import IncidentState, IncidentType, Severity
from incident_hub.storage.reading.figures import Figures

__all__ = ["Circuit", "Health", "IncidentStats", "MttxMetrics", "Plugin", "PluginEndpoint", "Spread"]


@strawberry.type(description="How many incidents have this severity.")
class SeverityCount:
    """One line of the figures."""

    severity: Severity
    count: int


@strawberry.type(description="How many incidents are in this state.")
class StateCount:
    """One line of the figures."""

    state: IncidentState
    count: int


@strawberry.type(description="How many incidents are of this type.")
class TypeCount:
    """One line of the figures."""

    type: IncidentType
    count: int


def _lines(kind: Any, name: str, counts: str) -> Any:  # noqa: ANN401 - stands for a field
    def lines(figures: Figures) -> list[Any]:
        return [kind(**{name: key, "count": n}) for key, n in sorted(getattr(figures, counts).items())]

    return derived(lines)


@strawberry.type(description="Counts over everything stored.")
class IncidentStats:
    """Shows `Figures`."""

    total: int
    active: int
    resolved: int = derived(lambda figures: figures.total - figures.active)
    by_severity: list[SeverityCount] = _lines(SeverityCount, "severity", "by_severity")
    by_state: list[StateCount] = _lines(StateCount, "state", "by_state")
    by_type: list[TypeCount] = _lines(TypeCount, "type", "by_type")
    alerts: int
    noise_reduction: float = strawberry.field(
        description="The part of alerts, 0 to 1, that made no incident of their own."
    )


@strawberry.type(description="Durations in seconds; null without any incident.")
class Spread:
    """Shows a `figures.Spread`."""

    samples: int = derived("count")
    mean: float | None
    p50: float | None
    p95: float | None


@strawberry.type(
    description="How long incidents created in a span of time took to be acknowledged and resolved."
)
class MttxMetrics:
    """Two spreads and their span."""

    mtta: Spread
    mttr: Spread
    start: datetime | None = strawberry.field(name="from")
    end: datetime | None = strawberry.field(name="to")


@strawberry.type(description="A circuit breaker of this process: open means that calls are refused at once.")
class Circuit:
    """Shows a `host.circuit.Circuit`."""

    name: str
    state: str = strawberry.field(description="`closed`, `open` or `half_open`: the next call is a probe.")
    retry_after: float = strawberry.field(description="Seconds until a probe may go through.")


@strawberry.type(description="Calls that ended badly, by their code.")
class FailureCount:
    """One line of the figures."""

    code: str
    count: int


@strawberry.type(description="A service that a plugin calls, since this process started.")
class PluginEndpoint:
    """Shows an `EndpointRecord`."""

    name: str
    host: str
    trouble: str = strawberry.field(description="What is wrong with it now; empty when nothing is.")
    calls: int
    tries: int = strawberry.field(description="Requests sent: repeats count.")
    errors: int
    failures: list[FailureCount] = derived(
        lambda one: [FailureCount(code=code, count=n) for code, n in sorted(one.failures.items())]
    )
    p50: float = strawberry.field(description="Seconds a call takes in the middle, repeats included.")
    p95: float
    circuit: Circuit


@strawberry.type(
    description="How far a plugin that hears of every event has come, in any process of the hub."
)
class EventSink:
    """Shows a `SinkRow`."""

    lag: int = strawberry.field(description="How many events it has not taken, at most.")
    waiting_since: Moment | None = strawberry.field(
        description="When the first of them happened; null when there is none."
    )
    delivered_at: Moment | None = strawberry.field(description="When it last took some.")
    failures: int = strawberry.field(description="How often in a row it did not take them.")
    error: str | None = strawberry.field(description="Why it did not; null when it did.")


@strawberry.type(description="One plugin: what became of it, and how its calls go.")
class Plugin:
    """Shows a `PluginRecord`."""

    name: str
    distribution: str
    version: str
    status: str = strawberry.field(
        description="active, disabled, blocked, incompatible, misconfigured, failed or degraded."
    )
    reason: str = strawberry.field(description="Why it is not active; empty when it is.")
    remark: str = strawberry.field(
        description="What else there is to say, as that new settings wait for a restart or were refused."
    )
    hooks: list[str]
    mend: str = strawberry.field(description="The command that mends it; empty when nothing is wrong.")
    calls: int
    errors: int
    p50: float = strawberry.field(description="Seconds a call takes in the middle.")
    p95: float
    isolated: bool = strawberry.field(description="Whether it runs in a process of its own.")
    restarts: int = strawberry.field(description="How often that process was replaced.")
    last_restart: str = strawberry.field(description="Why it was replaced last; empty when it never was.")
    circuits: list[Circuit] = derived(lambda record: list(record.circuits.values()))
    endpoints: list[PluginEndpoint] = derived(lambda record: list(record.endpoints.values()))
    event_sink: EventSink | None = resolved(
        sinks.event_sink, EventSink | None, description=sinks.event_sink.__doc__
    )


@strawberry.type(description="Whether the hub can do its work.")
class Health:
    """Asked of the parts when the field is."""

    status: str = strawberry.field(description="`ok` or `degraded`.")
    database: str
    configuration: str = strawberry.field(
        description="`ok`, or why the latest change of it was refused; the hub works with the old one then."
    )
    plugins_serving: int
    plugins_total: int = strawberry.field(
        description="Those that should serve: neither blocked nor disabled."
    )
