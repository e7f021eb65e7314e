"""The plugin's table in memory, and Slack: a recorder that refuses what Slack would refuse."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from incident_hub_hookspecs.testing import Answer, Sent
from incident_hub_notifier_slack.store import MESSAGE

T = TypeVar("T")
# https://docs.slack.dev/reference/block-kit and /reference/methods/chat.postMessage
MOST = {"header": 150, "section": 3000, "field": 2000, "button": 75, "value": 2000, "block_id": 255}


class MemoryTables:
    """The plugin's tables on a database of one test."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


class Slack:
    """Answers like the Web API: each message is numbered, `ok: false` names what is wrong with a request."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[str, dict[str, Any]] = {}

    def __call__(self, sent: Sent) -> Answer:
        method, body = sent.url.rpartition("/")[2], sent.json()
        assert isinstance(body, dict)
        self.calls.append((method, body))
        return Answer(200, self._answer(method, body, sent))

    def _answer(self, method: str, body: dict[str, Any], sent: Sent) -> dict[str, object]:
        if sent.headers.get("authorization") != "Bearer xoxb-token":
            return {"ok": False, "error": "invalid_auth"}
        if not str(body.get("channel", "")).startswith("C"):
            return {"ok": False, "error": "channel_not_found"}
        if problem := message_problem(body):
            return {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": [problem]}}
        if method == "chat.update" and body["ts"] not in self.messages:
            return {"ok": False, "error": "message_not_found"}
        ts = body["ts"] if method == "chat.update" else f"1700000000.{len(self.messages):06}"
        self.messages[ts] = body
        return {"ok": True, "channel": body["channel"], "ts": ts}


def message_problem(body: dict[str, Any]) -> str:
    """What Slack would refuse; empty when nothing."""
    blocks = [*body.get("blocks", ()), *(b for one in body.get("attachments", ()) for b in one["blocks"])]
    if not (body.get("text") or blocks) or len(body.get("text", "")) > 40_000 or len(blocks) > 50:
        return "text or number of blocks"
    return next((problem for block in blocks if (problem := _block_problem(block))), "")


def _block_problem(block: dict[str, Any]) -> str:
    kind = block["type"]
    if len(block.get("block_id", "")) > MOST["block_id"]:
        return "block_id"
    if kind in ("header", "section") and "text" in block and not 0 < len(block["text"]["text"]) <= MOST[kind]:
        return f"{kind}: text"
    if kind == "header" and block["text"]["type"] != "plain_text":
        return "header: mrkdwn"
    fields = block.get("fields", [])
    if len(fields) > 10 or any(len(one["text"]) > MOST["field"] for one in fields):
        return "fields"
    for one in block.get("elements", ()) if kind == "actions" else ():
        if len(one["text"]["text"]) > MOST["button"] or len(one.get("value", "")) > MOST["value"]:
            return "button"
    return "" if kind in ("header", "section", "context", "actions") else f"type {kind}"


@pytest.fixture
def memory_tables() -> Iterator[MemoryTables]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    MESSAGE.metadata.create_all(engine)
    yield MemoryTables(engine)
    engine.dispose()


@pytest.fixture
def slack() -> Slack:
    return Slack()
