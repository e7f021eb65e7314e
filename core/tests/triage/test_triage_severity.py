"""When a classifier's word on severity counts: threshold, policy, and people, who always win."""
# ruff: noqa: ANN401 - the rig and what fakes answer are whatever a test makes them

from typing import Any

import pytest
from incident_hub.host.config import SeverityConfig
from incident_hub.triage.severity import Prediction, counts
from incident_hub_hookspecs import Classification, Severity

P1, P2, P3 = Severity.P1, Severity.P2, Severity.P3


@pytest.mark.parametrize(
    ("said", "sure", "reported", "policy", "wanted"),
    [
        (P1, 0.7, None, "keep", True),
        (P1, 0.69, None, "keep", False),
        (P1, 0.9, P3, "keep", False),
        (P1, 0.9, P3, "raise", True),
        (P3, 0.9, P1, "raise", False),
        (P3, 0.9, P1, "replace", True),
        (P3, 0.6, P1, "replace", False),
    ],
)
def test_a_word_counts_as_policy_says(
    said: Severity, sure: float, reported: Severity | None, policy: str, wanted: bool
) -> None:
    assert counts(Prediction(said, sure), reported, SeverityConfig(reported=policy)) is wanted


async def triaged(rig: Any, sure: float, policy: SeverityConfig, **values: object) -> dict[str, Any]:
    rig.registry.classifiers.clear()
    rig.add(
        "classifiers", "said", lambda batch, _: [Classification(P1, None, sure, ("because",))] * len(batch)
    )
    rig.configure(severity=policy)
    ids = await rig.incidents(1, **values)
    await rig.triage(ids)
    (row,) = await rig.rows("incident", id=ids[0])
    return dict(row)


async def test_below_the_threshold_a_word_is_a_suggestion_only(rig: Any) -> None:
    row = await triaged(rig, 0.5, SeverityConfig())
    (said,) = await rig.rows("finding", incident_id=row["id"])
    assert (row["severity"], said["value"]["severity"], said["confidence"]) == ("P3", "P1", "0.5000")


async def test_a_reported_severity_is_raised_only_where_policy_lets_it(rig: Any) -> None:
    reported = {"severity": "P3", "reported_severity": "P3"}
    kept = await triaged(rig, 0.9, SeverityConfig(), **reported)
    raised = await triaged(rig, 0.9, SeverityConfig(reported="raise"), **reported)
    assert (kept["severity"], raised["severity"], raised["reported_severity"]) == ("P3", "P1", "P3")
