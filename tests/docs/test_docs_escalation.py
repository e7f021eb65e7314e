"""The page on escalation: its policies are accepted, its documents fit the schema."""

from pathlib import Path

from graphql import build_schema, parse, validate
from incident_hub.domain.escalation import EscalationPolicy
from incident_hub.response.apply import read_documents
from incident_hub.response.escalation.checking import check_together
from incident_hub.testing.pages import blocks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "escalation.md").read_text(encoding="utf-8")


def test_the_policies_are_accepted(tmp_path: Path) -> None:
    (shown,) = blocks(PAGE, "yaml")
    file = tmp_path / "policies.yaml"
    file.write_text(shown.body, encoding="utf-8")
    policies = [one.what for one in read_documents(file) if isinstance(one.what, EscalationPolicy)]
    assert [len(one.levels) for one in policies] == [3, 1]
    check_together(policies, {one.id: one.next_policy for one in policies})


def test_the_documents_fit_the_schema() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
    shown = blocks(PAGE, "graphql")
    assert [validate(schema, parse(one.body)) for one in shown] == [[], []]
