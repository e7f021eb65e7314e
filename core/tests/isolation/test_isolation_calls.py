"""A plugin in its own process is called like any other: every kind, every context, every error."""
# ruff: noqa: ANN401 - outcomes hold whatever the plugin answers

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from incident_hub.host.isolation.parser import RemoteParser
from incident_hub_hookspecs import (
    ActionRequest,
    ActionResult,
    AlertStatus,
    BlastRadius,
    Classification,
    ConfigError,
    Decision,
    Delivery,
    DeliveryError,
    Enrichment,
    Feedback,
    FeedbackKind,
    IncidentType,
    Learner,
    Link,
    LlmKind,
    Notification,
    PayloadError,
    Receipt,
    Service,
    Severity,
    SignatureError,
    TimelineEvent,
    Undoable,
    Verdict,
    WebhookRequest,
)
from incident_hub_hookspecs.llm import SeverityPrediction

Load = Callable[..., Any]
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)

EVERYTHING = """
from contextlib import asynccontextmanager
from dataclasses import dataclass
from incident_hub_hookspecs.llm import Provenance, SeverityPrediction

@dataclass(frozen=True)
class Settings:
    word: str = "hi"

@dataclass(frozen=True)
class Params:
    host: str

class Plugin:
    heard = ()
    async def classify(self, incidents, context):
        said = Classification(Severity.P0, IncidentType.SECURITY, 0.5, ("why", "heard" if self.heard else ""))
        return [said, *[None] * (len(incidents) - 1)]
    async def learn(self, feedback, context):
        self.heard = feedback
        assert isinstance(feedback[0].incident, Incident) and feedback[0].kind is FeedbackKind.CORRECTION
    def correlate(self, incidents, candidates, context):
        assert all(mine is one or mine.id != one.id for mine in incidents for row in candidates for one in row)
        return [[Link(one.id, 0.75, mine.id) for one in row] for mine, row in zip(incidents, candidates)]
    async def send(self, notification, context):
        to = notification.target["to"]
        return Receipt(notification.key, f"{to} {context.incident_url} {context.deadline_seconds}")
    idempotent, name, blast_radius, parameters = True, "", BlastRadius.NONE, Params
    async def run(self, incident, params, key, *, dry_run, context):
        return ActionResult(f"{params['host']} {key} {dry_run}", {"seen": dict(params)}, {"id": incident.id})
    async def undo(self, incident, undo_data, key, *, context):
        return ActionResult(f"undone {undo_data['id']}")
    async def on_call(self, schedule, at):
        return [Shift(Person("ada"), schedule, at)]
    async def person(self, id): return None
    async def team(self, id): return None
    async def service(self, id): return Service(id, tier=1, depends_on=("db",))

class Sentinel:
    async def fetch_alerts(self, limit, context): return [Alert("s", "t")] * limit
    async def analyze_anomaly(self, incident, context):
        raise DeliveryError("down", retry_after=3, code=DeliveryCode.RATE_LIMIT)
    async def predict_severity(self, incident, context):
        return SeverityPrediction(Severity.P3, 0.5, Provenance("p", "local"))
    async def detect(self, series, context): return {}

plugin = Plugin()
state = []

@hookimpl
def register_config(): return Settings
@hookimpl
def register_classifiers(context): return [plugin]
@hookimpl
def register_correlators(context): return [plugin]
@hookimpl
def register_notifiers(context): return [plugin]
@hookimpl
def register_playbook_actions(context): return [plugin]
@hookimpl
def register_directories(context): return [plugin]
@hookimpl
def register_llm_clients(context): return [LlmClient(LlmKind.SENTINEL, Sentinel())]
@hookimpl
def register_webhook_parsers(context):
    def verify(request):
        if request.headers.get("x-token") != "t": raise SignatureError("who are you")
    def parse(request):
        data = request.json()
        if "title" not in data: raise PayloadError("missing_field", "there is no title", "title")
        alert = Alert("s", data["title"], AlertStatus.RESOLVED, raw=data, ends_at=context.clock.now())
        return Delivery([alert], delivery_id=request.query["id"])
    return [WebhookParser("mine", parse, verify)]
@hookimpl
def register_routes(context):
    async def show(request): return RouteResponse({"who": request.actor, "site": request.path_params["site"]}, 201)
    return [Route("/sites/{site}", show, ("GET", "POST"))]
@hookimpl
async def authorize_action(request): return Verdict(Decision.DENY, f"{request.action} by {request.actor}")
@hookimpl
async def on_event(events, context): state.append(events[0].data["n"])
@hookimpl
def reconfigure(context): state.append(context.config.word)
@hookimpl
@asynccontextmanager
async def lifespan(context):
    state.append("in")
    yield
    state.append("out")
@hookimpl
def register_enrichers(context):
    class Tells:
        async def enrich(self, incidents, context):
            return [Enrichment("", {"state": list(state), "word": context.plugin.config.word})]
    return [Tells()]
"""


@pytest.fixture
def apart(load: Load) -> Any:
    return load(p=EVERYTHING)


