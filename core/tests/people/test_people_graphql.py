"""People over GraphQL: written whole, versioned, read with what is wrong; who is on call, now and then."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from incident_hub.testing.clock import StandingClock

Gql = Callable[..., Awaitable[dict[str, Any]]]

REFUSED = """... on UserError { code message } ... on ValidationError { field }"""
SHOWN = {
    "User": "user { id version problems contacts { id channel address verified } quietHours { passes } }",
    "Team": "team { id members users { id } schedule { id } contacts { key value } services { id } problems }",
    "Service": "service { id tier owner { id } labels { key value } problems }",
    "Schedule": "schedule { id version problems onCall { person nobody } }",
}
LAYER = {
    "name": "week", "people": ["ann", "bob"],
    "rotation": {"startsOn": "2026-03-23", "kind": "weekly", "handoff": "09:00"},
    "restrictions": [{"start": "09:00", "end": "17:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"]}],
}  # fmt: skip


async def do(gql: Gql, name: str, kind: str, shown: str, given: dict[str, Any]) -> dict[str, Any]:
    text = f"mutation($i: {kind}!) {{ r: {name}(input: $i) {{ __typename {REFUSED} ... on {shown} }} }}"
    found: dict[str, Any] = (await gql(text, i=given))["r"]
    return found


async def save(gql: Gql, kind: str, **given: object) -> dict[str, Any]:
    shown = f"{kind}Payload {{ {SHOWN[kind]} }}"
    return await do(gql, f"save{kind}", f"Save{kind}Input", shown, given)


async def override(gql: Gql, name: str, **given: object) -> dict[str, Any]:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return await do(gql, name, kind, "OverridePayload { override { id person endsAt } }", given)


async def delete_user(gql: Gql, key: str) -> dict[str, Any]:
    return await do(gql, "deleteUser", "DeleteRecordInput", "DeletedPayload { id namedBy }", {"id": key})


async def test_people_are_written_read_and_refused_with_the_place(gql: Gql) -> None:
    ann = {"id": "ann", "email": "ann@example.com", "timeZone": "Europe/Berlin"}
    mail = {"channel": "email", "address": "ann@example.com", "verified": True}
    made = await save(gql, "User", **ann, contacts=[mail], expectedVersion=0)
    assert made["user"]["contacts"] == [{"id": "email.1", **mail}]
    assert made["user"]["problems"] == [
        "contact email.1: no plugin serves the channel email", "no contact method is verified and served",
    ]  # fmt: skip
    again = await save(gql, "User", **ann, contacts=[mail])
    assert again["user"]["version"] == 1
    stale = await save(gql, "User", **ann, expectedVersion=7)
    assert stale["__typename"] == "VersionConflict"
    assert stale["message"].startswith("the user ann is at version 1, the request expects 7")
    wrong = await save(gql, "User", id="bob", quietHours={"windows": [{"start": "25:00", "end": "07:00"}]})
    assert (wrong["code"], wrong["field"]) == ("VALIDATION_ERROR", "quiet_hours.windows[0].start")
    await save(gql, "Service", id="chat", ownerTeam="platform", labels=[{"key": "a", "value": "b"}])
    team = await save(
        gql, "Team", id="platform", members=["ann", "gone"], schedule="primary",
        contacts=[{"key": "slack", "value": "#ops"}],
    )  # fmt: skip
    assert team["team"] == {
        "id": "platform", "members": ["ann", "gone"], "users": [{"id": "ann"}], "schedule": None,
        "contacts": [{"key": "slack", "value": "#ops"}], "services": [{"id": "chat"}],
        "problems": [
            "no directory knows gone, member",
            "no directory knows who is on call on its schedule primary",
        ],
    }  # fmt: skip
    await gql('mutation { saveUser(input: {id: "bob"}) { __typename } }')
    page = await gql("{ users(first: 1) { totalCount nodes { id teams { id } } pageInfo { endCursor } } }")
    assert page["users"]["nodes"] == [{"id": "ann", "teams": [{"id": "platform"}]}]
    query = "query($a: String) { users(first: 5, after: $a) { nodes { id } pageInfo { hasNextPage } } }"
    more = await gql(query, a=page["users"]["pageInfo"]["endCursor"])
    assert more["users"] == {"nodes": [{"id": "bob"}], "pageInfo": {"hasNextPage": False}}


async def test_contact_methods_change_one_at_a_time_and_a_new_address_is_not_verified(gql: Gql) -> None:
    first = {"channel": "email", "address": "a@example.com", "verified": True}
    await save(gql, "User", id="ann", contacts=[first])
    shown = f"UserPayload {{ {SHOWN['User']} }}"
    write = partial(do, gql, "saveContactMethod", "SaveContactMethodInput", shown)
    sms = {"channel": "sms", "address": "+49"}
    asked = {"userId": "ann", "contact": sms, "position": 0, "idempotencyKey": "k"}
    for _ in range(2):
        found = (await write(asked))["user"]["contacts"]
        assert [one["id"] for one in found] == ["sms.1", "email.1"]
    moved = {"id": "email.1", "channel": "email", "address": "b@example.com"}
    found = (await write({"userId": "ann", "contact": moved}))["user"]["contacts"]
    assert found[1] == {**moved, "verified": False}
    missing = await write({"userId": "cy", "contact": moved})
    assert (missing["code"], missing["message"]) == ("NOT_FOUND", "there is no user cy")
    gone = {"userId": "ann", "id": "sms.1"}
    left = await do(gql, "deleteContactMethod", "DeleteContactMethodInput", shown, gone)
    assert [one["id"] for one in left["user"]["contacts"]] == ["email.1"]


async def test_who_is_on_call_then_and_a_deleted_user_shows(gql: Gql, hub_clock: StandingClock) -> None:
    for key in ("ann", "bob"):
        await save(gql, "User", id=key)
    await save(gql, "Schedule", id="primary", timeZone="Europe/Berlin", layers=[LAYER])
    assert await gql("{ directories }") == {"directories": ["local"]}
    ask = """query($at: DateTime) { onCall(schedule: "primary", at: $at) {
      person by startsAt endsAt nobody directory standIns { person by } next { person startsAt } } }"""
    tuesday = (await gql(ask, at="2026-03-31T09:30:00Z"))["onCall"]
    assert tuesday == {
        "person": "bob", "by": "week", "startsAt": "2026-03-31T07:00:00Z", "endsAt": "2026-03-31T15:00:00Z",
        "nobody": "", "directory": "local", "standIns": [{"person": "ann", "by": "week"}],
        "next": {"person": "bob", "startsAt": "2026-04-01T07:00:00Z"},
    }  # fmt: skip
    night = (await gql(ask, at="2026-03-31T03:00:00+02:00"))["onCall"]
    assert night["nobody"].startswith("nobody is on call on primary until 2026-03-31T07:00")
    span = """{ scheduleShifts(schedule: "primary", from: "2026-03-27T00:00:00Z", to: "2026-03-31T00:00:00Z") {
      shifts { person startsAt user { id } } gaps { startsAt endsAt } overlaps { startsAt } } }"""
    found = (await gql(span))["scheduleShifts"]
    assert [(one["person"], one["startsAt"]) for one in found["shifts"]] == [
        ("ann", "2026-03-27T08:00:00Z"), ("bob", "2026-03-30T07:00:00Z"),
    ]  # fmt: skip
    assert found["gaps"][1] == {"startsAt": "2026-03-27T16:00:00Z", "endsAt": "2026-03-30T07:00:00Z"}
    assert (await delete_user(gql, "bob"))["namedBy"] == ["schedule:primary"]
    assert (await delete_user(gql, "bob"))["message"] == "there is no user bob"
    shown = await gql('{ schedule(id: "primary") { problems } }')
    assert "no directory knows bob, on the schedule" in shown["schedule"]["problems"]
    preview = """{ pagePreview(receiver: "schedule:primary", at: "2026-03-31T09:30:00Z") {
      nobody unreached { who code } } }"""
    told = (await gql(preview))["pagePreview"]
    assert told["unreached"][0] == {"who": "user:bob", "code": "unknown_user"}


async def test_overrides_hold_at_once_and_what_was_stays(gql: Gql, hub_clock: StandingClock) -> None:
    await save(gql, "Schedule", id="primary", layers=[{**LAYER, "restrictions": []}])
    now = hub_clock.now()
    span = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(days=300)).isoformat()}
    one = (await override(gql, "addOverride", scheduleId="primary", person="cy", **span))["override"]
    current = '{ onCall(schedule: "primary") { person by } }'
    assert (await gql(current))["onCall"] == {"person": "cy", "by": f"override:{one['id']}"}
    backwards = {"startsAt": span["endsAt"], "endsAt": span["startsAt"]}
    wrong = await override(gql, "addOverride", scheduleId="primary", person="cy", **backwards)
    assert wrong["field"] == "ends_at"
    nowhere = await override(gql, "addOverride", scheduleId="no", person="cy", **span)
    assert nowhere["code"] == "NOT_FOUND"
    hub_clock.move(3600)
    ended = await override(gql, "endOverride", id=one["id"])
    assert ended["override"]["endsAt"] < one["endsAt"]
    assert (await override(gql, "endOverride", id=one["id"]))["code"] == "VALIDATION_ERROR"
    then = 'query($at: DateTime) { onCall(schedule: "primary", at: $at) { person } }'
    assert (await gql(then, at=span["startsAt"]))["onCall"]["person"] == "cy"
    assert (await gql(current))["onCall"]["person"] != "cy"
