"""The hub's configuration: one frozen tree, read from defaults, a YAML file and the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from incident_hub_hookspecs import ConfigError, setting
from incident_hub_hookspecs.settings import REST

from incident_hub.domain.receivers import Receiver, ReceiverError
from incident_hub.host.config_sources import read_sources
from incident_hub.host.config_tree import build
from incident_hub.host.config_values import HubConfigError

__all__ = [
    "ActionsConfig",
    "AuditorConfig",
    "ChannelConfig",
    "CorrelationConfig",
    "DeduplicationConfig",
    "DirectoriesConfig",
    "EnrichmentConfig",
    "EscalationConfig",
    "EventSinksConfig",
    "FlappingConfig",
    "GraphQLConfig",
    "HeartbeatConfig",
    "HubConfig",
    "HubConfigError",
    "IntakeConfig",
    "LlmConfig",
    "NotifyConfig",
    "NotifyTarget",
    "PluginCallsConfig",
    "RoutingConfig",
    "SeverityConfig",
    "SlaConfig",
    "SlaTarget",
    "TriageConfig",
    "WorkConfig",
]


# Fifteen tries more over two days, the first within seconds: a page is urgent, an outage may be long.
RETRY_SECONDS = (1, 3, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400)


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DeduplicationConfig:
    """How long alerts of one fingerprint fold into one incident."""

    window_seconds: float = 900
    reopen_window_seconds: float = 3600


@dataclass(frozen=True, slots=True)
class IntakeConfig:
    """What the doors accept; whether `serve` has a process of its own write it to a SQLite file."""

    max_body_bytes: int = 1024 * 1024
    queue_limit: int = 20_000
    writer_process: bool = True


@dataclass(frozen=True, slots=True)
class CorrelationConfig:
    """Which incidents are compared, and when they count as belonging together.

    A group in which nobody is active any more closes after `close_seconds`.
    """

    window_seconds: float = 300
    min_score: float = setting(default=0.5, least=0, most=1)
    min_group_size: int = setting(default=2, least=2, most=1000)
    max_group_size: int = setting(default=50, least=2, most=10_000)
    close_seconds: float = 3600


@dataclass(frozen=True, slots=True)
class EnrichmentConfig:
    """Triage waits `wait_seconds` for enrichers; what comes until `late_seconds` is added when it is there.

    `first` names the plugins that are asked before the others, when more than `max_concurrent` want to run.
    """

    wait_seconds: float = setting(default=2, least=0, most=60)
    late_seconds: float = 60
    cache_seconds: float = 300
    max_concurrent: int = setting(default=5, least=1, most=100)
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeverityConfig:
    """When a classifier's word counts. Below the threshold it is a suggestion; a person's word always wins.

    `reported` says what it may do to a severity that the source named: `keep` it, `raise` it, or
    `replace` it, which may make it milder too.
    """

    confidence_threshold: float = setting(default=0.7, least=0, most=1)
    reported: str = setting(default="keep", choices=("keep", "raise", "replace"))


@dataclass(frozen=True, slots=True)
class TriageConfig:
    """The triage pipeline."""

    enabled: bool = True
    deadline_seconds: float = 10
    learn_seconds: float = 300
    batch_size: int = 500
    severity: SeverityConfig = SeverityConfig()
    enrichment: EnrichmentConfig = EnrichmentConfig()
    correlation: CorrelationConfig = CorrelationConfig()


def check_receivers(texts: tuple[str, ...], key: str) -> None:
    """Raise `ConfigError` for the first that is no receiver."""
    for index, text in enumerate(texts):
        try:
            Receiver.parse(text)
        except ReceiverError as error:
            raise ConfigError(str(error), f"{key}[{index}]") from error


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """One receiver: the channel is a notifier plugin's name, `options` are what that plugin reads.

    What is said here of grouping and rates comes before what `notify.channels` says.
    """

    channel: str
    min_severity: str = setting(default="P2", choices=("P0", "P1", "P2", "P3", "P4"))
    on: tuple[str, ...] = ("created", "resolved")
    options: Mapping[str, object] = field(default_factory=_nothing, repr=False, metadata=REST.metadata())
    per_minute: float | None = setting(default=None, least=0)
    group_wait_seconds: float | None = setting(default=None, least=0, most=86_400)
    group_interval_seconds: float | None = setting(default=None, least=0, most=86_400)


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """What holds for all that goes out by one notifier plugin: `options` are what that plugin reads.

    A rate of 0 is none; what it makes wait is sent later, and urgent ones (P0, P1) wait for each other only.
    With `group_wait_seconds` or `group_interval_seconds` messages are held for a while and go out as one: those
    of a group of incidents, or all of one receiver. An empty `retry_seconds` is that of `notify`.
    """

    per_minute: float = setting(default=0, least=0)
    per_receiver_per_minute: float = setting(default=0, least=0)
    burst: int = setting(default=5, least=1, most=10_000)
    group_wait_seconds: float = setting(default=0, least=0, most=86_400)
    group_interval_seconds: float = setting(default=0, least=0, most=86_400)
    group_by: str = setting(default="group", choices=("group", "receiver"))
    group_urgent: bool = False
    retry_seconds: tuple[float, ...] = setting(default=(), most=50)
    options: Mapping[str, object] = field(default_factory=_nothing, repr=False, metadata=REST.metadata())


def _no_channels() -> Mapping[str, ChannelConfig]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NotifyConfig:
    """Who hears of incidents. `fallback` names receivers that hear in place of a page that reaches nobody.

    A notification that fails is tried again after each of `retry_seconds`, then it is a dead letter. Records
    are kept for `keep_days`; links in messages, by which people acknowledge, work for `link_hours`.
    """

    deadline_seconds: float = 30
    retry_seconds: tuple[float, ...] = setting(default=RETRY_SECONDS, most=50)
    keep_days: float = setting(default=30, least=1, most=3650)
    link_hours: float = setting(default=24, least=0.1, most=720)
    targets: tuple[NotifyTarget, ...] = ()
    channels: Mapping[str, ChannelConfig] = field(default_factory=_no_channels)
    fallback: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Each fallback is a receiver."""
        check_receivers(self.fallback, "fallback")