async def test_every_kind_of_plugin_answers_across_the_line(apart: Any) -> None:
    one, two, three = (apart.incident(name) for name in ("one", "two", "three"))
    registry, context = apart.registry, apart.context()
    classifier = registry.classifiers[0][1]
    assert await classifier.classify([one, two], context) == [
        Classification(Severity.P0, IncidentType.SECURITY, 0.5, ("why", "")),
        None,
    ]
    assert isinstance(classifier, Learner)
    assert await classifier.learn([Feedback(one, FeedbackKind.CORRECTION, "ada", NOW)], context) is None
    assert (await classifier.classify([one], context))[0].reasons == ("why", "heard")
    links = await registry.correlators[0][1].correlate([one, two], [[two, three], [three]], context)
    assert links == [[Link("two", 0.75, "one"), Link("three", 0.75, "one")], [Link("three", 0.75, "two")]]
    sent = Notification("key", "created", one, {"to": "ops"}, "text")
    assert await registry.notifiers["p"].send(sent, context) == Receipt("key", "ops http://hub/i/1 5")
    shifts = await registry.directories["p"].on_call("night", NOW)
    assert (shifts[0].person.id, shifts[0].starts_at) == ("ada", NOW)
    assert await registry.directories["p"].service("s") == Service("s", tier=1, depends_on=("db",))
    sentinel = registry.llm_clients[LlmKind.SENTINEL][1].client
    assert len(await sentinel.fetch_alerts(2, context)) == 2
    assert isinstance(await sentinel.predict_severity(one, context), SeverityPrediction)
    with pytest.raises(DeliveryError, match="down") as raised:
        await sentinel.analyze_anomaly(one, context)
    assert (raised.value.retry_after, raised.value.code.value) == (3, "rate_limit")


async def test_an_action_runs_and_is_undone_and_its_parameters_are_checked(apart: Any) -> None:
    action = apart.registry.actions["p"][1]
    assert (action.idempotent, action.blast_radius, isinstance(action, Undoable)) == (
        True, BlastRadius.NONE, True,
    )  # fmt: skip
    options = {"dry_run": True, "context": apart.context()}
    done = await action.run(apart.incident(), {"host": "db1"}, "k", **options)
    assert done == ActionResult("db1 k True", {"seen": {"host": "db1"}}, {"id": "one"})
    undone = await action.undo(apart.incident(), done.undo_data, "k", context=apart.context())
    assert undone.summary == "undone one"
    with pytest.raises(ConfigError, match="hots") as raised:
        await action.run(apart.incident(), {"hots": "db1"}, "k", **options)
    assert raised.value.path == "params.hots"


async def test_a_webhook_is_verified_and_parsed_apart(apart: Any) -> None:
    parser = apart.registry.parsers["mine"][1]
    assert isinstance(parser, RemoteParser)

    def request(body: bytes, sender: str = "t") -> WebhookRequest:
        return WebhookRequest("mine", {"x-token": sender}, {"id": "7"}, body, dict)

    delivery = await parser.receive(request(b'{"title": "\xc3\xa4", "n": [1]}'))
    assert isinstance(delivery, Delivery)
    (alert,) = delivery.alerts
    assert (alert.title, alert.status, alert.raw) == ("ä", AlertStatus.RESOLVED, {"title": "ä", "n": [1]})
    assert abs((alert.ends_at - datetime.now(UTC)).total_seconds()) < 5
    assert delivery.delivery_id == "7"
    with pytest.raises(SignatureError, match="who are you"):
        await parser.receive(request(b"{}", sender=""))
    with pytest.raises(PayloadError, match="no title") as raised:
        await parser.receive(request(b"{}"))
    assert (raised.value.code, raised.value.path) == ("missing_field", "title")
    with pytest.raises(PayloadError) as raised:
        await parser.receive(request(b"{"))
    assert raised.value.code == "not_json"


async def test_a_route_answers_with_bytes(apart: Any) -> None:
    from incident_hub_hookspecs import RouteRequest

    (route,) = apart.registry.routes["p"]
    assert (route.path, route.methods) == ("/sites/{site}", ("GET", "POST"))
    answer = await route.endpoint(RouteRequest("GET", "/sites/a", {"site": "a"}, {}, {}, b"\x00\xff", "ada"))
    assert (answer.status, answer.content_type, answer.body) == (
        201, "application/json", b'{"who":"ada","site":"a"}',
    )  # fmt: skip


async def test_working_hooks_and_the_lifespan_live_in_the_process(apart: Any) -> None:
    hooks = apart.registry.hooks
    async with hooks["lifespan"]["p"](context=apart.registry.contexts["p"]):
        event = TimelineEvent(1, "created", NOW, "hub", data={"n": 5})
        await hooks["on_event"]["p"](events=[event], context=apart.context())
        asked = ActionRequest(apart.incident(), "p.restart", {}, "ada", BlastRadius.SYSTEM, dry_run=False)
        verdict = await hooks["authorize_action"]["p"](request=asked, context=apart.context())
        assert verdict == Verdict(Decision.DENY, "p.restart by ada")
        assert (await apart.enrich()).value[0].data["state"] == ["in", 5]
    assert (await apart.enrich()).value[0].data["state"] == ["in", 5, "out"]


