from incident_hub.testing.types import Gql, Hubs, PostWebhook

EVENT = {
    "specversion": "1.0",
    "id": "e-17",
    "source": "/evals/nightly",
    "type": "example.evals.failed",
    "data": {"title": "Groundedness below 0.7", "severity": "major"},
}


async def test_an_event_opens_an_incident_and_its_repeat_changes_nothing(
    hub_with: Hubs, post_webhook: PostWebhook, gql: Gql
) -> None:
    await hub_with("{{ cookiecutter.__plugin }}")
    first, again = [await post_webhook("{{ cookiecutter.name }}", EVENT) for _ in range(2)]
    assert (first.status_code, first.json()) == (202, again.json())
    (incident,) = (await gql("{ incidents { nodes { title severity count } } }"))["incidents"]["nodes"]
    assert incident == {"title": "Groundedness below 0.7", "severity": "P2", "count": 1}
