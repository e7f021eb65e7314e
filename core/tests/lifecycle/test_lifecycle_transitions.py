"""Which moves are allowed, which are refused, and that a refusal changes nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from incident_hub.domain.states import InvalidTransitionError
from incident_hub.lifecycle import IncidentChanges, Lifecycle, error_code
from incident_hub.storage.database import Database
from incident_hub.storage.incidents import find_incident
from incident_hub_hookspecs import IncidentState

Place = Callable[[IncidentState], Awaitable[str]]
Timeline = Callable[[str], Awaitable[list[tuple[str, dict[str, Any]]]]]

_D, _T, _I, _M, _R, _C = IncidentState
ALLOWED = {
    *((_D, _T), (_D, _I), (_D, _R), (_T, _I), (_T, _M), (_T, _R), (_I, _M), (_I, _R), (_I, _T)),
    *((_M, _I), (_M, _R), (_R, _C), (_R, _I), (_C, _I)),
}
PAIRS = [(old, new) for old in IncidentState for new in IncidentState if old is not new]
COMMANDS = {
    "acknowledge": {_D: _I, _T: _I, _I: _I, _M: _M},
    "resolve": {_D: _R, _T: _R, _I: _R, _M: _R},
    "close": {_R: _C},
    "reopen": {_R: _I, _C: _I},
}


@pytest.mark.parametrize(("old", "new"), PAIRS)
async def test_a_move_goes_through_only_where_the_table_says(
    lifecycle: Lifecycle, place: Place, timeline: Timeline, old: IncidentState, new: IncidentState
) -> None:
    incident_id = await place(old)
    changes = IncidentChanges(state=new, reason="because")
    if (old, new) in ALLOWED:
        row = await lifecycle.update(incident_id, changes, "ann")
        assert (row["state"], row["version"]) == (new, 2)
        moves = [data for kind, data in await timeline(incident_id) if kind == "StateChanged"]
        assert [(move["before"], move["after"]) for move in moves] == [(old, new)]
    else:
        with pytest.raises(InvalidTransitionError) as refused:
            await lifecycle.update(incident_id, changes, "ann")
        assert error_code(refused.value) == "INVALID_STATE_TRANSITION"
        assert [kind for kind, _ in await timeline(incident_id)] == ["Created"]


@pytest.mark.parametrize("state", list(IncidentState))
@pytest.mark.parametrize("command", list(COMMANDS))
async def test_a_command_ends_in_its_state_or_is_refused(
    database: Database, lifecycle: Lifecycle, place: Place, command: str, state: IncidentState
) -> None:
    incident_id = await place(state)
    reason = {"reason": "not over"} if command == "reopen" else {}
    expected = COMMANDS[command].get(state)
    if expected is None:
        with pytest.raises(InvalidTransitionError):
            await getattr(lifecycle, command)(incident_id, actor="ann", **reason)
        row = await database.read(lambda connection: dict(find_incident(connection, incident_id)))
        assert (row["state"], row["version"]) == (state, 1)
    else:
        row = await getattr(lifecycle, command)(incident_id, actor="ann", **reason)
        assert (row["state"], row["version"]) == (expected, 2)


@pytest.mark.parametrize("state", [_R, _C])
async def test_reopening_without_a_reason_is_refused(
    lifecycle: Lifecycle, place: Place, state: IncidentState
) -> None:
    with pytest.raises(InvalidTransitionError, match="needs a reason"):
        await lifecycle.reopen(await place(state), "  ", "ann")
