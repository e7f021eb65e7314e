"""Three strangers' packages beside the hub, through what happens to plugins in a long life."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Site = Any  # of conftest, as Workshop is
Workshop = Any
PAGES = "{ acmePager { deliveries { event page } } incidents { nodes { title acmePager { count } } } }"
HERE = Path(__file__).parent
SAMPLES = ("owners", "sensors", "pager")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def lived(site: Site, workshop: Workshop) -> Site:
    """All three are installed, and the pager has sent a page and written it down."""
    told = site.install(*[workshop.wheel(name) for name in SAMPLES])
    assert "+ acme_pager: came with acme-pager 1.0.0; active: " in told
    with site.running() as door:
        door.post("generic", {"title": "Checkout is slow", "labels": {"service": "checkout"}})
        until(lambda: door.ask(PAGES)["acmePager"]["deliveries"], [{"event": "created", "page": "page-1"}])
    return site


def until(look: Callable[[], object], wanted: object) -> None:
    """Wait for what the hub does by and by."""
    for _ in range(100):
        if (found := look()) == wanted:
            return
        time.sleep(0.1)
    assert found == wanted


def test_three_strangers_serve_beside_the_hub(lived: Site) -> None:
    told = lived.status()
    assert {name: told[name]["status"] for name in told if name.startswith("acme")} == dict.fromkeys(
        ("acme_owners", "acme_pager", "acme_sensors"), "active"
    )
    assert lived.hub("plugins check") == "every plugin serves\n"
    with lived.running() as door:
        found = door.ask("{ incidents { nodes { title findings { plugin value } acmePager { count } } } }")
        (incident,) = found["incidents"]["nodes"]
        values = {one["plugin"]: one["value"] for one in incident["findings"]}
        assert values["acme_owners"]["summary"] == "owned by payments"
        assert incident["acmePager"] == {"count": 1}
        answers = [
            door.post("acme-sensors", {"readings": [{"rack": "r7", "celsius": heat}]}) for heat in (71, 20)
        ]
        assert [answer.status_code for answer in answers] == [202, 202]
        until(
            lambda: [
                (one["severity"], one["state"])
                for one in door.ask("{ incidents { nodes { source severity state } } }")["incidents"]["nodes"]
                if one["source"] == "acme_sensors"
            ],
            [("P1", "RESOLVED")],
        )
        bad = door.post("acme-sensors", {"readings": [{"rack": "r7", "celsius": "hot"}]})
        assert (bad.status_code, bad.json()["error"]["code"]) == (400, "wrong_type")


def test_an_upgrade_brings_the_tables_forward_and_keeps_what_is_in_them(
    lived: Site, workshop: Workshop
) -> None:
    assert "acme_pager: its tables are at version acme_pager_1" in lived.hub("db current")
    told = lived.install(workshop.wheel("pager", "1.1.0"))
    assert "~ acme_pager: acme-pager 1.0.0 -> 1.1.0; active: " in told
    assert lived.status()["acme_pager"]["version"] == "1.1.0"
    with lived.running() as door:
        assert door.ask(PAGES)["acmePager"]["deliveries"] == [{"event": "created", "page": "page-1"}]
    assert "acme_pager: its tables are at version acme_pager_2" in lived.hub("db current")


def test_a_version_that_is_broken_costs_only_itself(lived: Site, workshop: Workshop) -> None:
    broken = workshop.wheel("sensors", "1.1.0", {"__all__ = ": "import acme_gone\n\n__all__ = "})
    assert "installed, and not serving: acme_sensors" in lived.install(broken, code=1)
    told = lived.status()["acme_sensors"]
    assert told["status"] == "failed"
    assert "No module named 'acme_gone'" in told["reason"]
    assert "acme-sensors 1.1.0" in told["reason"]
    assert "install --upgrade acme-sensors" in told["mend"]
    assert "acme_gone" in lived.hub("plugins check", code=1)
    with lived.running() as door:
        refused = door.post("acme-sensors", {"readings": []})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_slug")
        assert door.post("generic", {"title": "The hub goes on"}).status_code == 202
        shown = {one["name"]: one for one in door.ask("{ plugins { name status mend } }")["plugins"]}
        assert shown["acme_sensors"]["status"] == "failed"
        assert shown["acme_pager"]["status"] == "active"
    lived.install(workshop.wheel("sensors", "1.1.1"))
    assert lived.status()["acme_sensors"]["status"] == "active"


def test_strict_mode_refuses_to_start_with_a_broken_one(lived: Site, workshop: Workshop) -> None:
    lived.install(workshop.wheel("sensors", "1.1.0", {"__all__ = ": "1 / 0\n\n__all__ = "}), code=1)
    told = (
        lived.hub("serve --port", "0", code=1)
        if False
        else lived.shell.run("INCIDENT_HUB_STRICT_PLUGINS=1 incident-hub serve")
    )
    assert told.returncode == 1
    assert "acme_sensors" in told.stderr
    assert "division by zero" in told.stderr


def test_one_with_tables_can_be_uninstalled_and_what_it_leaves_removed(lived: Site) -> None:
    told = lived.hub("plugins uninstall acme_pager --yes")
    assert "- acme_pager: gone, with acme-pager 1.0.0" in told
    assert "stays in the database: acme_pager_delivery" in told
    assert "`notify.targets[0]` of the configuration still names acme_pager" in told
    with lived.running() as door:
        assert door.post("generic", {"title": "The hub goes on"}).status_code == 202
        assert "acmePager" not in str(door.ask('{ __type(name: "Query") { fields { name } } }'))
    left = lived.hub("db orphans")
    assert "acme_pager: acme_pager_delivery, rows: 1" in left
    assert "`incident-hub db drop-plugin acme_pager` removes what acme_pager left" in left
    dropped = lived.hub("db drop-plugin acme_pager --yes")
    assert "dropped what acme_pager kept" in dropped
    assert lived.hub("db orphans") == "no plugin left tables behind\n"
    lived.hub("db upgrade")


def test_a_contract_that_went_back_refuses_the_plugin_before_its_code_runs(
    lived: Site, workshop: Workshop
) -> None:
    lived.install(workshop.wheel("hookspecs", "0.1.1"))
    later = {"incident-hub-hookspecs>=0.1,<0.2": "incident-hub-hookspecs>=0.1.1,<0.2"}
    lived.install(workshop.wheel("owners", "1.1.0", later))
    assert lived.status()["acme_owners"]["status"] == "active"
    assert "acme_owners: acme-owners 1.1.0; incompatible" in lived.install(
        "incident-hub-hookspecs==0.1.0", "--no-deps", code=1
    )
    told = lived.status()["acme_owners"]
    assert told["status"] == "incompatible"
    assert told["reason"] == (
        "acme-owners 1.1.0 needs incident-hub-hookspecs <0.2,>=0.1.1, installed is 0.1.0"
    )
    assert "install --upgrade acme-owners incident-hub-hookspecs" in told["mend"]
    with lived.running() as door:
        assert door.post("generic", {"title": "The hub goes on"}).status_code == 202


def test_their_own_tests_and_types_hold_against_this_contract(site: Site, workshop: Workshop) -> None:
    site.environment.install("pytest", "mypy", *[workshop.wheel(name) for name in SAMPLES])
    for name in SAMPLES:
        tests = HERE / name / "tests"
        site.environment.run(
            "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", tests
        )
        site.environment.run("python", "-m", "mypy", "--strict", "--no-incremental", HERE / name / "src")
