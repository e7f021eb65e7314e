"""The auditor's loop. It needs no worker, for workers are what it looks at; any number of processes may run it."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, select

from incident_hub.domain.fingerprint import fingerprint
from incident_hub.domain.times import SECOND
from incident_hub.intake import Intake
from incident_hub.response.auditing.incidents import repair_silence, repair_triage
from incident_hub.response.auditing.jobs import dead_jobs, late_jobs
from incident_hub.response.auditing.pages import repair_pages
from incident_hub.response.auditing.timers import repair_timers
from incident_hub.response.auditing.trouble import Terms, Trouble, TroubleKind, alert_of, end_of
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.tables import incident
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services
from incident_hub.work.lease import database_now

__all__ = ["Auditor"]

_log = logging.getLogger("incident_hub.auditor")
_WINDOW = 600 * SECOND  # how far back it looks for what should have happened


class Auditor:
    """`checked_at` is when it last looked, in the hub's microseconds; `found` what it found then."""

    def __init__(self, services: Services, intake: Intake, on_commit: Callable[[], None]) -> None:
        self._services, self._intake, self._on_commit = services, intake, on_commit
        self._task: asyncio.Task[None] | None = None
        self.checked_at: int | None = None
        self.found: list[Trouble] = []
        self.repaired = 0

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.create_task(self._run(), name="auditor")

    async def stop(self) -> None:
        """End after the current statement."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def check(self) -> list[Trouble]:
        """Look once, repair, and raise or end the incidents about the hub itself."""
        found, open_ = await self._services.database.write(self._audit)
        alerts = [alert_of(one) for one in found]
        alerts += [end_of(kind) for kind in open_ if kind not in {one.kind for one in found}]
        if alerts:
            await self._intake.submit(alerts)
        for one in found:
            _log.error(
                "%s: %d, as %s%s", one.kind, one.count, one.example, "; repaired" if one.repaired else ""
            )
        self.repaired += sum(one.count for one in found if one.repaired)
        self.checked_at, self.found = self._services.clock.micros(), found
        self._on_commit()
        return found

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._services.config.auditor.interval_seconds)
            try:
                await self.check()
            except DatabaseUnavailableError as error:
                _log.warning("the auditor waits: %s", error)
            except Exception:  # the boundary: what fails at one turn may work at the next
                _log.exception("the auditor failed")

    def _audit(self, connection: Connection) -> tuple[list[Trouble], list[TroubleKind]]:
        services = self._services
        now = services.clock.micros()
        grace = int(services.config.auditor.grace_seconds * SECOND)
        terms = Terms(now, database_now(connection, now), grace, _WINDOW)
        targets = named_targets(services.config.notify.targets, services.registry.notifiers)
        escalates = bool(services.config.escalation.default_policy)
        checks: list[Callable[[Connection, Terms], list[Trouble]]] = [
            repair_timers, repair_pages, partial(repair_silence, targets=targets, escalates=escalates),
            repair_triage, late_jobs, dead_jobs,
        ]  # fmt: skip
        found = [one for check in checks for one in check(connection, terms)]
        return found, _open_kinds(connection)


def _open_kinds(connection: Connection) -> list[TroubleKind]:
    """The kinds of which there is an incident that has not ended."""
    keys = {fingerprint(end_of(kind)): kind for kind in TroubleKind}
    query = select(incident.c.fingerprint).where(
        incident.c.fingerprint.in_(list(keys)), incident.c.dedup_slot == "",
        incident.c.state.not_in(("resolved", "closed")),
    )  # fmt: skip
    return [keys[row.fingerprint] for row in connection.execute(query)]
