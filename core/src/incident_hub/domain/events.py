"""What can happen to an incident. The timeline is append-only; an event says what changed, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["EventType", "NewEvent"]


class EventType(StrEnum):
    """The kinds of timeline event; `data` of a change holds `before` and `after`."""

    CREATED = "Created"
    ALERT_RECEIVED = "AlertReceived"
    STATE_CHANGED = "StateChanged"
    SEVERITY_CHANGED = "SeverityChanged"
    TYPE_CHANGED = "TypeChanged"
    ACKNOWLEDGED = "Acknowledged"
    UNACKNOWLEDGED = "Unacknowledged"
    ASSIGNMENT_CHANGED = "AssignmentChanged"
    COMMENT_ADDED = "CommentAdded"
    UPDATED = "Updated"
    RESOLVED = "Resolved"
    CLOSED = "Closed"
    REOPENED = "Reopened"
    ESCALATED = "Escalated"
    ESCALATION_STARTED = "EscalationStarted"
    ESCALATION_STEPPED = "EscalationStepped"
    ESCALATION_PAUSED = "EscalationPaused"
    ESCALATION_RESUMED = "EscalationResumed"
    ESCALATION_STOPPED = "EscalationStopped"
    ESCALATION_EXHAUSTED = "EscalationExhausted"
    ESCALATION_FAILED = "EscalationFailed"
    SLA_AT_RISK = "SlaAtRisk"
    SLA_BREACHED = "SlaBreached"
    SLA_PAUSED = "SlaPaused"
    SLA_RESUMED = "SlaResumed"
    LINKED = "Linked"
    UNLINKED = "Unlinked"
    MERGED = "Merged"
    UNMERGED = "Unmerged"
    GROUPED = "Grouped"
    UNGROUPED = "Ungrouped"
    GROUP_STATE_CHANGED = "GroupStateChanged"
    FINDING_ADDED = "FindingAdded"
    NOTIFICATION_SENT = "NotificationSent"
    NOTIFICATION_FAILED = "NotificationFailed"
    PAGED = "Paged"
    NOBODY_PAGED = "NobodyPaged"
    ACTION_EXECUTED = "ActionExecuted"
    ACTION_FAILED = "ActionFailed"
    ACTION_DENIED = "ActionDenied"
    ACTION_NEEDS_APPROVAL = "ActionNeedsApproval"
    FEEDBACK_GIVEN = "FeedbackGiven"
    ROUTED = "Routed"
    NOBODY_TOLD = "NobodyTold"
    TAGGED = "Tagged"
    FLAPPING_STARTED = "FlappingStarted"
    FLAPPING_ENDED = "FlappingEnded"
    SILENCED = "Silenced"
    SILENCE_CHANGED = "SilenceChanged"
    RULE_CHANGED = "RuleChanged"
    DIRECTORY_CHANGED = "DirectoryChanged"


@dataclass(slots=True)  # not frozen: a busy hub makes very many
class NewEvent:
    """An event about to be appended. `incident_id` None: it concerns the hub as a whole."""

    incident_id: str | None
    type: EventType
    at: int
    actor: str
    data: Mapping[str, object] = field(default_factory=dict)
    count: int = 1
