"""A simulation with a bar on stderr, so that stdout holds the report alone."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import open_configured
from incident_hub.host.config import HubConfig
from incident_hub.simulation.report import Report
from incident_hub.simulation.run import SimulationError, simulate
from incident_hub.simulation.stored import Span
from incident_hub.storage.migrate import check

__all__ = ["run_simulation"]


async def run_simulation(real: HubConfig, config: HubConfig, span: Span, limit: int) -> Report:
    """Replay what the database of `real` holds through `config`."""
    console = Console(stderr=True)
    columns = (TextColumn("simulate"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    database = open_configured(real)
    try:
        await check(database)
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("simulate", total=None)
            return await simulate(
                database, config, span, limit, lambda done, all_: bar.update(task, completed=done, total=all_)
            )
    except SimulationError as error:
        raise CommandError(
            f"{error}; --limit N raises the limit" if "limit" in str(error) else str(error)
        ) from None
    finally:
        await database.close()
