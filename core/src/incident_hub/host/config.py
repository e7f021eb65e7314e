"""The hub's configuration: one frozen tree, read from defaults, a YAML file and the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from incident_hub.host.config_sources import read_sources
from incident_hub.host.config_tree import build
from incident_hub.host.config_values import HubConfigError, Limits

__all__ = [
    "ActionsConfig",
    "CorrelationConfig",
    "DeduplicationConfig",
    "GraphQLConfig",
    "HubConfig",
    "HubConfigError",
    "IntakeConfig",
    "NotifyConfig",
    "NotifyTarget",
    "TriageConfig",
    "WorkConfig",
]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DeduplicationConfig:
    """How long alerts of one fingerprint fold into one incident."""

    window_seconds: float = 900
    reopen_window_seconds: float = 3600


@dataclass(frozen=True, slots=True)
class IntakeConfig:
    """What the doors accept."""

    max_body_bytes: int = 1024 * 1024
    queue_limit: int = 20_000


@dataclass(frozen=True, slots=True)
class CorrelationConfig:
    """Which incidents are compared, and when they count as belonging together."""

    window_seconds: float = 300
    min_score: float = field(default=0.5, metadata=Limits(0, 1).metadata())
    max_group_size: int = 50


@dataclass(frozen=True, slots=True)
class TriageConfig:
    """The triage pipeline."""

    enabled: bool = True
    deadline_seconds: float = 10
    batch_size: int = 500
    correlation: CorrelationConfig = CorrelationConfig()


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """One receiver: the channel is a notifier plugin's name, `options` are what that plugin reads."""

    channel: str
    min_severity: str = field(
        default="P2", metadata=Limits(choices=("P0", "P1", "P2", "P3", "P4")).metadata()
    )
    on: tuple[str, ...] = ("created", "resolved")
    options: Mapping[str, object] = field(default_factory=_nothing, repr=False, metadata={"rest": True})


@dataclass(frozen=True, slots=True)
class NotifyConfig:
    """Who hears of incidents."""

    deadline_seconds: float = 30
    targets: tuple[NotifyTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionsConfig:
    """Playbook actions."""

    deadline_seconds: float = 60


@dataclass(frozen=True, slots=True)
class WorkConfig:
    """The workers that do durable jobs."""

    concurrency: int = 16
    lease_seconds: float = 15
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
    port: int = field(default=3000, metadata=Limits(0, 65_535).metadata())
    public_url: str = ""
    deduplication: DeduplicationConfig = DeduplicationConfig()
    intake: IntakeConfig = IntakeConfig()
    triage: TriageConfig = TriageConfig()
    notify: NotifyConfig = NotifyConfig()
    actions: ActionsConfig = ActionsConfig()
    work: WorkConfig = WorkConfig()
    graphql: GraphQLConfig = GraphQLConfig()
    dev: bool = False
    plugins: Mapping[str, Mapping[str, object]] = field(default_factory=_nothing, repr=False)
    plugins_block: tuple[str, ...] = ()
    plugins_allow: tuple[str, ...] | None = None
    strict_plugins: bool = False

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
