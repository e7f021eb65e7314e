import json
from pathlib import Path

from incident_hub.testing.types import Gql, Hubs, PostWebhook, Settled

RUN = "mutation ($id: ID!, $action: String!) { runAction(input: {id: $id, action: $action}) { __typename } }"


async def test_somebody_who_asks_for_it_finds_the_file(
    hub_with: Hubs, post_webhook: PostWebhook, settled: Settled, gql: Gql, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    settings = {"{{ cookiecutter.__plugin }}": {"folder": str(folder)}}
    await hub_with("{{ cookiecutter.__plugin }}", "parser_generic", config={"plugins": settings})
    taken = (await post_webhook("generic", {"title": "Tenant data leaked"})).json()
    await gql(RUN, id=taken["alerts"][0]["incidentId"], action="{{ cookiecutter.__plugin }}")
    await settled()
    (kept,) = folder.iterdir()
    assert json.loads(kept.read_text())["incident"]["title"] == "Tenant data leaked"
