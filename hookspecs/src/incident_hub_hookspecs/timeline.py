"""The timeline as plugins see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["TimelineEvent"]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One thing that happened. `cursor` rises along the timeline of the whole hub, with gaps.

    `type` is a name as in `incident-hub`'s GraphQL enum `EventType`; new ones may come. `incident_id` is
    empty when the event concerns the hub as a whole. `count` is how often it happened, folded into one.
    `data` is JSON; for a change it holds `before` and `after`.
    """

    cursor: int
    type: str
    at: datetime
    actor: str
    incident_id: str = ""
    count: int = 1
    data: Mapping[str, object] = field(default_factory=dict)
