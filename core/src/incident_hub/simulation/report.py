"""What a replay found: counts before and after, and the differences one by one."""

from dataclasses import dataclass, field

__all__ = ["MOST", "Change", "Counts", "GroupChange", "Page", "Part", "Regrouping", "Report", "SilentPlugin"]

MOST = 100  # differences of one kind that are told; the counts are whole


@dataclass(frozen=True, slots=True)
class Counts:
    """One figure: as stored, and as it would have been."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Page:
    """Notifications of one event to one target, named by place and channel."""

    target: str
    event: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Part:
    """An incident as one side of a regrouping; `alert_ids` are the first of its `alerts`.

    `incident_id` is empty for one that only the replay made.
    """

    incident_id: str
    title: str
    severity: str
    alerts: int
    alert_ids: list[str]


@dataclass(frozen=True, slots=True)
class Regrouping:
    """One incident that would be several, or several that would be one."""

    one: Part
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Change:
    """An incident that would have another severity or type."""

    incident_id: str
    title: str
    severity_before: str
    severity_after: str
    type_before: str
    type_after: str


@dataclass(frozen=True, slots=True)
class GroupChange:
    """An incident that would be in other company: whom it would not be grouped with, and whom newly."""

    incident_id: str
    title: str
    without: list[str]
    joined: list[str]


@dataclass(frozen=True, slots=True)
class SilentPlugin:
    """A plugin that did not serve in the replay, or that left errors, and why."""

    name: str
    status: str
    reason: str
    errors: int


@dataclass(slots=True)
class Report:
    """Times in microseconds. `unreadable` alerts were left out.

    `carried` incidents began before the replay, which cannot know how: their severity, type and groups are
    not compared. `new` and `gone` count incidents that only one side has.
    """

    since: int
    until: int
    alerts: int
    unreadable: int = 0
    incidents: Counts = field(default_factory=lambda: Counts("incidents", 0, 0))
    groups: Counts = field(default_factory=lambda: Counts("groups", 0, 0))
    grouped: Counts = field(default_factory=lambda: Counts("grouped incidents", 0, 0))
    carried: int = 0
    new: int = 0
    gone: int = 0
    split: int = 0
    joined: int = 0
    changed: int = 0
    regrouped: int = 0
    severities: list[Counts] = field(default_factory=list)
    types: list[Counts] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    splits: list[Regrouping] = field(default_factory=list)
    joins: list[Regrouping] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    group_changes: list[GroupChange] = field(default_factory=list)
    plugins: list[SilentPlugin] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything would be different."""
        figures = (*self.severities, *self.types, self.groups, self.grouped)
        counted = (self.new, self.gone, self.split, self.joined, self.changed, self.regrouped)
        pages = (one.before != one.after for one in self.pages)
        return any(counted) or any(one.before != one.after for one in figures) or any(pages)
