"""Before an action runs, every plugin with `authorize_action` is asked, and the strictest verdict counts."""
# ruff: noqa: ANN401 - the rig and what fakes answer are whatever a test makes them

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from incident_hub.host.config import ActionsConfig, HubConfig
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub_hookspecs import ActionRequest, ActionResult, BlastRadius, Decision, Verdict

Gate = Callable[[ActionRequest], Awaitable[Any]]
ALLOW, DENY = Verdict(Decision.ALLOW, "fine"), Verdict(Decision.DENY, "frozen until Monday")
APPROVE = Verdict(Decision.NEEDS_APPROVAL, "it reaches every service")


def gates(rig: Any, **answers: Gate) -> None:
    for name, answer in answers.items():
        rig.add("notifiers", name, answer)  # for its record and its context

        async def hook(request: ActionRequest, answer: Gate = answer, **_: object) -> Any:
            return await answer(request)

        rig.registry.hooks.setdefault("authorize_action", {})[name] = hook


def saying(answer: Any) -> Gate:
    async def gate(_: ActionRequest) -> Any:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return gate


async def act(rig: Any, *, dry_run: bool = False) -> tuple[str, int, dict[str, Any]]:
    """How the job ended, how often the action ran, and the event that tells of it."""
    fake = rig.add("actions", "restart", lambda *_: ActionResult("restarted"))
    fake.blast_radius = BlastRadius.SERVICE
    (one,) = await rig.incidents(1)
    payload = {"action": "restart", "params": {"n": 1}, "dry_run": dry_run, "actor": "user:ann"}
    ended = await rig.run("action", payload, key="action:k", incident_id=one)
    (event,) = await rig.rows("event")
    return ended, fake.calls, event


async def test_nobody_to_ask_or_everybody_content_lets_it_run(rig: Any) -> None:
    gates(rig, a=saying(ALLOW), b=saying(Verdict(Decision.ALLOW)))
    ended, calls, event = await act(rig)
    assert (ended, calls, event["type"]) == ("done", 1, "ActionExecuted")


@pytest.mark.parametrize(
    ("answers", "kind", "reason"),
    [
        ({"a": ALLOW, "b": DENY}, "ActionDenied", "b: frozen until Monday"),
        ({"a": APPROVE, "b": DENY, "c": ALLOW}, "ActionDenied", "b: frozen until Monday"),
        ({"a": ALLOW, "b": APPROVE}, "ActionNeedsApproval", "b: it reaches every service"),
        ({"a": ALLOW, "b": OSError("no policy server")}, "ActionDenied", "b: OSError: no policy server"),
        ({"a": None}, "ActionDenied", "a: it answered with NoneType, not with a Verdict"),
        ({"a": Verdict("allow")}, "ActionDenied", "a: it answered with Verdict, not with a Verdict"),  # type: ignore[arg-type]
    ],
)
async def test_the_strictest_verdict_counts_and_is_on_the_timeline(
    rig: Any, answers: dict[str, Any], kind: str, reason: str
) -> None:
    gates(rig, **{name: saying(answer) for name, answer in answers.items()})
    ended, calls, event = await act(rig)
    assert (ended, calls) == ("done", 0)
    assert (event["type"], event["actor"], event["data"]["reason"]) == (kind, "user:ann", reason)
    assert [one["plugin"] for one in event["data"]["verdicts"]] == sorted(answers)
    assert event["data"]["action"] == "restart"


async def test_no_answer_in_time_is_a_denial(rig: Any) -> None:
    async def hanging(_: ActionRequest) -> None:
        await asyncio.Event().wait()

    gates(rig, slow=hanging, quick=saying(ALLOW))
    rig.config = HubConfig(actions=ActionsConfig(authorize_seconds=0.05))
    _, calls, event = await act(rig)
    assert (calls, event["type"]) == (0, "ActionDenied")
    assert "slow: TimeoutError" in event["data"]["reason"]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_they_are_told_what_is_asked_for_dry_runs_too(rig: Any, dry_run: bool) -> None:
    seen: list[ActionRequest] = []

    async def nosy(request: ActionRequest) -> Verdict:
        seen.append(request)
        with pytest.raises(TypeError):
            request.params["n"] = 2  # type: ignore[index]
        return ALLOW

    gates(rig, nosy=nosy)
    await act(rig, dry_run=dry_run)
    (request,) = seen
    assert (request.action, dict(request.params), request.actor) == ("restart", {"n": 1}, "user:ann")
    assert (request.blast_radius, request.dry_run) == (BlastRadius.SERVICE, dry_run)
    assert request.incident.title == "trouble 1"


@pytest.mark.parametrize("status", [PluginStatus.FAILED, PluginStatus.MISCONFIGURED])
async def test_a_gate_that_is_broken_lets_nothing_through(rig: Any, status: PluginStatus) -> None:
    rig.registry.records["gate"] = PluginRecord(
        "gate", "gate", "1.0", status, reason="plugins.gate.zone: no such zone", hooks=("authorize_action",)
    )
    _, calls, event = await act(rig)
    assert (calls, event["type"]) == (0, "ActionDenied")
    assert event["data"]["reason"] == f"gate: the plugin is {status}, plugins.gate.zone: no such zone"


async def test_a_gate_that_people_blocked_is_not_asked(rig: Any) -> None:
    rig.registry.records["gate"] = PluginRecord(
        "gate", "gate", "1.0", PluginStatus.BLOCKED, hooks=("authorize_action",)
    )
    assert (await act(rig))[1] == 1
