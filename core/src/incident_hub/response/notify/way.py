"""Where a notification goes: read off its job and the configuration, when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub.domain.jobs import Job
from incident_hub.response.notify.reach import Reach
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services

__all__ = ["NoWayError", "Way", "place_of", "way_of"]


class NoWayError(Exception):
    """There is no way any more: what it was is gone from the configuration."""


@dataclass(frozen=True, slots=True)
class Way:
    """A notifier's name and what it is given as `Notification.target`."""

    place: str
    channel: str
    options: Mapping[str, object]
    receiver: str
    person: str = ""


def place_of(job: Job) -> str:
    """The short name of where a `notify` job goes; what tells places apart on a timeline."""
    return str(job.payload["target"]) if "target" in job.payload else _reach(job).place


def way_of(job: Job, services: Services) -> Way:
    """The way; raises `NoWayError`. A channel's options hold for all its targets and people.

    A target's own options come before those of its channel. A person's address is `to`, whatever the channel.
    """
    known = services.registry.notifiers
    if "target" not in job.payload:
        reach = _reach(job)
        if reach.channel not in known:
            raise NoWayError(f"no plugin serves the channel {reach.channel} any more")
        options = {**_shared(reach.channel, services), "to": reach.address}
        return Way(reach.place, reach.channel, options, reach.receiver, reach.person)
    name = str(job.payload["target"])
    targets = dict(named_targets(services.config.notify.targets, known))
    if name not in targets:
        raise NoWayError("no such target is configured any more")
    channel = targets[name].channel
    return Way(name, channel, {**_shared(channel, services), **targets[name].options}, f"target:{name}")


def _shared(channel: str, services: Services) -> Mapping[str, object]:
    found = services.config.notify.channels.get(channel)
    return found.options if found else {}


def _reach(job: Job) -> Reach:
    receiver, channel, person, address = (
        str(job.payload.get(name) or "") for name in ("receiver", "channel", "person", "address")
    )
    return Reach(receiver, channel, person, address)
