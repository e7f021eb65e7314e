"""What comes back: mute if a silence holds for it now, or if it comes back too often."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, or_, update

from incident_hub.domain.rules import Mute
from incident_hub.intake.damping import Damping
from incident_hub.intake.flapping import damp
from incident_hub.intake.plan import KeyPlan
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.intake.silences import ActiveSilence, silenced_by
from incident_hub.storage.tables import incident

__all__ = ["mute_returned"]

_C = incident.c
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
    connection.execute(_AGAIN, rows)
    damp(connection, sorted(returned), damping, now)
