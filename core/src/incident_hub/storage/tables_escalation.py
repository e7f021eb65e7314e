"""The tables of escalation policies and their runs, and of SLA clocks. Times are microseconds since 1970."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, Table, Text, text

from incident_hub.storage.tables import metadata

__all__ = ["LIVE_RUN", "escalation", "escalation_policy", "sla_clock"]

_ID = String(36)

escalation_policy = Table(
    "escalation_policy",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("document", Text, nullable=False),  # the policy as JSON, as `domain.escalation` has it
    Column("enabled", SmallInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(255), nullable=False),
)

# A run: one incident goes through one policy, as it was when the run began.
escalation = Table(
    "escalation",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("incident_id", _ID, nullable=False),
    Column("serial", Integer, nullable=False),  # which run of its incident, from 1
    Column("policy_id", String(128), nullable=False),
    Column("document", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("step", Integer, nullable=False),  # the number of the timer that counts; others are over
    Column("level", SmallInteger, nullable=False),  # which fires next, from 0; their number: the end
    Column("round", SmallInteger, nullable=False),
    Column("next_at", BigInteger),
    Column("remaining", BigInteger),  # while paused: what was left of the wait
    Column("repage", BigInteger),  # an acknowledgement lasts so long
    Column("visited", Text, nullable=False, server_default="[]"),  # policies it came through
    Column("because", Text, nullable=False, server_default="{}"),
    Column("started_at", BigInteger, nullable=False),
    Column("started_by", String(255), nullable=False),
    Column("fired_at", BigInteger),  # when the last level fired
    Column("stopped_at", BigInteger),
    Column("stopped_by", String(255)),
)
LIVE_RUN = "state IN ('active', 'paused', 'acknowledged')"  # repeated literally where the index shall be used
Index(
    "uq_escalation_live",
    escalation.c.incident_id,
    unique=True,
    sqlite_where=text(LIVE_RUN),
    postgresql_where=text(LIVE_RUN),
)
Index("uq_escalation_serial", escalation.c.incident_id, escalation.c.serial, unique=True)
Index("ix_escalation_state", escalation.c.state, escalation.c.id)  # pages
Index("ix_escalation_policy", escalation.c.policy_id, escalation.c.id)
_WAITING = text("next_at IS NOT NULL")
Index("ix_escalation_next", escalation.c.next_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("ix_escalation_fired", escalation.c.fired_at)

sla_clock = Table(
    "sla_clock",
    metadata,
    Column("incident_id", _ID, primary_key=True),
    Column("kind", String(12), primary_key=True),  # acknowledge, resolve
    Column("severity", String(2), nullable=False),
    Column("state", String(8), nullable=False),  # running, paused, met, breached
    Column("started_at", BigInteger, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("at_risk_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),  # when something has to be said next; nothing: never
    Column("warned_at", BigInteger),
    Column("breached_at", BigInteger),
    Column("paused_at", BigInteger),
    Column("met_at", BigInteger),
)
_DUE = text("due_at IS NOT NULL")
Index("ix_sla_clock_due", sla_clock.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)
Index("ix_sla_clock_deadline", sla_clock.c.state, sla_clock.c.deadline, sla_clock.c.incident_id)
