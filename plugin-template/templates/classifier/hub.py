from incident_hub.testing.types import Gql, Hubs, PostWebhook, Settled

FINDINGS = "{ incidents(first: 1) { nodes { findings { plugin value error } } } }"


async def test_its_word_is_among_the_findings(
    hub_with: Hubs, post_webhook: PostWebhook, settled: Settled, gql: Gql
) -> None:
    await hub_with("{{ cookiecutter.__plugin }}", "parser_generic")
    await post_webhook("generic", {"title": "Tenant data leaked"})
    await settled()
    (newest,) = (await gql(FINDINGS))["incidents"]["nodes"]
    (finding,) = newest["findings"]
    assert (finding["plugin"], finding["error"]) == ("{{ cookiecutter.__plugin }}", None)
    assert finding["value"]["severity"] == "P1"
