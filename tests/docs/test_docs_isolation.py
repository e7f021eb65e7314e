"""The page on isolation: its configuration is accepted, its query valid, its figures those of the code."""

import re
from pathlib import Path

import pytest
import yaml
from graphql import build_schema, parse, validate
from incident_hub.host.config import HubConfig
from incident_hub.host.discovery import Candidate
from incident_hub.host.isolation import frames, link, output, pauses
from incident_hub.host.isolation.child import limits
from incident_hub.host.isolation.settings import LEAST_MEMORY, USUAL_MEMORY, isolation_of
from incident_hub.host.threads import THREADS_PER_PLUGIN
from incident_hub.testing.pages import blocks
from incident_hub_hookspecs.spec import HOOKS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins" / "isolation.md").read_text(encoding="utf-8")


def test_the_configuration_shown_is_accepted_and_isolates(tmp_path: Path) -> None:
    (shown,) = blocks(PAGE, "yaml")
    file = tmp_path / "incident-hub.yaml"
    file.write_text(shown.body, encoding="utf-8")
    config = HubConfig.load(file, {})
    assert config.plugin_isolation == "third_party"
    ((name, options),) = config.plugins.items()
    wanted = isolation_of(Candidate(name, "d", "1", (), lambda: None, "module"), options, "in_process")
    assert wanted is not None
    assert wanted.memory_mb == yaml.safe_load(shown.body)["plugins"][name]["memory_mb"]


def test_the_query_shown_fits_the_schema() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
    queries = re.findall(r"`(plugins \{[^`]*\})`", PAGE)
    assert queries
    for query in queries:
        assert validate(schema, parse(f"{{ {query} }}")) == []


@pytest.mark.parametrize(
    "said",
    [
        f"{USUAL_MEMORY} by default, {LEAST_MEMORY} at least",
        f"at most {output.LINES_PER_SECOND} lines a second",
        f"has {limits.DESCRIPTORS} descriptors; above {limits.DESCRIPTORS * 3 // 4}, or {limits.THREADS} threads",
        f"more than {frames.FRAME_LIMIT >> 20} MiB in one answer",
        {8: "eight"}[THREADS_PER_PLUGIN] + " of them",
        {0.5: "half a second after"}[link.GRACE_SECONDS],
        {(0.25, 30.0): "from a quarter of a second to half a minute"}[pauses.FIRST, pauses.LONGEST],
        {60.0: "dies again within a minute"}[pauses.SOUND_SECONDS],
    ],
)
def test_the_figures_are_those_of_the_code(said: str) -> None:
    assert said in " ".join(PAGE.split())


def test_every_hook_has_its_place_on_the_page() -> None:
    words = {
        "register_config": "settings",
        "register_webhook_parsers": "parsers",
        "register_playbook_actions": "actions",
        "register_llm_clients": "LLM clients",
    }
    for hook in HOOKS:
        name = hook.__name__
        assert f"`{name}`" in PAGE or words.get(name, name.removeprefix("register_")) in PAGE, name
