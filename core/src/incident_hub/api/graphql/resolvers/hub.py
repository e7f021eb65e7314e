"""Root fields about single things and the hub itself."""

from datetime import datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Annotated, Any, cast

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import page_size
from incident_hub.api.graphql.resolvers import parts
from incident_hub.api.graphql.resolvers.parts import Related
from incident_hub.api.graphql.types.hub import Health, MttxMetrics
from incident_hub.domain.times import to_micros
from incident_hub.host.status import REFUSED, PluginRecord
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.reading.figures import Figures, incident_figures, time_to
from incident_hub.storage.reading.rows import GroupRow, IncidentRow

__all__ = ["group", "health", "incident", "mttx", "plugins", "related", "stats", "version"]

_Id = strawberry.ID
_From = Annotated[datetime | None, strawberry.argument(name="from")]
_To = Annotated[datetime | None, strawberry.argument(name="to")]


async def incident(info: Info, id: _Id) -> IncidentRow | None:  # noqa: A002 - the schema's word
    """One incident."""
    return await info.context.loaders.incident(id)


async def group(info: Info, id: _Id) -> GroupRow | None:  # noqa: A002
    """One group."""
    return await info.context.loaders.group(id)


async def related(info: Info, incident_id: _Id, first: int = 10) -> list[Related]:
    """Incidents that somebody related to this one."""
    found = await info.context.loaders.incident(incident_id)
    return [] if found is None else (await parts.related(found, info))[: page_size(first)]


async def stats(info: Info) -> Figures:
    """Counts over everything."""
    return await info.context.services.database.read(incident_figures)


async def mttx(info: Info, start: _From = None, end: _To = None) -> MttxMetrics:
    """Time to acknowledge and to resolve."""
    database = info.context.services.database
    span = (None if start is None else to_micros(start), None if end is None else to_micros(end))
    mtta = await database.read(lambda c: time_to(c, "acknowledged_at", *span))
    mttr = await database.read(lambda c: time_to(c, "resolved_at", *span))
    return MttxMetrics(mtta=cast("Any", mtta), mttr=cast("Any", mttr), start=start, end=end)


async def plugins(info: Info) -> list[PluginRecord]:
    """Every plugin that was found, by name."""
    records = info.context.services.registry.records
    return [records[name] for name in sorted(records)]


async def health(info: Info) -> Health:
    """Whether the database answers and the plugins serve."""
    services = info.context.services
    records = [one for one in services.registry.records.values() if one.status not in REFUSED]
    serving = sum(record.serving for record in records)
    try:
        await services.database.ping()
        database = "ok"
    except DatabaseUnavailableError:
        database = "unavailable"
    problem = services.reloader.problem
    sound = database == "ok" and serving == len(records) and not problem
    return Health(
        status="ok" if sound else "degraded",
        database=database,
        configuration=problem or "ok",
        plugins_serving=serving,
        plugins_total=len(records),
    )


def version() -> str:
    """The version of the hub's core."""
    try:
        return installed("incident-hub-core")
    except PackageNotFoundError:
        return "unknown"
