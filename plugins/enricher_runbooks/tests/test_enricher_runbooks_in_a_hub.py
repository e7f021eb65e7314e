"""Runbooks by GraphQL, REST and the command line, on the hub's two databases."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from incident_hub.cli.main import run
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.storage.opening import open_database
from incident_hub.storage.plugin_tables.schemas import PluginSchemas

Running = Any  # the kit's running hub
HubWith = Callable[..., Awaitable[Any]]
NEITHER = "a runbook needs a url or a text"
URL = "/-/plugins/enricher_runbooks/runbooks"
QUOTA = {
    "id": "quota",
    "title": "Raise the token quota",
    "url": "https://wiki.example/quota",
    "match": {"title": "*quota*", "labels": {"tenant": "*"}},
}
ADD = """mutation($runbook: EnricherRunbooksInput!) {
  enricherRunbooks { addRunbook(runbook: $runbook) { id title updatedBy match { types labels { name pattern } } } }
}"""
PAGE = """{ incidents(first: 50) { nodes {
  title enricherRunbooks { runbooks { runbook { id url } why } } findings { plugin value }
} } }"""
ALERTS = [
    {"title": f"Token quota {n} is used", "labels": {"tenant": f"t-{n}"}, "dedup_key": str(n)}
    for n in range(50)
]


@pytest.fixture
async def plugged(hub_with: HubWith, database_url: str) -> Running:
    """A hub with the plugin, whose tables are there on both databases."""
    config = HubConfig(database_url=database_url, plugins_allow=("enricher_runbooks",))
    database = open_database(database_url)
    registry = load_plugins(config, Handed.for_looking(HubClock()))
    await PluginSchemas(database, registry).upgrade("enricher_runbooks")
    await database.close()
    return await hub_with("enricher_runbooks", "parser_generic", config={"database_url": database_url})


async def test_runbooks_are_added_changed_removed_and_searched_over_graphql(plugged: Running) -> None:
    given = {
        "title": "Call the provider",
        "text": "# Call\nNow.",
        "match": {"types": ["AVAILABILITY"], "labels": [{"name": "team"}]},
    }
    added = (await plugged.gql(ADD, runbook=given))["enricherRunbooks"]["addRunbook"]
    assert added["match"] == {"types": ["AVAILABILITY"], "labels": [{"name": "team", "pattern": "*"}]}
    assert added["updatedBy"] == "anonymous"
    change = ADD.replace("mutation(", "mutation($id: ID!, ").replace("addRunbook(", "changeRunbook(id: $id, ")
    await plugged.gql(change, id=added["id"], runbook={**given, "title": "Call them"})
    asked = 'query($id: ID!) { enricherRunbooks { runbook(id: $id) { title } runbooks(search: "CALL") { title } } }'
    found = (await plugged.gql(asked, id=added["id"]))["enricherRunbooks"]
    assert found == {"runbook": {"title": "Call them"}, "runbooks": [{"title": "Call them"}]}
    remove = "mutation($id: ID!) { enricherRunbooks { removeRunbook(id: $id) } }"
    for there in (True, False):
        assert (await plugged.gql(remove, id=added["id"]))["enricherRunbooks"]["removeRunbook"] is there
    assert (await plugged.gql(asked, id=added["id"]))["enricherRunbooks"] == {"runbook": None, "runbooks": []}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('addRunbook(runbook: {title: "x", match: {title: "x"}})', NEITHER),
        ('addRunbook(runbook: {title: "x", text: "x", match: {}})', "a runbook needs a condition"),
        (
            'addRunbook(runbook: {id: "quota", title: "x", text: "x", match: {title: "x"}})',
            "there is a runbook",
        ),
        (
            'changeRunbook(id: "no", runbook: {title: "x", text: "x", match: {title: "x"}})',
            "there is no runbook no",
        ),
    ],
)
async def test_what_cannot_be_stored_is_the_clients_error(plugged: Running, query: str, told: str) -> None:
    await plugged.client.post(URL, json=[QUOTA])
    text = "mutation { enricherRunbooks { " + query + " { id } } }"
    answer = (await plugged.client.post("/graphql", json={"query": text})).json()
    (error,) = answer["errors"]
    assert told in error["message"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "plugin": "enricher_runbooks"}
    assert plugged.plugin("enricher_runbooks").status == "active"


async def test_incidents_get_the_runbooks_that_fit_as_finding_and_as_field(plugged: Running) -> None:
    await plugged.client.post(URL, json=[QUOTA])
    await plugged.post_webhook("generic", [*ALERTS[:3], {"title": "Something else"}])
    await plugged.settled()
    nodes = (await plugged.gql(PAGE))["incidents"]["nodes"]
    shown = {node["title"]: node for node in nodes}
    other = shown.pop("Something else")
    assert (other["enricherRunbooks"], other["findings"]) == ({"runbooks": []}, [])
    for node in shown.values():
        (match,) = node["enricherRunbooks"]["runbooks"]
        assert match == {"runbook": {"id": "quota", "url": QUOTA["url"]}, "why": ["label tenant", "title"]}
        (finding,) = node["findings"]
        assert finding["value"]["summary"] == "Runbook: Raise the token quota"
        assert finding["value"]["data"]["runbooks"][0]["url"] == QUOTA["url"]


async def test_a_page_of_50_incidents_reads_the_runbooks_once(plugged: Running) -> None:
    await plugged.client.post(URL, json=[QUOTA])
    await plugged.post_webhook("generic", ALERTS)
    await plugged.settled()
    calls = plugged.plugin("enricher_runbooks").calls
    nodes = (await plugged.gql(PAGE))["incidents"]["nodes"]
    assert [len(node["enricherRunbooks"]["runbooks"]) for node in nodes] == [1] * 50
    assert plugged.plugin("enricher_runbooks").calls == calls + 1


async def test_an_export_imports_elsewhere_and_a_bad_item_costs_only_itself(plugged: Running) -> None:
    broken = {"title": "x"}
    first = await plugged.client.post(URL, json={"runbooks": [QUOTA, broken]}, headers={"x-actor": "ada"})
    assert first.status_code == 200
    assert first.json() == {
        "stored": 1, "removed": 0,
        "rejected": [{"index": 1, "code": "missing_field", "message": NEITHER, "path": "url"}],
    }  # fmt: skip
    (exported,) = (await plugged.client.get(URL)).json()["runbooks"]
    assert exported.pop("updated_at")
    assert exported == {**QUOTA, "updated_by": "ada"}
    other = {**QUOTA, "id": "other", "title": "Other"}
    again = await plugged.client.post(f"{URL}?replace=true", json=[other])
    assert (again.json()["stored"], again.json()["removed"]) == (1, 1)
    assert [one["id"] for one in (await plugged.client.get(URL)).json()["runbooks"]] == ["other"]


@pytest.mark.parametrize(
    ("query", "body", "code"),
    [
        ("", b"{", "bad_json"),
        ("", b"[" * 100_000, "bad_json"),
        ("", b'"x"', "wrong_type"),
        ("", b'{"runbooks": {}}', "wrong_type"),
        ("?replace=yes", b"[]", "bad_flag"),
    ],
)
async def test_an_import_that_cannot_be_read_is_a_400(
    plugged: Running, query: str, body: bytes, code: str
) -> None:
    answer = await plugged.client.post(URL + query, content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_an_import_without_a_good_item_changes_nothing(plugged: Running) -> None:
    await plugged.client.post(URL, json=[QUOTA])
    answer = await plugged.client.post(f"{URL}?replace=true", json=[{"title": "x"}])
    assert (answer.status_code, answer.json()["stored"]) == (400, 0)
    assert len((await plugged.client.get(URL)).json()["runbooks"]) == 1


async def test_too_many_runbooks_are_refused_as_a_whole(plugged: Running) -> None:
    many = [{**QUOTA, "id": f"r{n}"} for n in range(2_001)]
    answer = await plugged.client.post(URL, json=many)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_many")
    assert (await plugged.client.get(URL)).json() == {"runbooks": []}


def test_the_commands_list_import_and_export(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert run(["db", "upgrade", "--plugin", "enricher_runbooks"]) == 0
    capsys.readouterr()
    (tmp_path / "in.json").write_text(json.dumps({"runbooks": [QUOTA, {"title": "x"}]}))
    assert run(["enricher_runbooks", "list"]) == 0
    assert "no runbooks" in capsys.readouterr().out
    assert run(["enricher_runbooks", "import", "in.json"]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "1 stored, 1 rejected\n",
        "item 1: url: a runbook needs a url or a text\n",
    )
    assert run(["enricher_runbooks", "list"]) == 0
    assert capsys.readouterr().out.startswith("quota  Raise the token quota  {")
    assert run(["enricher_runbooks", "export", "out.json"]) == 0
    assert run(["enricher_runbooks", "import", "--replace", "out.json"]) == 0
    assert capsys.readouterr().out == "1 stored, 1 removed, 0 rejected\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "enricher_runbooks import: in.json is no JSON"),
        ("3", "enricher_runbooks import: expected an array"),
        (None, "enricher_runbooks import: FileNotFoundError"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "in.json").write_text(text)
    assert run(["enricher_runbooks", "import", "in.json"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"incident-hub: {told}")
    assert error.count("\n") == 1
