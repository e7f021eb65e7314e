"""What comes back: mute if a silence holds for it now, or if it comes back too often."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, or_, select, update

from incident_hub.domain.rules import FLAPPING, Mute
from incident_hub.intake.damping import Damping
from incident_hub.intake.flapping import damp
from incident_hub.intake.plan import KeyPlan
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.intake.releasing import release_jobs
from incident_hub.intake.silences import ActiveSilence, silenced_by
from incident_hub.lifecycle.routed import rules_decide
from incident_hub.storage.tables import incident
from incident_hub.work.queue import enqueue

__all__ = ["mute_returned"]

_C = incident.c
_OTHERS = (f"{Mute.INHIBITION.value}:", f"{Mute.RULE.value}:", FLAPPING)
_AGAIN = (
    update(incident)
    .where(_C.id == bindparam("key"))
    .where(
        or_(
            _C.silenced_by.is_(None),
            ~or_(
                _C.silenced_by == "flapping",
                *(_C.silenced_by.like(f"{kind.value}:%") for kind in (Mute.INHIBITION, Mute.RULE)),
            ),
        )
    )
    .values(silenced_by=bindparam("mute"))
)  # fmt: skip


def mute_returned(
    connection: Connection,
    by_key: Mapping[str, Sequence[PreparedAlert]],
    plans: Mapping[str, KeyPlan],
    silences: Sequence[ActiveSilence],
    damping: Damping,
    now: int,
) -> None:
    """A silence holds across an end and a return; one that ended meanwhile does not. Call it behind the events."""
    returned = {
        plan.current.id: silenced_by(silences, by_key[key][-1])
        for key, plan in plans.items()
        if plan.reopened_from and plan.opened is None and plan.current is not None
    }
    if not returned:
        return
    rows = [{"key": key, "mute": mute} for key, mute in sorted(returned.items())]
    heard = [key for key in _silenced(connection, sorted(returned)) if returned[key] is None]
    connection.execute(_AGAIN, rows)
    if heard and not rules_decide(connection):  # rules tell of the return itself
        severities = {plan.current.id: plan.current.severity for plan in plans.values() if plan.current}
        enqueue(connection, release_jobs(connection, [(key, severities[key]) for key in heard], now), now)
    damp(connection, sorted(returned), damping, now)


def _silenced(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those that a silence or a window had muted, and so may have kept from people since their beginning."""
    rows = connection.execute(select(_C.id, _C.silenced_by).where(_C.id.in_(list(ids))).order_by(_C.id))
    return [row.id for row in rows if row.silenced_by and not row.silenced_by.startswith(_OTHERS)]
