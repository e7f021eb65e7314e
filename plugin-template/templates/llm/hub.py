from incident_hub.testing.types import Gql, Hubs

PLUGINS = "{ plugins { name status hooks } }"


async def test_the_hub_takes_it_as_its_sentinel(hub_with: Hubs, gql: Gql) -> None:
    await hub_with("{{ cookiecutter.__plugin }}")
    known = {one["name"]: one for one in (await gql(PLUGINS))["plugins"]}
    assert known["{{ cookiecutter.__plugin }}"]["status"] == "active"
    assert "register_llm_clients" in known["{{ cookiecutter.__plugin }}"]["hooks"]
