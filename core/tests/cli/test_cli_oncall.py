"""`incident-hub oncall` says who is on call, who was, who is next, and when nobody is."""

import asyncio
from pathlib import Path

import pytest
from incident_hub.cli.main import run
from incident_hub.response.people.documents import parse_documents
from incident_hub.response.people.writing import apply_records
from incident_hub.storage.migrate import upgrade
from incident_hub.storage.opening import open_database

LAYER = {
    "name": "week", "people": ["ann", "gone"], "rotation": {"starts_on": "2026-03-23"},
    "restrictions": [{"start": "09:00", "end": "17:00"}],
}  # fmt: skip
PEOPLE = {
    "users": [{"id": "ann", "name": "Ann Chan"}],
    "schedules": [{"id": "primary", "time_zone": "Europe/Berlin", "layers": [LAYER]}, {"id": "bare"}],
}


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # noqa: ANN201
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    monkeypatch.setenv("DATABASE_URL", url)

    async def fill() -> None:
        database = open_database(url)
        await upgrade(database)
        records, errors = parse_documents(PEOPLE)
        assert not errors
        await database.write(lambda c: apply_records(c, records, "test", 1))
        await database.close()

    asyncio.run(fill())

    def ask(*words: str) -> tuple[int, str]:
        code = run(["oncall", *words])
        said = capsys.readouterr()
        return code, (said.out + said.err).strip()

    return ask


def test_who_was_on_call_last_tuesday_and_who_is_next(told) -> None:  # noqa: ANN001
    until = "until 2026-03-24T17:00+01:00 (week)"
    assert told("at", "2026-03-24T10:00", "primary") == (0, f"primary: ann Ann Chan {until}")
    _, night = told("at", "2026-03-24T02:00Z", "primary")
    assert night.startswith("primary: nobody is on call on primary until 2026-03-24T08:00")
    _, gone = told("at", "2026-03-31T10:00", "primary")
    assert gone.startswith("primary: gone (not a user of the hub) until")
    assert gone.endswith("; pages go to ann")
    code, both = told("now")
    assert code == 0
    assert [line.partition(":")[0] for line in both.splitlines()] == ["bare", "primary"]
    _, following = told("next", "primary")
    assert "from 20" in following
    _, rota = told("shifts", "primary", "--days", "2")
    assert "NOBODY" in rota


def test_what_cannot_be_asked_is_said_in_one_line(told) -> None:  # noqa: ANN001
    assert told("now", "no") == (1, "incident-hub: there is no schedule no; there are: bare, primary")
    assert told("at", "Tuesday", "primary")[0] == 2
    assert told("at", "0001-01-01T00:00Z", "primary")[0] == 2
