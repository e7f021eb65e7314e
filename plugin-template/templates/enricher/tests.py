from incident_hub_hookspecs import Enrichment, Incident, Person, Shift, Team
from incident_hub_hookspecs.testing import KnownDirectory, an_incident, call_context

from {{ cookiecutter.__package }} import OwnerEnricher, Settings

PAYMENTS = Team("payments", "Payments", schedule="payments-primary")
DIRECTORY = KnownDirectory(
    teams=[PAYMENTS],
    shifts={"payments-primary": [Shift(Person("ada", "Ada"), "payments-primary")]},
)


async def enrich(*incidents: Incident, **settings: object) -> list[Enrichment | None]:
    enricher = OwnerEnricher(Settings(**settings))  # type: ignore[arg-type]
    return list(await enricher.enrich(incidents, call_context(directory=DIRECTORY)))


async def test_a_label_names_the_team_and_the_directory_who_is_on_call() -> None:
    (found,) = await enrich(an_incident(labels={"owner": "payments"}))
    assert found
    assert found.summary == "owned by Payments; on call: Ada"
    assert found.data == {"team": "payments", "because": "label owner", "on_call": ["Ada"]}


async def test_a_team_that_the_directory_does_not_know_is_told_all_the_same() -> None:
    (found,) = await enrich(an_incident(labels={"team": "search"}))
    assert found
    assert found.summary == "owned by search"


async def test_without_a_label_the_resource_decides() -> None:
    known = {"gpu-1": "platform"}
    (found,) = await enrich(an_incident(labels={}, resources=("gpu-0", "gpu-1")), resources=known)
    assert found
    assert found.data["because"] == "resource gpu-1"


async def test_answers_keep_the_order_and_an_orphan_gets_none() -> None:
    first, second, third = await enrich(
        an_incident(labels={"team": "a"}), an_incident(labels={}), an_incident(labels={"team": "b"})
    )
    assert first
    assert second is None
    assert third
    assert (first.data["team"], third.data["team"]) == ("a", "b")
