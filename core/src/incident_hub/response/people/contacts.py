"""One person's contact methods for one page: which, in which order, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from incident_hub_hookspecs import Person

from incident_hub.domain.people import Contact, QuietHours, User
from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.domain.schedules import ScheduleError, zone_named
from incident_hub.domain.times import to_micros
from incident_hub.response.people.channels import channel_named
from incident_hub.response.people.resolution import Reach, Resolution, Unreached, WhyNot

__all__ = ["EMAIL", "Reachable", "reach"]

EMAIL = "notifier_email"  # the bundled plugin that tells people by e-mail


@dataclass(frozen=True, slots=True)
class Reachable:
    """What counts of a person here, from whichever directory; ids of other directories may look like anything."""

    id: str
    email: str
    zone: ZoneInfo
    contacts: tuple[Contact, ...]
    quiet_hours: QuietHours = field(default_factory=QuietHours)

    @classmethod
    def of_user(cls, user: User) -> Self:
        """A user of the hub's own tables."""
        return cls(user.id, user.email, ZoneInfo(user.time_zone), user.contacts, user.quiet_hours)

    @classmethod
    def of_person(cls, person: Person) -> Self:
        """Somebody whom a plugin's directory knows: the addresses count as verified."""
        known = dict(person.contacts)
        if person.email and not {EMAIL, EMAIL.removeprefix("notifier_")} & set(known):
            known[EMAIL] = person.email
        contacts = tuple(
            Contact(channel, address, id=channel, verified=True)
            for channel, address in known.items()
            if address
        )
        try:
            zone = zone_named(person.time_zone or "UTC")
        except ScheduleError:
            zone = zone_named("UTC")
        return cls(person.id, person.email, zone, contacts)


def reach(
    user: Reachable,
    at: datetime,
    severity: str,
    channels: Sequence[str],
    served: Collection[str],
    because: str,
) -> Resolution:
    """How to reach a user; `served` are the channels that a plugin serves."""
    me = Receiver(ReceiverKind.USER, user.id)
    usable = [
        replace(one, channel=channel)
        for one in _all_contacts(user)
        if (channel := channel_named(one.channel, served))
    ]
    if not usable:
        why = f"{user.id} has no contact method" + (
            f" on a channel that is served (has {', '.join(sorted({one.channel for one in user.contacts}))})"
            if user.contacts
            else ""
        )
        return Resolution(me, (), (Unreached(str(me), WhyNot.NO_CONTACT, why),))
    wanted = [one for name in channels for one in usable if one.channel == name] if channels else usable
    note = ""
    if not wanted:
        wanted, note = usable, f"{user.id} has no contact method on {', '.join(channels)}"
    hearing = [one for one in wanted if one.hears(severity)]
    if not hearing:
        why = f"{user.id} does not want to hear of {severity}"
        return Resolution(me, (), (Unreached(str(me), WhyNot.NOT_WANTED, why),))
    chosen = [one for one in hearing if one.verified]
    if not chosen:
        chosen, note = hearing, "; ".join(filter(None, (note, f"no contact method of {user.id} is verified")))
    return Resolution(me, tuple(_timed(user, one, at, severity, because, note) for one in chosen))


def _all_contacts(user: Reachable) -> Sequence[Contact]:
    """Those given; the e-mail address stands in for none."""
    if user.contacts or not user.email:
        return user.contacts
    return (Contact(EMAIL, user.email, id="email", verified=True),)


def _timed(user: Reachable, contact: Contact, at: datetime, severity: str, because: str, note: str) -> Reach:
    """With its delay, and not before its quiet hours are over."""
    when, waits = at + timedelta(seconds=contact.delay_seconds), ""
    if contact.delay_seconds:
        waits = f"{contact.delay_seconds} s after the page"
    if not contact.during_quiet_hours and severity not in user.quiet_hours.passes:
        over = user.quiet_hours.until(when, user.zone)
        if over is not None:
            when, waits = over, f"quiet hours of {user.id} until {over.isoformat(timespec='minutes')}"
    not_before = to_micros(when) if when > at else 0
    return Reach(user.id, contact.channel, contact.address, contact.id, not_before, waits, because, note)
