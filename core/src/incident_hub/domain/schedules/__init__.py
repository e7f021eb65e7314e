"""On-call schedules: who is on call when. Rules only; times are moments, time zones are IANA names."""

from incident_hub.domain.schedules.coverage import (
    LONGEST,
    Overlap,
    Shift,
    Span,
    gaps,
    in_order,
    on_call,
    overlaps,
    shifts,
)
from incident_hub.domain.schedules.model import (
    CalendarLayer,
    Layer,
    Override,
    Restriction,
    Rotation,
    RotationKind,
    Schedule,
    ScheduleError,
    Turn,
    zone_named,
)

__all__ = [
    "LONGEST",
    "CalendarLayer",
    "Layer",
    "Overlap",
    "Override",
    "Restriction",
    "Rotation",
    "RotationKind",
    "Schedule",
    "ScheduleError",
    "Shift",
    "Span",
    "Turn",
    "gaps",
    "in_order",
    "on_call",
    "overlaps",
    "shifts",
    "zone_named",
]
