"""Deadlines of incidents: when somebody shall have acknowledged one, and when it shall be over."""

__all__ = ["ClockState", "SlaKind"]


class SlaKind:
    """What the deadline is for."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


class ClockState:
    """Where a clock stands. One that is breached stays so, whenever the incident is acknowledged or over."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