@dataclass(frozen=True, slots=True)
class FlappingConfig:
    """An incident that comes back `returns` times within `window_seconds` is flapping: it is mute until it has been
    the same for `lasting_seconds`. 0 returns: never.
    """

    returns: int = setting(default=4, least=0, most=1000)
    window_seconds: float = setting(default=1800, least=1, most=7 * 86_400)
    lasting_seconds: float = setting(default=300, least=1, most=86_400)


@dataclass(frozen=True, slots=True)
class RoutingConfig:
    """`catch_all` names receivers who hear of what no rule, no target and no policy tells anybody."""

    catch_all: tuple[str, ...] = ()
    flapping: FlappingConfig = FlappingConfig()

    def __post_init__(self) -> None:
        """Each one is a receiver."""
        check_receivers(self.catch_all, "catch_all")


@dataclass(frozen=True, slots=True)
class EscalationConfig:
    """The policy of incidents that no rule and no service has another one for."""

    default_policy: str = setting(default="", most=128)


@dataclass(frozen=True, slots=True)
class SlaTarget:
    """How long after its beginning somebody shall have acknowledged an incident, and resolved it; null: no matter."""

    acknowledge_seconds: float | None = None
    resolve_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SlaConfig:
    """Deadlines by severity. A clock is at risk when the part `at_risk` of its time is over."""

    enabled: bool = True
    at_risk: float = setting(default=0.8, least=0.05, most=1)
    P0: SlaTarget = SlaTarget(300, 900)
    P1: SlaTarget = SlaTarget(900, 3600)
    P2: SlaTarget = SlaTarget(3600, 4 * 3600)
    P3: SlaTarget = SlaTarget(4 * 3600, 24 * 3600)
    P4: SlaTarget = SlaTarget()


@dataclass(frozen=True, slots=True)
class AuditorConfig:
    """How often what was told is compared with what should have been, and after how long something is late."""

    interval_seconds: float = setting(default=30, least=1, most=3600)
    grace_seconds: float = setting(default=60, least=5, most=3600)


