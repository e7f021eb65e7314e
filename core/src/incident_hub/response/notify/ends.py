"""How a try ends: sent, spared, another time, or never. Each end is written with what people see of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import DeliveryCode, DeliveryError, Receipt
from sqlalchemy import Connection

from incident_hub.domain.events import EventType
from incident_hub.domain.times import SECOND
from incident_hub.host.circuit import CircuitOpenError
from incident_hub.host.dispatch import RateLimitedError
from incident_hub.response.notify.pace import hold_place, refuse_place
from incident_hub.response.notify.policy import wait_after
from incident_hub.response.notify.telling import told, turn_to_fallback
from incident_hub.response.notify.way import Way
from incident_hub.storage.notifications import DeliveryState, note_notifications
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.triage.checks import clean
from incident_hub.triage.findings import error_text
from incident_hub.triage.services import Services
from incident_hub.work.worker import GiveUp, Later

__all__ = ["dead", "failure", "postponed", "sent", "spared"]

_log = logging.getLogger("incident_hub.response")
_MANY_FAILURES = 5  # of something urgent: somebody else had better hear of it too
_PAUSE_SECONDS = 5.0  # for a place that asks for a pause and does not say how long
_LONGEST_SECONDS = 3 * 86_400.0
Effects = Callable[[Connection], None]
Records = Sequence[DeliveryRow]


def sent(records: Records, receipt: Receipt, tries: int, services: Services) -> Effects:
    """It arrived."""
    provider, detail = clean(str(receipt.provider_id)), clean(str(receipt.detail))
    said = {"receipt": provider, "detail": detail}
    if len(records) > 1:
        said["together"] = str(len(records))

    def effects(connection: Connection) -> None:
        now = services.clock.micros()
        values = {"provider_id": provider, "detail": detail, "error": "", "sent_at": now, "next_at": None}
        _note(connection, records, DeliveryState.SENT, tries, now, values)
        told(
            connection, records, EventType.NOTIFICATION_SENT, said | {"attempts": _tries(records, tries)}, now
        )

    return effects


def spared(record: DeliveryRow, why: str, tries: int, services: Services) -> Effects:
    """Nobody need hear of it any more."""

    def effects(connection: Connection) -> None:
        now, attempts = services.clock.micros(), _tries([record], tries)
        values = {"detail": why, "next_at": None, "attempts": record.attempts}
        _note(connection, [record], DeliveryState.SUPPRESSED, 0, now, values)
        said = {"skipped": why, "attempts": attempts}
        told(connection, [record], EventType.NOTIFICATION_SENT, said, now)

    return effects


def dead(records: Records, why: str, tries: int, services: Services, more: Effects | None = None) -> GiveUp:
    """It cannot be delivered: a dead letter, which people see and can replay; others hear in its place."""
    fallback = services.config.notify.fallback

    def effects(connection: Connection) -> None:
        now = services.clock.micros()
        _note(connection, records, DeliveryState.DEAD, tries, now, {"error": why, "next_at": None})
        said = {"error": why, "attempts": _tries(records, tries)}
        told(connection, records, EventType.NOTIFICATION_FAILED, said, now)
        for one in records:
            turn_to_fallback(connection, one, why, fallback, now)
        if more is not None:
            more(connection)

    return GiveUp(why, effects)


def postponed(records: Records, at: int, services: Services) -> Later:
    """A rate makes it wait: its turn is written down, and nothing is counted."""
    now = services.clock.micros()

    def effects(connection: Connection) -> None:
        note_notifications(connection, [one.key for one in records], {"slot_at": at, "next_at": at})

    return Later("", max(at - now, 0) / SECOND, effects)


def failure(records: Records, way: Way, error: BaseException, tries: int, services: Services) -> Exception:
    """What follows from an error: another try, or none."""
    why, asked = error_text(error), getattr(error, "retry_after", None)
    if isinstance(error, DeliveryError) and not error.retry:
        return _refused(records, way, error, tries, services)
    if isinstance(error, CircuitOpenError | RateLimitedError):  # it was not even tried
        return _again(records, why, asked or 1.0, 0, 0, services)
    if isinstance(error, DeliveryError) and error.code is DeliveryCode.RATE_LIMIT:
        return _paused(records, way, why, asked or _PAUSE_SECONDS, tries, services)
    failures = 1 + max(one.failures for one in records)
    after = wait_after(failures, way.policy, asked)
    if after is None:
        return dead(records, why, tries, services)
    return _again(records, why, after, tries, 1, services)


def _refused(records: Records, way: Way, error: DeliveryError, tries: int, services: Services) -> Exception:
    why = error_text(error)
    if error.code is not DeliveryCode.GONE:
        return dead(records, why, tries, services)
    _log.error("%s is gone (%s): nothing is sent there any more", way.place, why)
    key, now = way.pace_key, services.clock.micros()
    return dead(records, why, tries, services, lambda connection: refuse_place(connection, key, why, now))


def _paused(records: Records, way: Way, why: str, after: float, tries: int, services: Services) -> Exception:
    """The place takes nothing for a while: that is no failure of this message, and holds for all others."""
    later = _again(records, why, after, tries, 0, services)
    if not isinstance(later, Later):
        return later
    noted = later.effects

    def effects(connection: Connection) -> None:
        if noted is not None:
            noted(connection)
        now = services.clock.micros()
        hold_place(connection, way.pace_key, now + int(after * SECOND), now)

    return Later(why, after, effects)


def _again(
    records: Records, why: str, after: float, tries: int, failures: int, services: Services
) -> Exception:
    if services.clock.micros() - records[0].created_at > _LONGEST_SECONDS * SECOND:
        return dead(records, why, tries, services)
    fallback = services.config.notify.fallback

    def effects(connection: Connection) -> None:
        now = services.clock.micros()
        values = {"error": why, "next_at": now + int(after * SECOND), "slot_at": None}
        _note(connection, records, DeliveryState.FAILED, tries, now, values, failures)
        for one in records:
            if one.urgent and one.failures + failures == _MANY_FAILURES:
                turn_to_fallback(connection, one, why, fallback, now)

    return Later(why, after, effects)


def _note(
    connection: Connection,
    records: Records,
    state: str,
    tries: int,
    now: int,
    values: Mapping[str, Any],
    failures: int = 0,
) -> None:
    counted = {"state": state, "updated_at": now, "attempts": _tries(records, tries)}
    counted["failures"] = failures + max(one.failures for one in records)
    note_notifications(connection, [one.key for one in records], {**counted, **values})


def _tries(records: Records, tries: int) -> int:
    """How often it was tried in all, this time and tries that died with their worker included."""
    return tries + max(one.attempts for one in records)
