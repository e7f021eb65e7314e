"""Pages of incidents by state and severity: everything once, in order, and not dearer in a longer list."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from incident_hub.domain.ids import new_ids
from incident_hub.intake.current import COLUMNS
from incident_hub.storage.active import OPEN_STATES, START, newest_open, open_chunk
from incident_hub.storage.bulk import insert_rows
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.storage.reading.filters import IncidentFilter
from incident_hub.storage.reading.incidents import incident_key, incident_page
from incident_hub.storage.reading.keyset import PageRequest
from incident_hub.storage.tables import incident
from incident_hub.testing.template import sqlite_copy
from sqlalchemy import Connection

Kind = tuple[str, str]
Row = tuple[int, str, str, str]  # created at, id, state, severity
_STATES = ("detected", "triaged", "closed")
_SEVERITIES = ("P0", "P1", "P2", "P3")
_ALL = list(product(_STATES, _SEVERITIES))
_FILTERS = [
    IncidentFilter(states=("triaged",)),
    IncidentFilter(states=("detected", "closed")),
    IncidentFilter(severities=("P3", "P0", "P3")),
    IncidentFilter(active_only=True),
    IncidentFilter(active_only=True, states=("closed", "triaged")),
    IncidentFilter(active_only=True, states=("closed",)),
    IncidentFilter(states=("triaged", "closed"), severities=("P1", "P2")),
    IncidentFilter(active_only=True, severities=("P1",), sources=("test",)),
]


def _fill(connection: Connection, first: int, last: int, kinds: Sequence[Kind] = _ALL) -> list[Row]:
    """Incidents of the states and severities, mixed; three of them share each moment."""
    rows = [
        (1000 + n // 3, key, *kinds[n * 7 % len(kinds)])
        for n, key in zip(range(first, last), new_ids(first, last - first), strict=True)
    ]
    insert_rows(connection, incident, COLUMNS, [_values(row) for row in rows])
    return rows


def _values(row: Row) -> tuple[Any, ...]:
    created, key, state, severity = row
    values = {"id": key, "fingerprint": key[-32:], "title": "t", "description": "", "source": "test"}
    values |= {"dedup_slot": "", "state": state, "severity": severity, "type": "unknown", "stateful": 0}
    values |= {"count": 1, "version": 1, "resources": "[]", "labels": "{}", "annotations": "{}", "llm": "{}"}
    times = dict.fromkeys(("created_at", "updated_at", "first_seen", "last_seen"), created)
    return tuple({**values, **times}.get(name) for name in COLUMNS)


def _meant(row: Row, chosen: IncidentFilter) -> bool:
    _, _, state, severity = row
    return (
        (not chosen.states or state in chosen.states)
        and (not chosen.severities or severity in chosen.severities)
        and (not chosen.active_only or state in OPEN_STATES)
    )


def _walk(
    connection: Connection, chosen: IncidentFilter, field: str, *, backward: bool = False, descending: bool
) -> Iterator[list[str]]:
    """The ids of all pages, one after the other."""
    request = PageRequest("any", 10, None, backward)
    while True:
        page = incident_page(connection, chosen, field, request, descending=descending)
        yield [row.id for row in page.rows]
        if not (page.has_previous if backward else page.has_next):
            return
        end = page.rows[0 if backward else -1]
        request = PageRequest("any", 10, incident_key(end, field), backward)


@pytest.mark.parametrize("chosen", _FILTERS, ids=str)
async def test_pages_of_several_states_and_severities_hold_everything_once_in_order(
    database: Database, chosen: IncidentFilter
) -> None:
    rows = await database.write(lambda connection: _fill(connection, 0, 90))
    expected = [row[1] for row in sorted(rows, reverse=True) if _meant(row, chosen)]

    def both_ways(connection: Connection) -> tuple[list[list[str]], list[list[str]]]:
        pages = _walk(connection, chosen, "CREATED_AT", descending=True)
        return list(pages), list(_walk(connection, chosen, "CREATED_AT", backward=True, descending=True))

    forward, back = await database.read(both_ways)
    assert [key for page in forward for key in page] == expected
    assert [key for page in reversed(back) for key in page] == expected
    assert all(len(page) == 10 for page in (*forward[:-1], *back[:-1]))


async def test_incidents_of_one_severity_are_in_the_order_of_their_creation(database: Database) -> None:
    rows = await database.write(lambda connection: _fill(connection, 0, 90))
    pages = await database.read(lambda c: list(_walk(c, IncidentFilter(), "SEVERITY", descending=False)))
    expected = sorted(rows, key=lambda row: (row[3], row[0], row[1]))
    assert [key for page in pages for key in page] == [row[1] for row in expected]


async def test_the_open_incidents_of_a_state_are_met_once_chunk_by_chunk(database: Database) -> None:
    rows = await database.write(lambda connection: _fill(connection, 0, 90))

    def chunks(connection: Connection) -> list[str]:
        found, after = [], START
        while part := open_chunk(connection, "triaged", after, 7, silenced_only=False):
            found += [row.id for row in part]
            after = part[-1].mark
        return found

    assert await database.read(chunks) == [row[1] for row in sorted(rows) if row[2] == "triaged"]
    newest = await database.read(lambda connection: newest_open(connection, 20))
    opened = [row[1] for row in sorted(rows, reverse=True) if row[2] in OPEN_STATES]
    assert [row.id for row in newest] == opened[:20]


@pytest.mark.parametrize("chosen", [IncidentFilter(), *_FILTERS[:4]], ids=str)
async def test_a_page_is_as_much_work_in_a_list_thirty_times_as_long(
    tmp_path: Path, chosen: IncidentFilter
) -> None:
    """Work as SQLite counts it, in steps of its virtual machine, which no slow machine changes."""

    def steps(connection: Connection) -> int:
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        taken = 0

        def count() -> int:
            nonlocal taken
            taken += 1
            return 0

        driver.set_progress_handler(count, 10)
        incident_page(connection, chosen, "CREATED_AT", PageRequest("any", 20), descending=True)
        driver.set_progress_handler(None, 10)
        return taken

    database = open_database(sqlite_copy(tmp_path / "hub.db"))
    await database.write(lambda connection: _fill(connection, 0, 300))
    short = await database.read(steps)
    await database.write(lambda connection: _fill(connection, 300, 3000))
    long = await database.read(steps)
    await database.write(lambda connection: _fill(connection, 3000, 9000, [("resolved", "P4")]))
    behind_others = await database.read(steps)
    await database.close()
    assert 0 < long <= 1.5 * short
    assert behind_others <= 1.5 * short
