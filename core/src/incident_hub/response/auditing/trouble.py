"""What the auditor finds wrong with the hub itself."""

from dataclasses import dataclass, replace
from enum import StrEnum

from incident_hub_hookspecs import Alert, AlertStatus, IncidentType, Severity

__all__ = ["SOURCE", "Terms", "Trouble", "TroubleKind", "alert_of", "end_of"]

SOURCE = "incident-hub"


class TroubleKind(StrEnum):
    """One incident about the hub for each, however often it is found."""

    LATE = "late"
    DEAD = "dead"
    LOST_TIMERS = "lost_timers"
    LOST_PAGES = "lost_pages"
    UNTOLD = "untold"
    UNTRIAGED = "untriaged"


_TITLES = {
    TroubleKind.LATE: "The hub is late with pages",
    TroubleKind.DEAD: "The hub could not deliver pages",
    TroubleKind.LOST_TIMERS: "The hub had lost escalation timers",
    TroubleKind.LOST_PAGES: "The hub had lost pages of escalations",
    TroubleKind.UNTOLD: "The hub had told nobody of incidents",
    TroubleKind.UNTRIAGED: "The hub had left incidents without triage",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """When something is late: microseconds. `now` is the hub's time, `clock` the one in which jobs count.

    What was due between `since` and `until` should be done by now.
    """

    now: int
    clock: int
    grace: int
    window: int

    @property
    def until(self) -> int:
        """The latest moment of which something should have come by now."""
        return self.now - self.grace

    @property
    def since(self) -> int:
        """How far back is looked."""
        return self.until - self.window


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many of a kind, and one of them in words; `repaired` says that they were asked for again."""

    kind: TroubleKind
    count: int
    example: str
    repaired: bool = False


def alert_of(trouble: Trouble) -> Alert:
    """The alert that raises an incident about the hub, or joins the one there is."""
    done = " They were asked for again." if trouble.repaired else ""
    return replace(_alert(trouble.kind), description=f"{trouble.count} found, as: {trouble.example}.{done}")


def end_of(kind: TroubleKind) -> Alert:
    """The alert that ends it."""
    return replace(_alert(kind), status=AlertStatus.RESOLVED)


def _alert(kind: TroubleKind) -> Alert:
    return Alert(
        source=SOURCE,
        title=_TITLES[kind],
        severity=Severity.P1,
        type=IncidentType.AVAILABILITY,
        dedup_key=f"auditor:{kind.value}",
        stateful=True,
        labels={"auditor": kind.value},
    )
