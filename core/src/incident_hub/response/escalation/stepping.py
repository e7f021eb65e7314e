"""One step of a run: what its timer means now, decided with the run and its incident in hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from incident_hub.domain.escalation import RunState
from incident_hub.domain.events import EventType
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.receivers import Receiver
from incident_hub.domain.times import SECOND
from incident_hub.response.escalation.course import Place, after_level, begin, past_end
from incident_hub.response.escalation.document import policy_json
from incident_hub.response.escalation.due import Due, Held
from incident_hub.response.escalation.reach import LevelReach
from incident_hub.response.escalation.writing import Writing
from incident_hub.response.notify.reach import reach_job
from incident_hub.response.paging.jobs import page_job
from incident_hub.storage.escalations import RunRow
from incident_hub.triage.checks import clean

__all__ = ["HELD_BY_SILENCE", "Step", "firing_level", "take_step"]

HELD_BY_SILENCE = "hub:silences"


@dataclass(frozen=True, slots=True)
class Step:
    """A due run and, when a level of it fires, whom that tells; None: its condition does not hold.

    `told_last` are those who hear that nobody has it, when the policy has nothing more to offer.
    """

    due: Due
    reach: LevelReach | None = None
    told_last: Sequence[Receiver] = ()


def firing_level(due: Due) -> int | None:
    """The index of the level that fires now, if one does."""
    run = due.run
    if run.state == RunState.ACKNOWLEDGED:  # not resolved in time: whoever was told last is told again
        return min(max(run.level - 1, 0), len(due.policy.levels) - 1)
    if run.state == RunState.ACTIVE and run.level < len(due.policy.levels):
        return run.level
    return None


def take_step(writing: Writing, step: Step, held: Held) -> None:
    """Write what the timer brings, as things stand now."""
    run = held.run
    if held.over:
        writing.halt(run, RunState.RESOLVED)
        writing.say(run, EventType.ESCALATION_STOPPED, why="resolved", levels_fired=run.level)
    elif held.incident.silenced_by:
        writing.halt(run, RunState.PAUSED, remaining=0, stopped_by=HELD_BY_SILENCE)
        writing.say(run, EventType.ESCALATION_PAUSED, why="the incident is silenced")
    elif run.state == RunState.PAUSED:
        writing.wait(run, Place(run.level, run.round, run.remaining or 0))
        writing.say(run, EventType.ESCALATION_RESUMED, why="the pause is over")
    elif run.state == RunState.ACTIVE and held.incident.acknowledged_by:
        writing.halt(run, RunState.ACKNOWLEDGED)
        writing.say(run, EventType.ESCALATION_STOPPED, why=RunState.ACKNOWLEDGED, levels_fired=run.level)
    elif (index := firing_level(step.due)) is not None:
        _fire(writing, step, held, index)
    else:
        _go_on(writing, step, held)


def _fire(writing: Writing, step: Step, held: Held, index: int) -> None:
    run, policy = held.run, step.due.policy
    level = policy.levels[index]
    if run.state == RunState.ACKNOWLEDGED:
        why = f"it was not resolved within {(run.repage or 0) / SECOND:g} s"
        writing.unacknowledge(run.incident_id, held.incident.acknowledged_by or "", why)
    place = after_level(policy, index, run.round)
    event, number = _occasion(run, level.delay_seconds)
    said = {"level": index + 1, "levels": len(policy.levels), "round": run.round + 1, "name": level.name}
    if step.reach is None:
        writing.say(run, EventType.ESCALATION_STEPPED, **said, paged=[], passed="its condition does not hold")
    else:
        writing.jobs.extend(_pages(step.reach, held, said, event, number))
        told = {"paged": step.reach.names, "missing": [clean(why) for why in step.reach.missing]}
        writing.say(run, EventType.ESCALATION_STEPPED, **said, **told, event=event, number=number)
        if index > held.incident.escalation_level:
            writing.levels.append((index, run.incident_id))
            before = held.incident.escalation_level
            writing.say(run, EventType.ESCALATED, before=before, after=index, reason=f"level {index + 1}")
    writing.wait(run, place, fired_at=writing.now)


def _occasion(run: RunRow, delay: float) -> tuple[str, str]:
    """Event and number of the pages. A first level at once is how its people hear of the beginning.

    So they hear once, when a rule or a configured target tells them too.
    """
    beginning = run.serial == 1 and run.step == 1 and not delay and orjson.loads(run.because).get("new")
    return ("created", "1") if beginning else ("escalated", f"{run.serial}.{run.step}")


def _pages(reach: LevelReach, held: Held, said: dict[str, object], event: str, number: str) -> list[NewJob]:
    key, severity = held.incident.id, held.incident.severity
    because = {"escalation": held.run.id, "policy": held.run.policy_id, **said}
    pages = [
        page_job(
            key, event, number, one.receiver, severity, channels=one.channels,
            because={**because, "instead_of": one.instead_of} if one.instead_of else because,
        )
        for one in reach.pages
    ]  # fmt: skip
    return [*pages, *(reach_job(key, event, number, hook, severity) for hook in reach.hooks)]


def _go_on(writing: Writing, step: Step, held: Held) -> None:
    """A round is over: another one, the next policy, or nothing more."""
    run, policy, following = held.run, step.due.policy, step.due.following
    if (place := past_end(policy, run.round)) is not None:
        writing.wait(run, place)
    elif following is not None:
        visited = [*orjson.loads(run.visited), run.policy_id]
        repage = None if following.repage_seconds is None else int(following.repage_seconds * SECOND)
        writing.say(run, EventType.ESCALATION_STEPPED, next_policy=following.id, paged=[])
        writing.wait(
            run, begin(following), policy_id=following.id, document=policy_json(following),
            visited=orjson.dumps(visited).decode(), repage=repage,
        )  # fmt: skip
    else:
        writing.halt(run, RunState.EXHAUSTED)
        told = [str(one) for one in step.told_last]
        writing.say(run, EventType.ESCALATION_EXHAUSTED, rounds=run.round + 1, paged=told)
        number, severity = f"{run.serial}.{run.step}", held.incident.severity
        because = {"escalation": run.id, "policy": run.policy_id, "why": "nobody acknowledged it"}
        writing.jobs.extend(
            page_job(run.incident_id, "escalation_exhausted", number, one, severity, because=because)
            for one in step.told_last
        )