async def test_a_new_process_enters_the_lifespan_that_the_old_one_was_in(apart: Any) -> None:
    async with apart.registry.hooks["lifespan"]["p"](context=apart.registry.contexts["p"]):
        os.kill(apart.process().pid, 9)
        await apart.renewed(1)
        assert (await apart.enrich()).value[0].data["state"] == ["in"]
    assert (await apart.enrich()).value[0].data["state"] == ["in", "out"]


async def test_it_is_reconfigured_where_it_runs_and_what_follows_it_is_too(apart: Any) -> None:
    from dataclasses import replace

    reconfigure = apart.registry.hooks["reconfigure"]["p"]
    given = apart.registry.contexts["p"]
    await reconfigure(context=replace(given, config={"word": "ho"}))
    assert (await apart.enrich()).value == [Enrichment("", {"state": ["ho"], "word": "ho"})]
    with pytest.raises(ConfigError) as raised:
        await reconfigure(context=replace(given, config={"word": 5}))
    assert raised.value.path == "plugins.p.word"
    os.kill(apart.process().pid, 9)
    await apart.renewed(1)
    assert (await apart.enrich()).value == [Enrichment("", {"state": [], "word": "ho"})]


ASKING = """
class Asks:
    async def enrich(self, incidents, context):
        found = await context.lookup.similar(incidents, limit=2)
        ada, nobody = await context.directory.person("ada"), await context.directory.person("bob")
        answer = await context.http.request("POST", "http://out/x", headers={"a": "b"}, body=b"\\x00\\xfe")
        try:
            await context.http.request("GET", "http://refused/")
        except DeliveryError as error:
            refused = (str(error), error.retry)
        async def load():
            return 5
        cached = [await context.cache.get_or_load("k", load, 60), context.cache.get("k")]
        return [Enrichment(answer.headers["x-seen"], {
            "similar": [[one.id for one in row] for row in found], "ada": ada.name, "contacts": dict(ada.contacts),
            "nobody": nobody is None, "body": list(answer.body), "refused": refused, "cached": cached,
        })]
@hookimpl
def register_enrichers(context): return [Asks()]
"""


async def test_what_the_context_gives_is_served_by_the_hub(load: Load) -> None:
    apart = load(p=ASKING)
    (said,) = (await apart.enrich()).value
    assert said.summary == "http://out/x"
    assert said.data == {
        "similar": [["one", "one"]], "ada": "Ada", "contacts": {"mail": "ada@example.com"}, "nobody": True,
        "body": [0, 254, 255], "refused": ["refused: its address may not be connected to", False],
        "cached": [5, 5],
    }  # fmt: skip
    seen = [(sent.method, sent.url, sent.body) for sent in apart.http.sent]
    assert seen == [("POST", "http://out/x", b"\x00\xfe"), ("GET", "http://refused/", b"")]


RAISING = """
class Raises:
    async def enrich(self, incidents, context):
        name = incidents[0].title.split()[-1]
        if name == "exit": sys.exit(3)
        if name == "value": raise ValueError("x" * 10_000)
        if name == "odd": return [object()]
        if name == "half": return [Enrichment("fine"), Enrichment(5), {1: 2}, Link("a", 1, "b"), None]
        if name == "text": return "text"
        if name == "slow": await asyncio.sleep(0.3)
        return [Enrichment(name)]
@hookimpl
def register_enrichers(context): return [Raises()]
"""


async def test_what_it_raises_reads_as_in_the_hubs_own_process(load: Load) -> None:
    apart = load(p=RAISING)
    error = (await apart.enrich(apart.incident("value"))).error
    assert (type(error).__name__, len(str(error))) == ("ValueError", 4000)
    assert type((await apart.enrich(apart.incident("exit"))).error).__name__ == "SystemExit"
    assert apart.record().restarts == 0


async def test_a_bad_item_costs_its_own_place_only(load: Load) -> None:
    apart = load(p=RAISING)
    value = (await apart.enrich(*[apart.incident("half")] * 5)).value
    assert value[0] == Enrichment("fine")
    assert value[4] is None
    assert [repr(one) for one in value[1:4]] == [
        "<expected text, got int>",
        "<cannot be sent: Dict key must be str>",
        "<expected 2 fields, got 3>",
    ]
    (odd,) = (await apart.enrich(apart.incident("odd"))).value
    assert "object is no data" in repr(odd)
    error = (await apart.enrich(apart.incident("text"))).error
    assert str(error) == "expected a list, got str"


async def test_calls_run_side_by_side(load: Load) -> None:
    apart = load(p=RAISING)
    loop = asyncio.get_running_loop()
    await apart.enrich(apart.incident("first"))
    begun = loop.time()
    names = ["slow"] * 20 + ["quick"]
    said = await asyncio.gather(*(apart.enrich(apart.incident(name)) for name in names))
    assert [one.value[0].summary for one in said] == names
    assert loop.time() - begun < 3
