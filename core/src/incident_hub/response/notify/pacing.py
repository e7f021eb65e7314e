"""Waiting for one's turn: what comes too fast goes back with a time, so that no worker waits for it."""

import random
from collections.abc import Sequence
from functools import partial

from incident_hub.domain.times import SECOND
from incident_hub.response.notify.ends import dead, postponed
from incident_hub.response.notify.pace import Limit, pace_of, turn
from incident_hub.response.notify.way import Way
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.triage.services import Services

__all__ = ["wait_for_turn"]

_SPREAD = 2.0  # of a pause that a place asked for, so that not all come back at once


async def wait_for_turn(
    records: Sequence[DeliveryRow], way: Way, services: Services, *, urgent: bool
) -> None:
    """Come back when the message may go; else raise `Later`, or `GiveUp` for a place that wants none any more."""
    now = services.clock.micros()
    pace = await services.database.read(partial(pace_of, key=way.pace_key))
    if pace.refused:
        why = f"nothing is sent there any more ({pace.refused}); `incident-hub deliveries allow` takes that back"
        raise dead(records, why, 0, services)
    if pace.hold_until > now:
        wait = (pace.hold_until - now) * random.uniform(1.0, 1.0 if urgent else _SPREAD)
        raise postponed(records, now + int(wait), services)
    limits = _limits(way)
    mine = records[0].slot_at
    if not limits or (mine is not None and mine <= now):
        return
    at = await services.database.write(partial(turn, limits=limits, now=now, urgent=urgent))
    if at > now + SECOND // 100:
        raise postponed(records, at, services)


def _limits(way: Way) -> list[Limit]:
    policy = way.policy
    both = [
        Limit(way.channel, policy.per_minute, policy.burst),
        Limit(way.pace_key, policy.per_place, policy.burst),
    ]
    return [one for one in both if one.per_minute > 0]
