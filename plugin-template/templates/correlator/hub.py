from incident_hub.testing.types import Gql, Hubs, PostWebhook, Settled

TRACES = {"Answers are slow": "t1", "The gateway times out": "t1", "A rack is hot": "t2"}
GROUPS = "{ groups { nodes { incidents { title } } } }"


async def test_incidents_of_one_trace_become_one_group(
    hub_with: Hubs, post_webhook: PostWebhook, settled: Settled, gql: Gql
) -> None:
    await hub_with("{{ cookiecutter.__plugin }}", "parser_generic")
    for title, trace in TRACES.items():
        await post_webhook("generic", {"title": title, "labels": {"trace_id": trace}})
    await settled()
    (group,) = (await gql(GROUPS))["groups"]["nodes"]
    assert {one["title"] for one in group["incidents"]} == {"Answers are slow", "The gateway times out"}
