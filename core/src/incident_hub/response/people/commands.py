"""What callers do to people: each command is one transaction, done once per idempotency key."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import orjson
from incident_hub_hookspecs import Clock
from sqlalchemy import Connection

from incident_hub.domain.people import Kind, Record
from incident_hub.lifecycle.errors import RecordNotFoundError
from incident_hub.lifecycle.keyed import Keyed
from incident_hub.response.people.calendars import CalendarError, check_calendar
from incident_hub.response.people.contact_edits import put_contact, remove_contact
from incident_hub.response.people.documents import stored
from incident_hub.response.people.feeds import NewFeed, close_feed, open_feed
from incident_hub.response.people.importing import Imported, import_layer, import_overrides
from incident_hub.response.people.mentions import named_by
from incident_hub.response.people.overriding import OverrideDraft, add_override, end_now
from incident_hub.response.people.reading import read_draft
from incident_hub.response.people.writing import Changed, apply_records, put_record, remove_record
from incident_hub.storage.database import Database
from incident_hub.storage.feeds import FeedRow
from incident_hub.storage.overrides import OverrideRow, find_override
from incident_hub.storage.records import RecordRow, find_record

__all__ = ["People"]

T = TypeVar("T")


class People:
    """`on_commit` is called after each commit. Every method raises `DatabaseUnavailableError` too."""

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._database, self._clock = database, clock
        self._keyed = Keyed(database, clock, on_commit)

    async def save(
        self,
        kind: Kind,
        record: Record,
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> RecordRow:
        """Write a record whole, new or in the place of the old one of its id; version 0 expects none.

        Raises `VersionConflictError`, `IdempotencyConflictError`.
        """
        asked = {"kind": kind.value, "record": stored(record), "version": expected_version}

        def work(connection: Connection, now: int) -> str:
            return put_record(connection, kind, record, actor, now, expected_version).row.id

        return await self._keyed.once(
            "people.save", asked, actor, idempotency_key, work, partial(_present, kind=kind)
        )

    async def delete(
        self,
        kind: Kind,
        key: str,
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> list[str]:
        """Delete a record; returns who still names it, as `schedule:primary`.

        Raises `RecordNotFoundError` and as `save`.
        """
        asked = {"kind": kind.value, "id": key, "version": expected_version}

        def work(connection: Connection, now: int) -> str:
            remove_record(connection, kind, key, actor, now, expected_version)
            return orjson.dumps(named_by(connection, kind, key, now)).decode()

        return await self._keyed.once("people.delete", asked, actor, idempotency_key, work, _read_answer)

    async def save_contact(
        self,
        user: str,
        contact: Mapping[str, Any],
        actor: str,
        *,
        position: int | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> RecordRow:
        """Add a contact method to a user, or change it. Raises as `save`, and for an unknown user."""

        def work(connection: Connection, now: int) -> str:
            return put_contact(connection, user, contact, position, actor, now, expected_version).row.id

        asked = {"user": user, "contact": contact, "position": position, "version": expected_version}
        shown = partial(_present, kind=Kind.USER)
        return await self._keyed.once("people.save_contact", asked, actor, idempotency_key, work, shown)

    async def delete_contact(
        self,
        user: str,
        contact: str,
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> RecordRow:
        """Take a contact method from a user. Raises as `save_contact`."""

        def work(connection: Connection, now: int) -> str:
            return remove_contact(connection, user, contact, actor, now, expected_version).row.id

        asked = {"user": user, "contact": contact, "version": expected_version}
        shown = partial(_present, kind=Kind.USER)
        return await self._keyed.once("people.delete_contact", asked, actor, idempotency_key, work, shown)

    async def override(
        self, draft: OverrideDraft, actor: str, *, idempotency_key: str | None = None
    ) -> OverrideRow:
        """Put somebody else on call for a while. Raises `InvalidInputError`, `RecordNotFoundError`."""

        def work(connection: Connection, now: int) -> str:
            return add_override(connection, draft, actor, now).id

        asked = {"override": [str(getattr(draft, field.name)) for field in fields(draft)]}
        return await self._keyed.once("people.override", asked, actor, idempotency_key, work, _override)

    async def end_override(
        self, override_id: str, actor: str, *, idempotency_key: str | None = None
    ) -> OverrideRow:
        """End an override now, or take it back if it has not begun; what it was is returned."""

        def work(connection: Connection, now: int) -> str:
            return orjson.dumps(list(end_now(connection, override_id, actor, now))).decode()

        def shown(connection: Connection, answer: str) -> OverrideRow:
            return OverrideRow(*_read_answer(connection, answer))

        return await self._keyed.once(
            "people.end_override", {"id": override_id}, actor, idempotency_key, work, shown
        )

    async def open_feed(self, receiver: str, actor: str) -> NewFeed:
        """Make a calendar feed of `user:ann` or `schedule:primary`; its token is told now and never again.

        Raises `InvalidInputError`, `RecordNotFoundError`.
        """
        return await self._keyed.run(actor, partial(open_feed, receiver=receiver, actor=actor))

    async def close_feed(self, feed_id: str, actor: str) -> FeedRow:
        """Close a calendar feed for good. Raises `RecordNotFoundError`."""
        return await self._keyed.run(actor, partial(close_feed, feed_id=feed_id, actor=actor))

    async def import_calendar(
        self,
        schedule: str,
        name: str,
        text: str,
        actor: str,
        *,
        as_overrides: bool = False,
        idempotency_key: str | None = None,
    ) -> Imported:
        """Read an iCalendar as the turns of the layer of this name, or as overrides that this name marks.

        Raises `InvalidInputError`, `RecordNotFoundError`.
        """
        take = import_overrides if as_overrides else import_layer
        await self._read_ahead(schedule, text)

        def work(connection: Connection, now: int) -> str:
            return orjson.dumps(list(take(connection, schedule, name, text, actor, now))).decode()

        def shown(connection: Connection, answer: str) -> Imported:
            return Imported(*_read_answer(connection, answer))

        asked = {"schedule": schedule, "name": name, "text": text, "overrides": as_overrides}
        return await self._keyed.once("people.import_calendar", asked, actor, idempotency_key, work, shown)

    async def _read_ahead(self, schedule: str, text: str) -> None:
        """Read the calendar beside the loop: what takes long is kept, and the transaction finds it."""
        draft = await self._database.read(partial(read_draft, key=schedule))
        if draft is not None:
            with suppress(CalendarError):  # the transaction says what is wrong
                zone = ZoneInfo(draft.time_zone)
                await asyncio.to_thread(check_calendar, text, zone, self._clock.now())

    async def apply(self, records: Sequence[tuple[Kind, Record]], actor: str) -> list[Changed]:
        """Write all of them, or none."""
        return await self._keyed.run(actor, partial(apply_records, records=records, actor=actor))


def _read_answer(_: Connection, answer: str) -> list[Any]:
    found: list[Any] = orjson.loads(answer)
    return found


def _override(connection: Connection, key: str) -> OverrideRow:
    row = find_override(connection, key)
    if row is None:
        raise RecordNotFoundError(f"there is no override {key} any more")
    return row


def _present(connection: Connection, key: str, kind: Kind) -> RecordRow:
    row = find_record(connection, kind, key)
    if row is None:
        raise RecordNotFoundError(f"there is no {kind.value} {key}")
    return row
