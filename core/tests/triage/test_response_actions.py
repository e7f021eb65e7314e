"""Actions run once, or say that nobody knows."""
# ruff: noqa: ANN401 - the rig and what fakes answer are whatever a test makes them

from typing import Any

import pytest
from incident_hub.response.actions import request_action
from incident_hub_hookspecs import ActionResult, DeliveryError


async def _act(rig: Any, **more: Any) -> str:
    (one,) = await rig.incidents(1)
    payload = {
        "action": "restart",
        "params": {"n": 1},
        "dry_run": more.pop("dry_run", False),
        "actor": "user:ann",
    }
    return str(await rig.run("action", payload, key="action:k", incident_id=one, **more))


async def test_an_action_that_was_asked_for_twice_is_one_intent(rig: Any) -> None:
    (one,) = await rig.incidents(1)
    for _ in range(2):
        await rig.database.write(
            lambda c: request_action(c, one, "restart", {}, dry_run=False, actor="user:ann", key="k", now=1)
        )
    (job,) = await rig.rows("job")
    assert (job["kind"], job["payload"]["action"]) == ("action", "restart")


async def test_the_result_is_on_the_timeline_without_secrets(rig: Any) -> None:
    secret = "sk-" + "a" * 24
    rig.add("actions", "restart", lambda *_: ActionResult("restarted", {"key": secret, "n": 2}))
    assert await _act(rig) == "done"
    (event,) = await rig.rows("event")
    assert (event["type"], event["actor"]) == ("ActionExecuted", "user:ann")
    assert event["data"]["output"] == {"key": "[redacted]", "n": 2}


async def test_what_must_not_run_twice_is_not_run_again(rig: Any) -> None:
    fake = rig.add("actions", "restart", lambda *_: ActionResult("restarted"))
    fake.idempotent = False
    assert (await _act(rig, attempts=2)).startswith("GiveUp: unknown")
    assert fake.calls == 0
    (event,) = await rig.rows("event")
    assert (event["type"], event["data"]["error"][:7]) == ("ActionFailed", "unknown")


@pytest.mark.parametrize(("idempotent", "ending"), [(True, "Retry"), (False, "GiveUp")])
async def test_only_a_harmless_action_is_tried_again(rig: Any, idempotent: bool, ending: str) -> None:
    def fail(*_: Any) -> None:
        raise DeliveryError("503")

    rig.add("actions", "restart", fail).idempotent = idempotent
    assert (await _act(rig)).startswith(ending)


async def test_a_dry_run_may_run_again(rig: Any) -> None:
    fake = rig.add("actions", "restart", lambda *_: ActionResult("would restart"))
    fake.idempotent = False
    assert await _act(rig, attempts=3, dry_run=True) == "done"


async def test_an_action_nobody_brings_fails(rig: Any) -> None:
    assert (await _act(rig)).startswith("GiveUp: no plugin brings")
