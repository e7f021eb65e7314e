"""The one transaction in which everything that waits becomes durable together."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from incident_hub.intake.deliveries import DeliveryConflictError, claim_deliveries, record_answers
from incident_hub.intake.ingest import ingest
from incident_hub.intake.plan import Windows
from incident_hub.intake.submission import Ack, Submission

__all__ = ["Result", "commit_submissions"]

Result = list[Ack] | Exception


def commit_submissions(
    connection: Connection, submissions: Sequence[Submission], windows: Windows, now: int
) -> list[Result]:
    """Write everything that waits; one result a submission, in order."""
    claims = [(s.delivery_key, s.body_hash) for s in submissions if s.delivery_key]
    known = claim_deliveries(connection, claims, now)
    fresh, later = _split(submissions, known)
    acks = iter(ingest(connection, [alert for i in fresh for alert in submissions[i].alerts], windows, now))
    written = {i: list(islice(acks, len(submissions[i].alerts))) for i in fresh}
    answers = {
        key: [ack._asdict() for ack in written[i]] for i in fresh if (key := submissions[i].delivery_key)
    }
    record_answers(connection, list(answers.items()))
    hashes = {submissions[i].delivery_key: submissions[i].body_hash for i in fresh}
    repeats = {i: _answer(submissions[i], known, hashes, answers) for i in later}
    return [repeats[i] if i in repeats else written[i] for i in range(len(submissions))]


def _split(submissions: Sequence[Submission], known: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    """The places of the submissions to write, and of those that only repeat a delivery."""
    fresh: list[int] = []
    later: list[int] = []
    seen: set[str] = set()
    for place, submission in enumerate(submissions):
        key = submission.delivery_key
        if key and (key in known or key in seen):
            later.append(place)
        else:
            fresh.append(place)
            seen.add(key)
    return fresh, later


def _answer(
    repeat: Submission,
    known: Mapping[str, list[dict[str, Any]] | DeliveryConflictError],
    hashes: Mapping[str, str],
    answers: Mapping[str, list[dict[str, Any]]],
) -> Result:
    """What a repeated delivery hears: the first one's answer, or that its body is another one."""
    key = repeat.delivery_key
    if key in hashes and hashes[key] != repeat.body_hash:
        return DeliveryConflictError(f"the delivery id of {key!r} was used before with another body")
    answer = answers[key] if key in answers else known[key]
    return answer if isinstance(answer, DeliveryConflictError) else [Ack(**item) for item in answer]
