"""A simulation through the doors: the command, and GraphQL, which asks a process of its own."""

import asyncio
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from incident_hub.cli.main import program, run
from incident_hub.simulation.report import Report
from incident_hub.simulation.written import as_json
from incident_hub.testing.subscription import GraphQLFailedError

from .conftest import URL, Past, an_hour

QUERY = """query Simulate($since: DateTime!, $until: DateTime, $config: JSON) {
  simulate(since: $since, until: $until, config: $config) {
    differs alerts split incidents { before after }
    splits { one { incidentId alerts } parts { incidentId alertIds severity } }
    pages { target event before after } plugins { name errors }
  }
}"""


def moments(past: Past) -> dict[str, str]:
    shown = as_json(Report(*past.span(), 0))
    return {"since": shown["since"], "until": shown["until"]}


async def test_graphql_answers_from_a_process_of_its_own(past: Past) -> None:
    found = await an_hour(past)
    config = {"deduplication": {"window_seconds": 300}}
    told = (await past.running.gql(QUERY, **moments(past), config=config))["simulate"]
    assert (told["differs"], told["alerts"], told["split"]) == (True, 7, 1)
    assert told["incidents"] == {"before": 5, "after": 6}
    assert told["splits"][0]["one"] == {"incidentId": found["outage"], "alerts": 2}
    assert {part["incidentId"] for part in told["splits"][0]["parts"]} == {None}
    assert "secret-path" not in str(told)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"database_url": "sqlite://"}, "database_url: cannot be changed in a simulation"),
        ({"notify": {"targets": []}}, "notify: cannot be changed"),
        ({"plugins": {"x": {"key": {"$env": "HOME"}}}}, "plugins.x.key: a simulation takes no references"),
        ({"triage": {"batch_size": -1}}, "triage.batch_size: must be"),
        ([1], "expected a mapping"),
    ],
)
async def test_graphql_refuses_what_is_not_the_callers_to_change(past: Past, config: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(GraphQLFailedError, match=said) as failed:
        await past.running.gql(QUERY, **moments(past), config=config)
    assert "BAD_USER_INPUT" in str(failed.value.errors)


async def test_graphql_simulates_one_at_a_time(past: Past) -> None:
    await past.fire("a")
    both = [past.running.gql(QUERY, **moments(past)) for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)
    refused = [str(one) for one in answers if isinstance(one, GraphQLFailedError)]
    assert len(refused) == 1
    assert "another simulation runs" in refused[0]


async def test_the_command_tells_people_and_programs(
    past: Past,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,  # noqa: ANN401
) -> None:
    await an_hour(past)
    url = past.config.database_url
    monkeypatch.setenv("DATABASE_URL", url)
    file = tmp_path / "new.yaml"
    file.write_text(
        "deduplication: {window_seconds: 300}\n"
        "plugins_allow: [classifier_rules, correlator_window, notifier_webhook]\n"
        f"notify: {{targets: [{{channel: notifier_webhook, min_severity: P1, url: '{URL}'}}]}}\n"
    )
    span = [word for name, at in moments(past).items() for word in (f"--{name}", at)]
    arguments = ["simulate", *span, "--config", str(file)]
    shown = await asyncio.to_thread(CliRunner().invoke, program, arguments)
    assert shown.exit_code == 0, shown.output
    for text in ("7 alerts replayed", "would be several: 1", "aurora answers 503"):
        assert text in shown.stdout
    told = await asyncio.to_thread(CliRunner().invoke, program, [*arguments, "--json"])
    report = orjson.loads(told.stdout)
    assert (report["split"], report["incidents"]["after"]) == (1, 6)
    assert "secret-path" not in shown.output + told.output


def test_the_command_names_a_moment_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "--since", "yesterday"]) == 2
    assert "'yesterday' is no time; write 24h, 7d or" in capsys.readouterr().err
