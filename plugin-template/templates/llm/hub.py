from incident_hub.testing.types import Gql, Hubs

CLIENTS = "{ llm { clients { kind plugin } } }"


async def test_the_hub_takes_it_as_its_sentinel(hub_with: Hubs, gql: Gql) -> None:
    await hub_with("{{ cookiecutter.__plugin }}")
    known = {one["kind"]: one["plugin"] for one in (await gql(CLIENTS))["llm"]["clients"]}
    assert known["sentinel"] == "{{ cookiecutter.__plugin }}"
