"""Finding plugins and judging them by their metadata, before any of their code runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_string
from functools import lru_cache
from importlib import metadata

from incident_hub_hookspecs import ENTRY_POINT_GROUP
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from incident_hub.host.config import HubConfig
from incident_hub.host.environment import typed
from incident_hub.host.status import PluginStatus

__all__ = ["EVERY", "Candidate", "bundled_plugins", "find_candidates", "is_bundled", "judge", "judge_name"]

CONTRACT = "incident-hub-hookspecs"
BUNDLE = "incident-hub"
EVERY = "*"


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
    return judge_name(candidate.name, config) or _judge_range(candidate)


def judge_name(name: str, config: HubConfig) -> Refusal | None:
    """What the configuration says against a plugin of this name, if anything."""
    if config.safe_mode:
        mend = "start without --safe-mode and INCIDENT_HUB_SAFE_MODE"
        return Refusal(PluginStatus.DISABLED, "the hub is in safe mode", mend)
    enable = f"incident-hub plugins enable {name}"
    if EVERY in config.plugins_block:
        return Refusal(PluginStatus.BLOCKED, "`plugins_block` has `*`", "take `*` out of `plugins_block`")
    if name in config.plugins_block:
        return Refusal(PluginStatus.BLOCKED, "blocked by `plugins_block`", enable)
    allowed = config.plugins_allow
    if allowed is not None and name not in allowed and EVERY not in allowed:
        return Refusal(PluginStatus.DISABLED, "not in `plugins_allow`", enable)
    return None


def _judge_range(candidate: Candidate) -> Refusal | None:
    upgrade = typed("install", "--upgrade", candidate.distribution, CONTRACT)
    try:
        wanted = [Requirement(line) for line in candidate.requires]
    except InvalidRequirement as error:
        return Refusal(PluginStatus.FAILED, f"{candidate.origin} has broken metadata: {error}", upgrade)
    for one in wanted:
        if canonicalize_name(one.name) != CONTRACT or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        installed = metadata.version(CONTRACT)
        if not one.specifier.contains(installed, prereleases=True):
            reason = f"{candidate.origin} needs {CONTRACT} {one.specifier}, installed is {installed}"
            return Refusal(PluginStatus.INCOMPATIBLE, reason, upgrade)
    return None


def _candidate(point: metadata.EntryPoint) -> Candidate:
    dist = point.dist
    if dist is None:
        return Candidate(point.name, "(unknown)", "", (), point.load, point.value)
    name, version, requires = _head(dist)
    return Candidate(point.name, name, version, requires, point.load, point.value)


def _head(dist: metadata.Distribution) -> tuple[str, str, tuple[str, ...]]:
    """Name, version and requirements, read once and without the description, which may be long."""
    text = dist.read_text("METADATA")
    if text is None:
        return dist.name, dist.version, tuple(dist.requires or ())
    head = message_from_string(text.partition("\n\n")[0])
    return head["Name"] or "(unknown)", head["Version"] or "", tuple(head.get_all("Requires-Dist", ()))
