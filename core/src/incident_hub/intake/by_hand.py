"""A person's word on severity outweighs a worse alert, which is only noted."""

from collections.abc import Iterable

from sqlalchemy import Connection

from incident_hub.domain.events import EventType
from incident_hub.intake.plan import KeyPlan
from incident_hub.storage.bulk import select_in

__all__ = ["keep_words_of_people"]

_BY_HAND = (
    "SELECT DISTINCT incident_id FROM event WHERE incident_id {keys} "  # noqa: S608 - own names
    f"AND type = '{EventType.SEVERITY_CHANGED.value}' AND actor NOT LIKE 'source:%' AND actor NOT LIKE 'hub:%'"
)


def keep_words_of_people(connection: Connection, plans: Iterable[KeyPlan]) -> None:
    """Take back what a worse alert raised where a person set the severity before. Asks only when one did."""
    raised = {one.id: plan for plan in plans if plan.severity_before and (one := plan.current) is not None}
    for (key,) in select_in(connection, _BY_HAND, sorted(raised)) if raised else ():
        raised[key].keep_severity()
