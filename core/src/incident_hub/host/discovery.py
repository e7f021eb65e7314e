"""Finding plugins and judging them by their metadata, before any of their code runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata

from incident_hub_hookspecs import ENTRY_POINT_GROUP
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from incident_hub.host.config import HubConfig
from incident_hub.host.status import PluginStatus

__all__ = ["Candidate", "bundled_plugins", "find_candidates", "is_bundled", "judge"]

CONTRACT = "incident-hub-hookspecs"
BUNDLE = "incident-hub"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that was found and not touched yet; `load` imports it.

    `target` is where its entry point leads; empty for an object that was given.
    """

    name: str
    distribution: str
    version: str
    requires: tuple[str, ...]
    load: Callable[[], object]
    target: str = ""

    @property
    def origin(self) -> str:
        """The distribution and its version, for messages."""
        return f"{self.distribution} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a plugin is not loaded, and what to do about it."""

    status: PluginStatus
    reason: str
    mend: str


def find_candidates(extra: Iterable[tuple[str, object]] = ()) -> list[Candidate]:
    """All entry points of the group and the `extra` objects, in the order of their names."""
    found = [_candidate(point) for point in metadata.entry_points(group=ENTRY_POINT_GROUP)]
    found += [Candidate(name, "(given)", "", (), lambda plugin=plugin: plugin) for name, plugin in extra]  # type: ignore[misc]
    return sorted(found, key=lambda one: (one.name, one.distribution))


def bundled_plugins() -> tuple[str, ...]:
    """The names of the plugins that come with the hub."""
    return tuple(one.name for one in find_candidates() if is_bundled(one.distribution))


def is_bundled(distribution: str) -> bool:
    """Whether it comes with the hub: those do that the distribution `incident-hub` requires."""
    return canonicalize_name(distribution) in _bundle()


@lru_cache(maxsize=1)
def _bundle() -> frozenset[str]:
    try:
        lines = metadata.requires(BUNDLE) or ()
    except metadata.PackageNotFoundError:
        lines = ()
    return frozenset(canonicalize_name(Requirement(line).name) for line in lines)


def judge(candidate: Candidate, config: HubConfig) -> Refusal | None:
    """What the configuration and the metadata say against this plugin, if anything."""
    name = candidate.name
    if "*" in config.plugins_block or name in config.plugins_block:
        return Refusal(
            PluginStatus.BLOCKED,
            "blocked by `plugins_block`",
            f"take `{name}` out of `plugins_block` or INCIDENT_HUB_PLUGINS_BLOCK",
        )
    if config.plugins_allow is not None and name not in config.plugins_allow:
        return Refusal(PluginStatus.DISABLED, "not in `plugins_allow`", f"add `{name}` to `plugins_allow`")
    return _judge_range(candidate)


def _judge_range(candidate: Candidate) -> Refusal | None:
    upgrade = f"pip install --upgrade {candidate.distribution} {CONTRACT}"
    installed = metadata.version(CONTRACT)
    try:
        wanted = [Requirement(line) for line in candidate.requires]
    except InvalidRequirement as error:
        return Refusal(PluginStatus.FAILED, f"{candidate.origin} has broken metadata: {error}", upgrade)
    for one in wanted:
        if canonicalize_name(one.name) != CONTRACT or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        if not one.specifier.contains(installed, prereleases=True):
            reason = f"{candidate.origin} needs {CONTRACT} {one.specifier}, installed is {installed}"
            return Refusal(PluginStatus.INCOMPATIBLE, reason, upgrade)
    return None


def _candidate(point: metadata.EntryPoint) -> Candidate:
    dist = point.dist
    if dist is None:
        return Candidate(point.name, "(unknown)", "", (), point.load, point.value)
    return Candidate(point.name, dist.name, dist.version, tuple(dist.requires or ()), point.load, point.value)
