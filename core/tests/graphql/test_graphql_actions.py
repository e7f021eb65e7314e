"""Asking for a playbook action over GraphQL."""

from collections.abc import Awaitable, Callable
from typing import Any

from incident_hub_hookspecs import ActionResult, PlaybookAction

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]


class Restart(PlaybookAction):
    """An action that would restart something."""

    idempotent = True

    async def run(self, *_: object, **__: object) -> ActionResult:
        return ActionResult("restarted")


RUN = """mutation($i: RunActionInput!) { runAction(input: $i) { __typename
  ... on IncidentPayload { incident { id } } ... on UserError { code message } } }"""


async def run(ask: Ask, **given: object) -> dict[str, Any]:
    answer: dict[str, Any] = (await ask(RUN, i=given))["runAction"]
    return answer


async def test_an_action_becomes_one_durable_intent_under_one_key(hub: Hub, ask: Ask) -> None:
    hub.registry.actions["restart"] = ("restart", Restart())
    (incident,) = await hub.storm(1)
    params = {"service": "chat"}
    for _ in range(2):
        done = await run(ask, id=incident, action="restart", params=params, idempotencyKey="k")
        assert done["incident"]["id"] == incident
    other = await run(ask, id=incident, action="restart", params={"service": "x"}, idempotencyKey="k")
    assert other["code"] == "IDEMPOTENCY_CONFLICT"
    query = "SELECT payload FROM job WHERE kind = 'action'"
    jobs = await hub.database.read(lambda c: [row[0] for row in c.exec_driver_sql(query)])
    assert len(jobs) == 1
    assert '"service":"chat"' in jobs[0]


async def test_what_cannot_be_asked_is_refused_by_name(hub: Hub, ask: Ask) -> None:
    hub.registry.actions["restart"] = ("restart", Restart())
    (incident,) = await hub.storm(1)
    assert "did you mean `restart`" in (await run(ask, id=incident, action="restrat"))["message"]
    assert (await run(ask, id=incident, action="restart", params=[1]))["code"] == "VALIDATION_ERROR"
    assert (await run(ask, id="nothing", action="restart"))["__typename"] == "NotFound"
