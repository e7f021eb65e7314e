"""Where a notification goes: read off its job and the configuration, when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from incident_hub.domain.jobs import Job
from incident_hub.response.notify.policy import Policy, policy_of
from incident_hub.response.notify.reach import Reach
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services

__all__ = ["NoWayError", "Way", "place_of", "way_of", "way_to"]


class NoWayError(Exception):
    """There is no way any more: what it was is gone from the configuration."""


@dataclass(frozen=True, slots=True)
class Way:
    """A notifier's name and what it is given as `Notification.target`."""

    place: str
    channel: str
    options: Mapping[str, object] = field(repr=False)
    receiver: str
    policy: Policy
    person: str = ""

    @property
    def pace_key(self) -> str:
        """What its rate and its refusals are kept under: another address by the same name is another."""
        shown = sorted((name, str(value)) for name, value in self.options.items())
        return f"{self.place[:150]}#{sha256(repr(shown).encode()).hexdigest()[:16]}"


def place_of(payload: Mapping[str, object]) -> str:
    """The short name of where a `notify` job goes; what tells places apart on a timeline."""
    return str(payload["target"]) if "target" in payload else _reach(payload).place


def way_of(job: Job, services: Services) -> Way:
    """The way of a `notify` job; raises `NoWayError`."""
    return way_to(job.payload, services)


def way_to(payload: Mapping[str, object], services: Services) -> Way:
    """The way; raises `NoWayError`. A channel's options hold for all its targets and people.

    A target's own options come before those of its channel. A person's address is `to`, whatever the channel.
    """
    known = services.registry.notifiers
    if "target" not in payload:
        reach = _reach(payload)
        if reach.channel not in known:
            raise NoWayError(f"no plugin serves the channel {reach.channel} any more")
        options = {**_shared(reach.channel, services), "to": reach.address}
        policy = policy_of(services.config.notify, reach.channel)
        return Way(reach.place, reach.channel, options, reach.receiver, policy, reach.person)
    name = str(payload["target"])
    targets = dict(named_targets(services.config.notify.targets, known))
    if name not in targets:
        raise NoWayError("no such target is configured any more")
    target = targets[name]
    options = {**_shared(target.channel, services), **target.options}
    policy = policy_of(services.config.notify, target.channel, target)
    return Way(name, target.channel, options, f"target:{name}", policy)


def _shared(channel: str, services: Services) -> Mapping[str, object]:
    found = services.config.notify.channels.get(channel)
    return found.options if found else {}


def _reach(payload: Mapping[str, object]) -> Reach:
    receiver, channel, person, address = (
        str(payload.get(name) or "") for name in ("receiver", "channel", "person", "address")
    )
    return Reach(receiver, channel, person, address)
