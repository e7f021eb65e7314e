import json
from pathlib import Path

import pytest
from incident_hub_hookspecs import ActionResult, DeliveryError, Incident
from incident_hub_hookspecs.testing import an_incident, call_context

from {{ cookiecutter.__package }} import KeepEvidence, Settings

INCIDENT = an_incident(labels={"team": "payments"})


async def keep(folder: Path, incident: Incident = INCIDENT, *, dry_run: bool = False) -> ActionResult:
    action = KeepEvidence(Settings(folder))
    return await action.run(incident, {"reason": "audit"}, "key-1", dry_run=dry_run, context=call_context())


async def test_what_is_known_is_kept_with_the_reason(tmp_path: Path) -> None:
    result = await keep(tmp_path / "new")
    kept = json.loads(Path(str(result.output["path"])).read_text())
    assert kept["reason"] == "audit"
    assert kept["incident"]["id"] == INCIDENT.id
    assert kept["incident"]["labels"] == {"team": "payments"}
    assert kept["incident"]["created_at"] == INCIDENT.created_at.isoformat()


async def test_twice_leaves_one_file(tmp_path: Path) -> None:
    assert await keep(tmp_path) == await keep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_dry_run_says_where_and_writes_nothing(tmp_path: Path) -> None:
    result = await keep(tmp_path, dry_run=True)
    assert result.summary == f"would write {tmp_path / INCIDENT.id}.json"
    assert list(tmp_path.iterdir()) == []


async def test_it_can_be_taken_back_and_twice_is_as_good(tmp_path: Path) -> None:
    action, done = KeepEvidence(Settings(tmp_path)), await keep(tmp_path)
    for _ in range(2):
        await action.undo(INCIDENT, done.undo_data, "key-2", context=call_context())
    assert list(tmp_path.iterdir()) == []


async def test_no_id_leads_out_of_the_folder(tmp_path: Path) -> None:
    result = await keep(tmp_path, an_incident(id="../../etc/passwd"))
    assert Path(str(result.output["path"])).parent == tmp_path


async def test_a_folder_that_cannot_be_made_is_an_error_that_no_retry_mends(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeliveryError) as caught:
        await keep(tmp_path / "file")
    assert caught.value.retry is False
