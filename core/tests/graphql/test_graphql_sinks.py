"""How far event sinks have come, over GraphQL."""

from collections.abc import Awaitable, Callable
from typing import Any

from incident_hub.storage.tables import event_sink

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]
LOOK = "{ plugins { name eventSink { lag waitingSince deliveredAt failures error } } }"


async def test_a_sinks_lag_and_last_error_are_shown_beside_its_plugin(hub: Hub, ask: Ask) -> None:
    assert (await ask(LOOK))["plugins"] == [{"name": "rules", "eventSink": None}]
    await hub.storm(3)
    place = {"plugin": "rules", "cursor": 1, "failures": 2, "error": "disk full", "created_at": 0}
    await hub.database.write(lambda c: c.execute(event_sink.insert().values(place)).rowcount)
    ((found,),) = ([one["eventSink"] for one in (await ask(LOOK))["plugins"]],)
    assert found.pop("waitingSince").endswith("Z")
    assert found == {"lag": 2, "deliveredAt": None, "failures": 2, "error": "disk full"}
