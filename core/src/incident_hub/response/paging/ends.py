"""Whoever was told of an incident by a page, at an address of their own, hears of its end there too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import Connection, select

from incident_hub.domain.events import EventType
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.domain.times import SECOND
from incident_hub.response.notify.reach import Reach, reach_job
from incident_hub.response.paging.jobs import page_job
from incident_hub.storage.tables import event, job
from incident_hub.storage.tables_escalation import escalation

__all__ = ["ends_of_pages"]

_ENDS = ("resolved", "closed")
_UNSENT = ("ready", "leased")
_ADDRESS = ("receiver", "channel", "person", "address")


@dataclass(slots=True)
class _Told:
    """Places that were told, or will be: who was meant, and the address as far as it is still known."""

    sent: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    reaches: dict[str, Reach] = field(default_factory=dict)


def ends_of_pages(connection: Connection, incident_id: str, number: str, severity: str) -> list[NewJob]:
    """The notifications of the end; one for each place, whatever it was told before.

    The address is that of the page. Where its job is forgotten already, people are looked for once more.
    """
    told = _Told()
    _read_events(connection, incident_id, told)
    _read_jobs(connection, incident_id, told)
    missing = [said for place, said in told.sent.items() if place not in told.reaches]
    if any(str(said.get("receiver", "")).startswith("webhook:") for said in missing):
        told.reaches = {**dict(_hooks(connection, incident_id)), **told.reaches}
    return list(_jobs(told, incident_id, number, severity))


def _jobs(told: _Told, incident_id: str, number: str, severity: str) -> Iterator[NewJob]:
    for place in sorted(told.sent.keys() | told.waiting.keys()):
        if place in told.reaches:
            after = told.waiting.get(place, 0)  # the beginning goes first, or is spared
            yield reach_job(
                incident_id, "resolved", number, replace(told.reaches[place], not_before=after), severity
            )
        elif person := str(told.sent.get(place, {}).get("person") or ""):
            channel = str(told.sent[place].get("channel") or place.rpartition(".")[0])
            receiver = Receiver(ReceiverKind.USER, person)
            yield page_job(incident_id, "resolved", number, receiver, severity, channels=(channel,))


def _read_events(connection: Connection, incident_id: str, told: _Told) -> None:
    query = select(event.c.data).where(
        event.c.incident_id == incident_id, event.c.type == EventType.NOTIFICATION_SENT.value
    )
    for (text,) in connection.execute(query):
        said = orjson.loads(text)
        if _own_address(said) and said.get("event") not in _ENDS and "skipped" not in said:
            told.sent[str(said.get("target"))] = said


def _own_address(said: Mapping[str, Any]) -> bool:
    """Whether it went to an address of somebody's own; configured targets hear by their own rules."""
    receiver = str(said.get("receiver", ""))
    return bool(said.get("channel")) or bool(receiver and not receiver.startswith("target:"))


def _read_jobs(connection: Connection, incident_id: str, told: _Told) -> None:
    prefix = f"notify:{incident_id}:"
    query = select(job.c.payload, job.c.state, job.c.run_at).where(
        job.c.key >= prefix, job.c.key < prefix + "\uffff", job.c.kind == "notify"
    )
    for row in connection.execute(query):
        said = orjson.loads(row.payload)
        if not said.get("address") or said.get("event") in _ENDS:
            continue
        known = {name: str(said.get(name) or "") for name in _ADDRESS}
        reach = Reach(known["receiver"], known["channel"], known["person"], known["address"])
        told.reaches[reach.place] = reach
        if row.state in _UNSENT and reach.place not in told.sent:
            told.waiting[reach.place] = row.run_at + SECOND


def _hooks(connection: Connection, incident_id: str) -> Iterator[tuple[str, Reach]]:
    """The webhooks of the policies that the incident went through, by place."""
    query = select(escalation.c.document).where(escalation.c.incident_id == incident_id)
    for (text,) in connection.execute(query):
        for level in orjson.loads(text)["levels"]:
            for target in level["targets"]:
                if target["webhook"]:
                    reach = Reach("webhook", "notifier_webhook", address=target["webhook"])
                    yield reach.place, reach
