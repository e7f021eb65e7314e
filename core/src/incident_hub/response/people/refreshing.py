"""Calendars that live at a URL are read again and again; one that cannot be read leaves what was read last."""

import asyncio
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from incident_hub_hookspecs import DeliveryError
from sqlalchemy import Connection

from incident_hub.domain.jobs import Job, NewJob, Priority, job_key
from incident_hub.domain.people import Kind, LayerDraft, ScheduleDraft
from incident_hub.domain.redaction import redact
from incident_hub.domain.times import SECOND
from incident_hub.response.people.calendars import CalendarError, check_calendar
from incident_hub.response.people.reading import every, read_draft
from incident_hub.storage.overrides import CalendarRow, calendars_of, put_calendar
from incident_hub.triage.services import Services
from incident_hub.work.queue import enqueue
from incident_hub.work.worker import Done, Handler

__all__ = ["calendar_handler", "want_calendars"]

_SECONDS = 30.0


def want_calendars(connection: Connection, now: int, every_seconds: float) -> int:
    """Write a job for each calendar that is due; any number of processes may do so, the slot's key is one."""
    slot = now // int(every_seconds * SECOND)
    jobs = [
        NewJob(
            "calendar",
            {"schedule": draft.id, "layer": layer.name},
            job_key("calendar", str(slot), str(one.row.version), draft.id, layer.name),
            priority=Priority.BULK,
        )
        for one in every(connection, Kind.SCHEDULE)
        for draft in [cast("ScheduleDraft", one.record)]
        for layer in draft.layers
        if layer.calendar_url
    ]
    if jobs:
        enqueue(connection, jobs, now)
    return len(jobs)


def calendar_handler(services: Services) -> Handler:
    """The handler of the job kind `calendar`; a job's payload is `{"schedule": id, "layer": name}`."""

    async def refresh(job: Job) -> Done:
        key, name = str(job.payload.get("schedule")), str(job.payload.get("layer"))
        draft = await services.database.read(partial(read_draft, key=key))
        layer = (
            next((one for one in draft.layers if one.name == name and one.calendar_url), None)
            if draft
            else None
        )
        if draft is None or layer is None:
            return Done(result="skipped: there is no such layer any more")
        text, problem = await _fetched(services, draft, layer)
        now = services.clock.micros()

        def effects(connection: Connection) -> None:
            put_calendar(connection, _row(connection, draft.id, layer, text, problem, now))

        return Done(effects, problem or "read")

    return refresh


async def _fetched(services: Services, draft: ScheduleDraft, layer: LayerDraft) -> tuple[str, str]:
    """The calendar, or why there is none."""
    config = services.config.directories
    if services.http is None:
        return "", "this process reads no calendars"
    try:
        answer = await services.http.request(
            "GET",
            layer.calendar_url,
            headers={"accept": "text/calendar"},
            timeout=_SECONDS,
            allow_private=config.calendar_allow_private,
        )
        if answer.status != 200:
            return "", f"the server answered {answer.status}"
        text = answer.body.decode("utf-8-sig")
        zone = ZoneInfo(layer.time_zone or draft.time_zone)
        await asyncio.to_thread(check_calendar, text, zone, services.clock.now())
    except DeliveryError as error:
        return "", redact(str(error))
    except UnicodeDecodeError:
        return "", "the text is not UTF-8"
    except CalendarError as error:
        return "", redact(str(error))
    return text.replace("\0", ""), ""


def _row(
    connection: Connection, schedule: str, layer: LayerDraft, text: str, problem: str, now: int
) -> CalendarRow:
    """What was read last stays as long as it is from the same place."""
    old = next((one for one in calendars_of(connection, schedule) if one.layer == layer.name), None)
    kept = old.text if old and problem else text
    read_at = old.read_at if old and problem else now
    return CalendarRow(schedule, layer.name, layer.calendar_url, kept, read_at, problem)
