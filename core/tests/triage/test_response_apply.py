"""Folders of documents: checked and written as a whole, shown before, deleted only when asked."""

from pathlib import Path

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.conditions import VARIABLES
from incident_hub.response.apply import Applied, DocumentsError, apply_documents, read_documents
from incident_hub.storage.database import Database
from incident_hub.storage.rules import rules_of

DOCS = Path(__file__).parents[3] / "docs" / "routing.md"
PEOPLE = """
- {kind: User, id: ann, email: ann@example.com}
- {kind: Team, id: platform, members: [ann]}
- {kind: EscalationPolicy, id: platform, next_policy: last, levels: [{targets: ["user:ann"]}]}
- {kind: EscalationPolicy, id: last, levels: [{targets: ["user:ann"]}]}
- kind: Silence
  id: hush
  matchers: [{name: team, value: chat}]
  starts_at: 2026-11-01T00:00Z
  ends_at: 2099-11-01T00:00Z
"""


def shown() -> str:
    """The example of the page on routing."""
    return DOCS.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]


async def apply(
    database: Database, folder: Path, *, dry_run: bool = False, prune: bool = False
) -> list[Applied]:
    now = HubClock().micros()
    return await apply_documents(database, read_documents(folder), "ann", now, dry_run=dry_run, prune=prune)


def told(found: list[Applied]) -> dict[str, int]:
    return {what: sum(one.what == what for one in found) for what in {one.what for one in found}}


async def test_a_folder_is_written_whole_shown_before_and_pruned_only_when_asked(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "people.yaml").write_text(PEOPLE)
    (tmp_path / "rules.yaml").write_text(shown())
    assert told(await apply(database, tmp_path, dry_run=True)) == {"created": 8}
    assert await database.read(lambda c: rules_of(c, "route")) == []
    assert told(await apply(database, tmp_path)) == {"created": 8}
    assert told(await apply(database, tmp_path)) == {"unchanged": 8}

    (tmp_path / "rules.yaml").write_text(shown().replace("priority: 100", "priority: 7"))
    (change,) = [one for one in await apply(database, tmp_path) if one.what == "updated"]
    assert [line for line in change.diff if line[0] in "+-"] == ['-  "priority": 100,', '+  "priority": 7,']

    (tmp_path / "rules.yaml").write_text("{kind: Route, id: other}")
    assert told(await apply(database, tmp_path)) == {"created": 1, "unchanged": 6}
    pruned = await apply(database, tmp_path, prune=True)
    assert [(one.kind, one.id) for one in pruned if one.what == "deleted"] == [("Route", "provider-outages")]
    assert len(await database.read(lambda c: rules_of(c, "maintenance_window"))) == 1


async def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(
        "kind: Route\nid: good\n---\nkind: Rout\nid: x\n---\nkind: Route\nid: y\ncondition: nope\n---\n"
        "kind: Route\nid: good\n---\nkind: Silence\nid: s\n---\n- kind: Route\n- 7\n"
    )
    (tmp_path / "b.yaml").write_text("kind: Route\nid: z\n--- \nkind: [\n")
    with pytest.raises(DocumentsError) as error:
        read_documents(tmp_path)
    problems = [one.removeprefix(f"{tmp_path}/") for one in error.value.problems]
    assert [one.split(":")[0] for one in problems] == [
        *(f"a.yaml, document {n}" for n in range(2, 8)),
        "b.yaml, line 4",
    ]
    (tmp_path / "b.yaml").unlink()
    (tmp_path / "a.yaml").write_text(
        "[{kind: Route, id: first}, {kind: Route, id: x, escalation_policy: none}]"
    )
    with pytest.raises(
        DocumentsError, match="document 2: escalation_policy: there is no escalation policy none"
    ):
        await apply(database, tmp_path)
    assert await database.read(lambda c: rules_of(c, "route")) == []


def test_the_page_on_routing_documents_every_variable() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for one in VARIABLES:
        assert f"| `{one.name}` | {one.type} | {one.meaning} |" in page