@dataclass(frozen=True, slots=True)
class HeartbeatConfig:
    """Who outside hears, on a schedule, that the hub's workers work; an alarm there tells when they do not."""

    url: str = setting(default="", secret=True)
    interval_seconds: float = setting(default=60, least=5, most=86_400)
    deadline_seconds: float = 10
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class ActionsConfig:
    """Playbook actions; who may forbid one is asked for so long."""

    deadline_seconds: float = 60
    authorize_seconds: float = 5


@dataclass(frozen=True, slots=True)
class DirectoriesConfig:
    """Questions to directories: who is on call, what is a service.

    Calendars of schedules that live at a URL are read every `calendar_seconds`.
    """

    deadline_seconds: float = 5
    cache_seconds: float = 30
    calendar_seconds: float = setting(default=900, least=60, most=86_400)
    calendar_allow_private: bool = False


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """Questions to the clients of Sentinel, Shield, Edge-Agent and Governance."""

    deadline_seconds: float = 4


@dataclass(frozen=True, slots=True)
class PluginCallsConfig:
    """What plugins add to the hub itself: routes, event sinks, lifespans."""

    deadline_seconds: float = 10
    start_seconds: float = 10
    max_response_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EventSinksConfig:
    """Plugins that hear of every event; a new one begins at the timeline's end unless it is named here."""

    from_beginning: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkConfig:
    """The workers that do durable jobs."""

    concurrency: int = 16
    lease_seconds: float = 12
    max_attempts: int = 8


@dataclass(frozen=True, slots=True)
class GraphQLConfig:
    """What one GraphQL document may ask for."""

    max_depth: int = 12
    max_aliases: int = 30
    max_tokens: int = 2000
    max_cost: int = 20_000
    max_body_bytes: int = 65_536
    deadline_seconds: float = 5


@dataclass(frozen=True, slots=True)
class HubConfig:
    """Everything that can be set. Fields that may hold secrets are left out of `repr`."""

    database_url: str = field(default="", repr=False)
    database_pool_size: int = 10
    data_dir: Path = Path(".incident-hub")
    host: str = "127.0.0.1"
    port: int = setting(default=3000, least=0, most=65_535)
    public_url: str = ""
    deduplication: DeduplicationConfig = DeduplicationConfig()
    intake: IntakeConfig = IntakeConfig()
    triage: TriageConfig = TriageConfig()
    notify: NotifyConfig = NotifyConfig()
    escalation: EscalationConfig = EscalationConfig()
    routing: RoutingConfig = RoutingConfig()
    sla: SlaConfig = SlaConfig()
    auditor: AuditorConfig = AuditorConfig()
    heartbeat: HeartbeatConfig = HeartbeatConfig()
    actions: ActionsConfig = ActionsConfig()
    directories: DirectoriesConfig = DirectoriesConfig()
    llm: LlmConfig = LlmConfig()
    plugin_calls: PluginCallsConfig = PluginCallsConfig()
    event_sinks: EventSinksConfig = EventSinksConfig()
    work: WorkConfig = WorkConfig()
    graphql: GraphQLConfig = GraphQLConfig()
    dev: bool = False
    plugins: Mapping[str, Mapping[str, object]] = field(default_factory=_nothing, repr=False)
    plugin_isolation: str = setting(default="in_process", choices=("in_process", "process", "third_party"))
    plugins_block: tuple[str, ...] = ()
    plugins_allow: tuple[str, ...] | None = None
    strict_plugins: bool = False
    safe_mode: bool = False

    def __post_init__(self) -> None:
        """Without a database URL the database is a SQLite file in the data directory."""
        if not self.database_url:
            path = (self.data_dir / "incident-hub.db").absolute()
            object.__setattr__(self, "database_url", f"sqlite:///{path}")

    @classmethod
    def load(cls, path: Path | None, env: Mapping[str, str]) -> Self:
        """Read `path`, or the file that the environment names, or `./incident-hub.yaml` if there.

        The environment wins over the file. Raises `HubConfigError`, which names the key.
        """
        return build(cls, read_sources(path, env), "")
