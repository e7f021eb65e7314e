"""One hub: its rooms, put together, started and stopped in order."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Self, TypeVar

from incident_hub.domain.clock import HubClock
from incident_hub.events.audit import Sealer
from incident_hub.events.feed import Feed
from incident_hub.events.seal import seal_now
from incident_hub.host.config import HubConfig
from incident_hub.host.contributions import COMMANDS, DOORS
from incident_hub.host.directories import Directories
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.endpoints.raw import RawHttp
from incident_hub.host.handed import Handed
from incident_hub.host.lifespans import Lifespans
from incident_hub.host.loader import load_plugins
from incident_hub.host.outside import GuardedClient
from incident_hub.host.registry import Registry
from incident_hub.host.reload import Reloader
from incident_hub.host.strict import insist
from incident_hub.intake import Intake
from incident_hub.intake.commit import commit_submissions
from incident_hub.intake.damping import Damping
from incident_hub.lifecycle import Lifecycle
from incident_hub.lifecycle.through_plugins import PluginIncidents
from incident_hub.response.auditing.auditor import Auditor
from incident_hub.response.escalation.control import Escalations
from incident_hub.response.escalation.policies import EscalationPolicies
from incident_hub.response.handlers import TOGETHER, batch_handlers, handlers
from incident_hub.response.heartbeat import Pulse
from incident_hub.response.notify.service import Deliveries
from incident_hub.response.people.commands import People
from incident_hub.response.people.directory import LocalDirectory
from incident_hub.response.requests import ActionRequests
from incident_hub.response.rules.commands import Rules
from incident_hub.response.sla.control import SlaClocks
from incident_hub.storage.database import Database
from incident_hub.storage.migrate import check, upgrade
from incident_hub.storage.opening import open_database
from incident_hub.storage.plugin_tables.opening import open_doors
from incident_hub.storage.plugin_tables.tables import TableDoors
from incident_hub.triage.grouping import Grouping
from incident_hub.triage.llm import LlmClients
from incident_hub.triage.lookup import Lookup
from incident_hub.triage.services import Services
from incident_hub.triage.settle import Settler
from incident_hub.upkeep import Upkeep
from incident_hub.work.ending import write_ends
from incident_hub.work.lease import claim_wanted
from incident_hub.work.sinks.sinks import Sinks
from incident_hub.work.worker import Worker

__all__ = ["Hub"]

SINKS = "events"  # beside the kinds of job: telling event sinks
T = TypeVar("T")


class Hub:
    """The parts of a running hub, each by its room's name.

    `workers` False leaves durable work to other processes; `kinds` limits it to some kinds of job,
    and `events`, which is telling event sinks. `doors` False is for a process that answers nobody: what
    plugins add to GraphQL and HTTP is not asked for.
    With `writer_process`, what can be written apart on a SQLite file is left to a process of its own.
    `reread` reads the configuration again, for `reloader`. `clock` and `http` stand in for the hub's own, in
    tests and replays; `trim` may take plugins' parts out of the registry before any of them is called.
    """

    def __init__(
        self,
        config: HubConfig,
        *,
        plugins: Iterable[tuple[str, object]] = (),
        workers: bool = True,
        kinds: Iterable[str] = (),
        doors: bool = True,
        writer_process: bool = False,
        reread: Callable[[], HubConfig] | None = None,
        clock: HubClock | None = None,
        http: RawHttp | None = None,
        trim: Callable[[Registry], None] | None = None,
    ) -> None:
        self.config = config
        self.clock = clock or HubClock()
        self.database: Database = open_database(config.database_url, pool_size=config.database_pool_size)
        self.http: RawHttp = http or GuardedClient()
        self.tables = TableDoors(self.database, config.plugin_calls.deadline_seconds)
        self.lifecycle = Lifecycle(self.database, self.clock, self.wake)
        self.escalations = Escalations(self.database, self.clock, self.wake)
        incidents = partial(PluginIncidents, lifecycle=self.lifecycle, hurry=self.escalations.hurry)
        handed = Handed(self.clock, self.http, self.tables, incidents)
        unasked = (COMMANDS,) if doors else (COMMANDS, *DOORS)
        self.registry: Registry = load_plugins(config, handed, plugins, without=unasked)
        if trim is not None:
            trim(self.registry)
        self.dispatcher = Dispatcher(self.registry)
        self.lifespans = Lifespans(self.registry, deadline=config.plugin_calls.start_seconds)
        self.feed = Feed(self.database, self.clock)
        self.sealer = Sealer(self.database, self.clock)
        self.intake = Intake(
            self.database,
            self.clock,
            deduplication_seconds=config.deduplication.window_seconds,
            reopen_seconds=config.deduplication.reopen_window_seconds,
            queue_limit=config.intake.queue_limit,
            on_commit=self.wake,
            damping=Damping.of(config.routing.flapping),
        )
        self.grouping = Grouping(self.database, self.clock, self.wake)
        self.people = People(self.database, self.clock, self.wake)
        self.actions = ActionRequests(self.database, self.clock, self.registry, self.wake)
        self.deliveries = Deliveries(self.database, self.clock, self.wake)
        self._services = self._put_together()
        self.sla = SlaClocks(self.database, self.clock, self.wake)
        self.rules = Rules(self._services, self.wake)
        self.escalation_policies = EscalationPolicies(self._services, self.wake)
        self.llm = LlmClients(self._services)
        owner, wanted = _owner(), set(kinds)
        self.worker = self._worker(self._services, owner, wanted)
        self.sinks = self._sinks(self._services, owner)
        self.reloader = Reloader(config, self.registry, self.dispatcher, reread=reread, take=self._take)
        self.upkeep = Upkeep(
            self.database,
            self.clock,
            self.intake,
            self.wake,
            group_close_seconds=config.triage.correlation.close_seconds,
            pulse=Pulse(self._services),
            calendar_seconds=config.directories.calendar_seconds,
            deliveries_kept_days=config.notify.keep_days,
        )
        self.auditor = Auditor(self._services, self.intake, self.wake)
        self._workers = workers
        self._tells = workers and (not wanted or SINKS in wanted)
        self._writer_process = writer_process

    @classmethod
    async def create(
        cls,
        config: HubConfig,
        *,
        plugins: Iterable[tuple[str, object]] = (),
        workers: bool = True,
        kinds: Iterable[str] = (),
        doors: bool = True,
        writer_process: bool = False,
        reread: Callable[[], HubConfig] | None = None,
        clock: HubClock | None = None,
        http: RawHttp | None = None,
        trim: Callable[[Registry], None] | None = None,
    ) -> Self:
        """Put a hub together on a database whose schema is current.

        The embedded SQLite database is upgraded by itself; on PostgreSQL an old schema is refused
        with `SchemaOutdatedError`, which names the command that mends it, and a plugin whose own
        tables are old fails alone. Plugins' lifespans are entered here, before any part is built on
        what they registered; `stop` leaves them.
        """
        hub = cls(
            config,
            plugins=plugins,
            workers=workers,
            kinds=kinds,
            doors=doors,
            writer_process=writer_process,
            reread=reread,
            clock=clock,
            http=http,
            trim=trim,
        )
        try:
            await hub._prepare()
        except BaseException:
            await hub._let_go()
            raise
        return hub

    async def _prepare(self) -> None:
        await (upgrade if self.database.dialect == "sqlite" else check)(self.database)
        await open_doors(self.database, self.registry, self.tables)
        await self._open_isolated()
        await self.lifespans.enter()
        insist(self.config, self.registry)
        await self.sinks.prepare(self.config.event_sinks.from_beginning)

    async def start(self) -> None:
        """Begin to take alerts, to tail the timeline, to seal it, and to work."""
        if self._writer_process:
            self.database.start_writer((commit_submissions, seal_now, claim_wanted, write_ends, Settler))
        await self.feed.start()
        await self.sealer.start()
        if self._workers:
            self.worker.start()
            self.upkeep.start()
            self.auditor.start()
        if self._tells:
            self.sinks.start()

    async def stop(self) -> None:
        """Finish what runs, then let go of everything."""
        await self.reloader.stop()
        await self.intake.drain()
        if self._workers:
            await self.auditor.stop()
            await self.upkeep.stop()
            await self.worker.stop()
        await self.sinks.stop()
        await self.sealer.stop()
        await self.feed.stop()
        await self._let_go()

    async def _let_go(self) -> None:
        await self.lifespans.leave()
        await asyncio.gather(*(one.stop() for one in self.registry.isolated.values()))
        if isinstance(self.http, GuardedClient):
            await self.http.aclose()
        await self.database.close()

    async def _open_isolated(self) -> None:
        """Those that die meanwhile are started again; nobody waits for that here."""
        opened = (one.open() for one in self.registry.isolated.values())
        await asyncio.gather(*opened, return_exceptions=True)

    @property
    def services(self) -> Services:
        """What triage and response work with."""
        return self._services

    def wake(self) -> None:
        """Something was committed: tail the timeline and look for jobs now."""
        self.feed.wake()
        self.worker.wake()
        self.sinks.wake()

    def _take(self, config: HubConfig) -> None:
        """The hub's own configuration changed, in keys that are read at each use."""
        self.config = self._services.config = config

    def _put_together(self) -> Services:
        return Services(
            database=self.database,
            registry=self.registry,
            dispatcher=self.dispatcher,
            config=self.config,
            lookup=Lookup(self.database),
            directory=Directories(
                self.registry,
                self.dispatcher,
                deadline=self.config.directories.deadline_seconds,
                cache_seconds=self.config.directories.cache_seconds,
                own=LocalDirectory(self.database),
            ),
            clock=self.clock,
            http=self.http,
        )

    def _worker(self, services: Services, owner: str, kinds: set[str]) -> Worker:
        work = self.config.work
        return Worker(
            self.database,
            self.clock,
            _some(handlers(services), kinds),
            batch_handlers=_some(batch_handlers(services), kinds),
            together=TOGETHER,
            owner=owner,
            concurrency=work.concurrency,
            lease_seconds=work.lease_seconds,
            max_attempts=work.max_attempts,
            on_commit=self.wake,
        )

    def _sinks(self, services: Services, owner: str) -> Sinks:
        return Sinks(
            self.database,
            self.clock,
            self.registry,
            self.dispatcher,
            services.context,
            owner=owner,
            deadline=self.config.plugin_calls.deadline_seconds,
        )


def _owner() -> str:
    """Who holds a lease: a machine, a process, and what tells it from an earlier one of that number."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[-64:]


def _some(known: Mapping[str, T], kinds: Collection[str]) -> dict[str, T]:
    """Those of the given kinds; all, when no kind is given."""
    return {kind: handler for kind, handler in known.items() if not kinds or kind in kinds}
