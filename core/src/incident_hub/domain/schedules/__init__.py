"""On-call schedules: who is on call when. Rules only; times are moments, time zones are IANA names."""

from incident_hub.domain.schedules.coverage import Overlap, Shift, Span, gaps, on_call, overlaps, shifts
from incident_hub.domain.schedules.model import (
    Layer,
    Override,
    Restriction,
    Rotation,
    RotationKind,
    Schedule,
    ScheduleError,
)

__all__ = [
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
    "gaps",
    "on_call",
    "overlaps",
    "shifts",
]
