"""The root field `simulate`."""

from datetime import datetime

from strawberry.scalars import JSON

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.errors import Code, bad_input, coded
from incident_hub.domain.times import to_micros
from incident_hub.host.config import HubConfigError
from incident_hub.simulation.asking import GRACE_SECONDS, SECONDS, BusyError, Simulator
from incident_hub.simulation.report import Report
from incident_hub.simulation.run import SimulationError
from incident_hub.simulation.settings import changed
from incident_hub.simulation.stored import Span

__all__ = ["simulate"]

_simulator = Simulator()


async def simulate(
    info: Info, since: datetime, until: datetime | None = None, config: JSON | None = None
) -> Report:
    """Replay in another process; the document's own deadline waits for it."""
    services = info.context.services
    end = services.clock.now() if until is None else until
    try:
        wanted = changed(services.config, config or {})
        info.context.wait_longer(SECONDS + 2 * GRACE_SECONDS)
        return await _simulator.simulate(wanted, Span(to_micros(since), to_micros(end)))
    except (SimulationError, HubConfigError) as error:
        raise bad_input(str(error)) from None
    except BusyError as error:
        raise coded(str(error), Code.UNAVAILABLE) from None
