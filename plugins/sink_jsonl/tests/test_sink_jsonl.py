"""Every event becomes a line, on the disk before the hub hears of it; files are put aside by size."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from incident_hub_hookspecs import CallContext, DeliveryError, TimelineEvent
from incident_hub_hookspecs.testing import call_context, plugin_context
from incident_hub_hookspecs.testing.builders import an_event
from incident_hub_sink_jsonl import Settings, file, plugin


def context(path: Path | str, **more: Any) -> CallContext:  # noqa: ANN401 - any setting
    return call_context(plugin_context("sink_jsonl", Settings(str(path), **more)))


def events(first: int, count: int, **more: Any) -> list[TimelineEvent]:  # noqa: ANN401
    return [an_event(cursor=first + n, **more) for n in range(count)]


def tell(told: Sequence[TimelineEvent], where: CallContext) -> bool | None:
    answer: bool | None = plugin.on_event(events=told, context=where)
    return answer


def cursors(path: Path) -> list[int]:
    return [json.loads(line)["cursor"] for line in path.read_text().splitlines()]


def test_each_event_is_a_line_that_says_everything(tmp_path: Path) -> None:
    path = tmp_path / "new" / "events.jsonl"
    event = an_event(cursor=7, data={"after": 'Zürich "\n', "deep": [1, {"a": None}]})
    assert tell([event], context(path)) is None
    (line,) = path.read_bytes().splitlines()
    assert line.isascii()
    assert json.loads(line) == {
        "cursor": 7, "type": event.type, "at": event.at.isoformat(), "actor": event.actor,
        "incident_id": event.incident_id, "count": 1, "data": {"after": 'Zürich "\n', "deep": [1, {"a": None}]},
    }  # fmt: skip


def test_without_a_path_it_says_that_it_wants_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tell(events(1, 3), context("")) is False
    assert list(tmp_path.iterdir()) == []


def test_a_batch_is_on_the_disk_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    path = tmp_path / "events.jsonl"
    tell(events(1, 3), context(path))
    assert path.stat().st_size in synced


def test_the_file_is_put_aside_by_size_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    where = context(path, max_bytes=4096, keep=2)
    for batch in range(5):
        tell(events(10 * batch, 10, data={"text": "x" * 200}), where)
    found = {one.name: cursors(one)[0] for one in tmp_path.iterdir()}
    assert found == {"events.jsonl": 40, "events.jsonl.1": 30, "events.jsonl.2": 20}
    assert all(one.stat().st_size <= 4096 for one in tmp_path.iterdir())


@pytest.mark.parametrize("torn", [b'{"cursor":4,"ty', b"x" * 200_000])
def test_a_line_that_a_crash_tore_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "events.jsonl"
    tell(events(1, 3), context(path))
    with path.open("ab") as stream:
        stream.write(torn)
    tell(events(4, 2), context(path))
    assert cursors(path) == [1, 2, 3, 4, 5]


def test_a_file_of_one_torn_line_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"cursor":')
    tell(events(1, 1), context(path))
    assert cursors(path) == [1]


def test_whoever_moves_the_file_away_needs_to_tell_nobody(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tell(events(1, 2), context(path))
    path.rename(tmp_path / "shipped")
    tell(events(3, 2), context(path))
    assert (cursors(tmp_path / "shipped"), cursors(path)) == ([1, 2], [3, 4])


def test_what_cannot_be_written_is_told_again_and_the_status_says_why(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "taken").write_text("a file, no folder")
    bad, good = (
        replace(plugin_context("sink_jsonl", Settings(str(path))), report=told.append)
        for path in (tmp_path / "taken" / "events.jsonl", tmp_path / "events.jsonl")
    )
    with pytest.raises(DeliveryError, match=r"cannot append to .*events\.jsonl: "):
        tell(events(1, 1), call_context(bad))
    assert "events wait until it can be written" in told[-1]
    tell(events(1, 1), call_context(good))
    assert told[-1] == ""


def test_a_line_is_whole_or_not_there_whatever_its_length(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tell([an_event(cursor=1, data={"text": "x" * 300_000})], context(path))
    file._mend(path)
    assert cursors(path) == [1]
