"""Whom a level tells: its targets, or, where nobody is behind one, the first of its fallback who can be reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub.domain.escalation import EscalationLevel, EscalationTarget
from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.response.notify.reach import Reach
from incident_hub.response.people.channels import channel_named
from incident_hub.response.people.resolve import resolve
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services

__all__ = ["LevelReach", "Page", "Reaching", "last_resort"]

_WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Page:
    """A receiver that is paged. `instead_of` names the one behind whom nobody was, and why."""

    receiver: Receiver
    channels: tuple[str, ...] = ()
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class LevelReach:
    """What a level does when it fires; `missing` says in words who could not be reached."""

    pages: tuple[Page, ...] = ()
    hooks: tuple[Reach, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Who is told, as the timeline names them."""
        return [*(str(one.receiver) for one in self.pages), *(one.receiver for one in self.hooks)]


class Reaching:
    """Finds people for the levels that fire together; each receiver is looked up once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._now = services.clock.now()
        self._known: dict[tuple[Receiver, tuple[str, ...], str], tuple[bool, tuple[str, ...]]] = {}

    async def level(self, level: EscalationLevel, severity: str) -> LevelReach:
        """Whom this level tells now of an incident that bad. Nobody at all: whoever is told when all else fails."""
        parts = [await self._target(one, one.channels or level.channels, severity) for one in level.targets]
        pages = {(str(one.receiver), one.channels): one for part in parts for one in part.pages}
        hooks = {one.place: one for part in parts for one in part.hooks}
        missing = tuple(why for part in parts for why in part.missing)
        if not pages and not hooks:
            why = "; ".join(missing) or "nobody"
            pages = {(str(one), ()): Page(one, (), why) for one in last_resort(self._services)}
        return LevelReach(tuple(pages.values()), tuple(hooks.values()), missing)

    async def _target(self, target: EscalationTarget, channels: tuple[str, ...], severity: str) -> LevelReach:
        if target.webhook:
            channel = channel_named(_WEBHOOK, self._services.registry.notifiers)
            if channel:
                return LevelReach(hooks=(Reach(target.name, channel, address=target.webhook),))
            page = None
            missing: tuple[str, ...] = ("no plugin calls webhooks",)
        else:
            page = Page(Receiver.parse(target.receiver), channels)
            there, missing = await self._there(page.receiver, channels, severity)
            if there:
                return LevelReach((page,), missing=missing)
        for text in target.fallback:
            instead = Page(Receiver.parse(text), channels, target.name)
            there, why = await self._there(instead.receiver, channels, severity)
            if there:
                return LevelReach((instead,), missing=missing)
            missing = (*missing, *why)
        # The page itself tells others when it finds nobody either: by then somebody may be there.
        return LevelReach((page,) if page else (), missing=missing)

    async def _there(
        self, receiver: Receiver, channels: tuple[str, ...], severity: str
    ) -> tuple[bool, tuple[str, ...]]:
        key = (receiver, channels, severity)
        if key not in self._known:
            self._known[key] = await self._look(receiver, channels, severity)
        return self._known[key]

    async def _look(
        self, receiver: Receiver, channels: tuple[str, ...], severity: str
    ) -> tuple[bool, tuple[str, ...]]:
        served = self._services.registry.notifiers
        named = tuple(channel_named(one, served) or one for one in channels)
        found = await resolve(self._services, receiver, self._now, severity, named)
        return not found.nobody, tuple(one.reason for one in found.unreached)


def last_resort(services: Services) -> Sequence[Receiver]:
    """Who is told when nobody else can be: the configured fallback, else every configured target."""
    if services.config.notify.fallback:
        return [Receiver.parse(text) for text in services.config.notify.fallback]
    named = named_targets(services.config.notify.targets, services.registry.notifiers)
    return [Receiver(ReceiverKind.TARGET, name) for name, _ in named]
