"""A file of payloads reaches a hub as what it is, in order, and the exit code says whether it did."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from incident_hub.cli.main import run
from incident_hub.cli.replay.formats import read_requests
from incident_hub.cli.throwaway import RunningHub, throwaway_hub
from incident_hub.storage.reading.figures import incident_figures

INCIDENT = {
    "id": "j6rhhcxtsrf4",
    "provider": "aurora-ai",
    "title": "Elevated errors",
    "impact": "major",
    "components": ["API"],
    "started_at": "2024-05-01T10:00:00Z",
    "resolved_at": "2024-05-01T11:00:00Z",
    "updates": [{"status": "investigating", "at": "2024-05-01T10:00:00Z", "body": "We look into it."}],
}


def lines(file: Path, *items: object) -> Path:
    file.write_text("".join(json.dumps(item) + "\n" for item in items))
    return file


@pytest_asyncio.fixture
async def running() -> AsyncIterator[RunningHub]:
    async with throwaway_hub() as hub:
        yield hub


def test_incidents_of_providers_fire_and_resolve_in_the_order_of_time(tmp_path: Path) -> None:
    later = {
        **INCIDENT,
        "id": "2",
        "impact": "critical",
        "started_at": "2024-05-01T10:30:00Z",
        "resolved_at": None,
    }
    told = read_requests(lines(tmp_path / "a.jsonl", later, INCIDENT))
    seen = [(r.at, r.order, r.body["status"], r.body["severity"]) for r in told if isinstance(r.body, dict)]
    assert seen == [
        (0.0, "aurora-ai:j6rhhcxtsrf4", "firing", "P1"),
        (1800.0, "aurora-ai:2", "firing", "P0"),
        (3600.0, "aurora-ai:j6rhhcxtsrf4", "resolved", "P1"),
    ]


def test_captured_requests_keep_their_path_method_headers_and_bytes(tmp_path: Path) -> None:
    captured = {"m": "PUT", "p": "/api/v2/alerts", "h": {"X-A": "b"}, "b": '[{"a": 1}]'}
    (told,) = read_requests(lines(tmp_path / "a.jsonl", captured))
    assert (told.method, told.path, told.headers, told.body) == (
        "PUT", "/api/v2/alerts", {"X-A": "b"}, b'[{"a": 1}]'
    )  # fmt: skip


def test_anything_else_is_posted_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('[{"title": "one"}, {"title": "two"}]')
    told = read_requests(file, slug="mine")
    assert [(r.path, r.body) for r in told] == [
        ("/webhooks/mine", {"title": "one"}),
        ("/webhooks/mine", {"title": "two"}),
    ]


async def test_a_replay_becomes_incidents_of_a_running_hub(
    running: RunningHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(tmp_path / "a.jsonl", INCIDENT, {**INCIDENT, "id": "2", "resolved_at": None})
    assert await asyncio.to_thread(run, ["replay", str(file), "--url", running.url]) == 0
    assert "sent 3 of 3 payloads; answers: 202: 3" in capsys.readouterr().out
    figures = await running.hub.database.read(incident_figures)
    assert (figures.total, figures.active, figures.alerts) == (2, 1, 3)


async def test_refusals_are_counted_and_are_no_failure_of_the_replay(
    running: RunningHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(tmp_path / "a.jsonl", {"title": "fine"}, {"no": "title"}, 7)
    assert await asyncio.to_thread(run, ["replay", str(file), "--url", running.url]) == 0
    assert "answers: 202: 1, 400: 2" in capsys.readouterr().out


async def test_a_failing_hub_makes_the_replay_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    file = lines(tmp_path / "a.jsonl", {"title": "fine"})
    async with server:
        assert await asyncio.to_thread(run, ["replay", str(file), "--url", url]) == 1
    captured = capsys.readouterr()
    assert "503: 1" in captured.out
    assert "1 requests were refused" in captured.err


def test_without_a_hub_to_send_to_a_replay_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(tmp_path / "a.jsonl", {"title": "fine"})
    assert run(["replay", str(file), "--url", "http://127.0.0.1:9"]) == 1
    assert "start one with `incident-hub serve`" in capsys.readouterr().err
