"""The closed vocabularies of incident work."""

from enum import StrEnum

__all__ = [
    "AlertStatus",
    "IncidentState",
    "IncidentType",
    "RelationType",
    "ResolutionMethod",
    "Severity",
]


class Severity(StrEnum):
    """How bad it is: P0 needs somebody now, P4 is information."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def rank(self) -> int:
        """0 for P0 to 4 for P4: a lower rank is worse."""
        return int(self.value[1])

    def worse_than(self, other: "Severity") -> bool:
        """Whether this severity is more urgent than the other."""
        return self.value < other.value


class AlertStatus(StrEnum):
    """What a source says of its alert. `firing` opens or feeds an incident, `resolved` closes one."""

    FIRING = "firing"
    RESOLVED = "resolved"


class IncidentState(StrEnum):
    """Where an incident stands. Acknowledgement, assignees and escalation level are separate fields."""

    DETECTED = "detected"
    TRIAGED = "triaged"
    INVESTIGATING = "investigating"
    REMEDIATING = "remediating"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def active(self) -> bool:
        """Whether somebody may still have to act."""
        return self not in (IncidentState.RESOLVED, IncidentState.CLOSED)


class IncidentType(StrEnum):
    """What kind of trouble it is."""

    INFRASTRUCTURE = "infrastructure"
    APPLICATION = "application"
    SECURITY = "security"
    DATA = "data"
    PERFORMANCE = "performance"
    AVAILABILITY = "availability"
    COMPLIANCE = "compliance"
    UNKNOWN = "unknown"


class ResolutionMethod(StrEnum):
    """Who ended it: machine, person, or a person with a machine's help."""

    AUTOMATED = "automated"
    MANUAL = "manual"
    AUTO_ASSISTED_MANUAL = "auto_assisted_manual"


class RelationType(StrEnum):
    """How one incident stands to another, read from the first to the second."""

    DUPLICATE_OF = "duplicate_of"
    PARENT_OF = "parent_of"
    CAUSED_BY = "caused_by"
    RELATED_TO = "related_to"
    MERGED_INTO = "merged_into"
