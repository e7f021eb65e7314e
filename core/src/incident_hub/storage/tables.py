"""The core's tables. Times are microseconds since 1970, ids are UUIDv7 text, JSON is text.

Names, types and indexes are alike on SQLite and PostgreSQL; what an index is for stands beside it.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

__all__ = [
    "alert",
    "delivery",
    "event",
    "event_sink",
    "feedback",
    "finding",
    "idempotency",
    "incident",
    "incident_group",
    "job",
    "link",
    "metadata",
    "relation",
    "seal",
    "separation",
    "silence",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(36)
_CURSOR = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only under INTEGER

incident = Table(
    "incident",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    Column("dedup_slot", String(36), nullable=False),  # empty while alerts join it, then its own id
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("source", String(255), nullable=False),
    Column("severity", String(2), nullable=False),
    Column("reported_severity", String(2)),
    Column("state", String(16), nullable=False),
    Column("type", String(16), nullable=False),
    Column("stateful", SmallInteger, nullable=False, server_default="0"),
    Column("count", Integer, nullable=False, server_default="1"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("resources", Text, nullable=False, server_default="[]"),
    Column("labels", Text, nullable=False, server_default="{}"),
    Column("annotations", Text, nullable=False, server_default="{}"),
    Column("llm", Text, nullable=False, server_default="{}"),
    Column("correlation_key", String(300)),  # narrows the candidates of one time window
    Column("assignees", Text, nullable=False, server_default="[]"),
    Column("tags", Text, nullable=False, server_default="[]"),
    Column("acknowledged_by", String(255)),
    Column("acknowledged_at", BigInteger),
    Column("escalation_level", SmallInteger, nullable=False, server_default="0"),
    Column("group_id", _ID),
    Column("merged_into", _ID),
    Column("silenced_by", _ID),  # a silence's id, or what `domain.rules.mutes` calls another reason
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("expires_at", BigInteger),  # a firing alert's time to live
    Column("resolved_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("resolved_by", String(255)),
    Column("resolution_method", String(20)),
    Column("resolution_notes", Text),
    Column("root_cause", Text),
    Column("reopened", Integer, nullable=False, server_default="0"),
)
Index("ix_incident_created", incident.c.created_at, incident.c.id)  # pages
Index("ix_incident_first_seen", incident.c.first_seen)  # what burned at a time, for correlation
Index("ix_incident_updated", incident.c.updated_at, incident.c.id)
# pages of one state or severity, or of several
Index("ix_incident_severity", incident.c.severity, incident.c.created_at, incident.c.id)
Index("ix_incident_state", incident.c.state, incident.c.created_at, incident.c.id)
# One index for deduplication and history: the one index whose keys come in no order, so the dearest.
Index("uq_incident_fingerprint", incident.c.fingerprint, incident.c.dedup_slot, unique=True)
Index(
    "ix_incident_group",
    incident.c.group_id,
    sqlite_where=text("group_id IS NOT NULL"),
    postgresql_where=text("group_id IS NOT NULL"),
)
_MUTED = text("silenced_by IS NOT NULL")
Index(  # what may have to be heard again
    "ix_incident_silenced",
    incident.c.silenced_by,
    incident.c.id,
    sqlite_where=_MUTED,
    postgresql_where=_MUTED,
)
Index(
    "ix_incident_expires",
    incident.c.expires_at,
    sqlite_where=text("expires_at IS NOT NULL"),
    postgresql_where=text("expires_at IS NOT NULL"),
)

alert = Table(
    "alert",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("incident_id", _ID),  # none: a resolve that found nothing to end
    Column("fingerprint", String(32), nullable=False),
    Column("status", String(8), nullable=False),
    Column("severity", String(2)),
    Column("received_at", BigInteger, nullable=False),
    Column("starts_at", BigInteger),
    Column("ends_at", BigInteger),
    Column("silenced_by", _ID),  # a silence's id, or what `domain.rules.mutes` calls another reason
    Column("body", Text, nullable=False),  # the normalised alert and its raw item, redacted JSON
)
Index("ix_alert_incident", alert.c.incident_id, alert.c.id)
_UNHEARD = text("incident_id IS NULL")
Index(  # ends that came before what they end
    "ix_alert_unheard", alert.c.fingerprint, sqlite_where=_UNHEARD, postgresql_where=_UNHEARD
)

delivery = Table(
    "delivery",
    metadata,
    Column("key", String(300), primary_key=True),  # slug and the sender's delivery id
    Column("body_hash", String(32), nullable=False),
    Column("answer", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)
Index("ix_delivery_received", delivery.c.received_at)

event = Table(
    "event",
    metadata,
    Column("cursor", _CURSOR, primary_key=True, autoincrement=True),
    Column("incident_id", _ID),
    Column("type", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("count", Integer, nullable=False, server_default="1"),
    Column("data", Text, nullable=False, server_default="{}"),
    sqlite_autoincrement=True,
)
Index("ix_event_incident", event.c.incident_id, event.c.cursor)

seal = Table(
    "seal",
    metadata,
    Column("last_cursor", _CURSOR, primary_key=True, autoincrement=False),
    Column("first_cursor", BigInteger, nullable=False),
    Column("links", LargeBinary, nullable=False),  # (cursor, chained hash) of each event sealed
    Column("digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)

event_sink = Table(
    "event_sink",
    metadata,
    Column("plugin", Text, primary_key=True),
    Column("cursor", BigInteger, nullable=False),  # the last event that it has taken
    Column("owner", String(64)),
    Column("token", BigInteger),
    Column("lease_until", BigInteger),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row, since it last took some
    Column("retry_at", BigInteger),
    Column("error", Text),
    Column("delivered_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("incident_id", _ID, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("plugin", String(64), nullable=False),
    Column("plugin_version", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("confidence", String(8)),
    Column("micros", BigInteger, nullable=False),
    Column("error", Text),
    Column("at", BigInteger, nullable=False),
)
Index("ix_finding_incident", finding.c.incident_id, finding.c.id)

feedback = Table(
    "feedback",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("incident_id", _ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("severity", String(2)),
    Column("type", String(16)),
    Column("actor", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("ix_feedback_incident", feedback.c.incident_id, feedback.c.id)

incident_group = Table(
    "incident_group",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("title", Text, nullable=False),
    Column("primary_incident_id", _ID, nullable=False),
    Column("size", Integer, nullable=False),
    Column("score", String(8), nullable=False),
    Column("merged_into", _ID),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("state", String(8), nullable=False, server_default="active"),  # active, resolved, closed
    Column("ended_at", BigInteger),  # since when no member is active
)
_OPEN = text("state <> 'closed'")
Index(
    "ix_incident_group_open",
    incident_group.c.state,
    incident_group.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

separation = Table(  # a person took the incident out of the group: it never joins it again
    "separation",
    metadata,
    Column("incident_id", _ID, primary_key=True),
    Column("group_id", _ID, primary_key=True),
    Column("actor", String(255), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", BigInteger, nullable=False),
)
Index("ix_separation_group", separation.c.group_id)

link = Table(
    "link",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("group_id", _ID, nullable=False),
    Column("incident_id", _ID, nullable=False),
    Column("other_id", _ID, nullable=False),
    Column("plugin", String(64), nullable=False),
    Column("score", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("ix_link_group", link.c.group_id, link.c.id)
Index("ix_link_incident", link.c.incident_id)

relation = Table(
    "relation",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("incident_id", _ID, nullable=False),
    Column("type", String(16), nullable=False),
    Column("other_id", _ID, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("actor", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("uq_relation", relation.c.incident_id, relation.c.type, relation.c.other_id, unique=True)
Index("ix_relation_other", relation.c.other_id)

silence = Table(
    "silence",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("matchers", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("comment", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
Index("ix_silence_ends", silence.c.ends_at)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(200), unique=True),  # the same intent is written once
    Column("incident_id", _ID),
    Column("payload", Text, nullable=False),
    Column("state", String(8), nullable=False),  # ready, leased, done, dead
    Column("priority", SmallInteger, nullable=False, server_default="2"),
    Column("run_at", BigInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("owner", String(64)),
    Column("token", BigInteger),
    Column("lease_until", BigInteger),
    Column("result", Text),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
)
_READY = text("state = 'ready'")
_LEASED = text("state = 'leased'")
_DEAD = text("state = 'dead'")
Index("ix_job_ready", job.c.priority, job.c.run_at, sqlite_where=_READY, postgresql_where=_READY)
Index("ix_job_leased", job.c.lease_until, sqlite_where=_LEASED, postgresql_where=_LEASED)
Index("ix_job_dead", job.c.finished_at, sqlite_where=_DEAD, postgresql_where=_DEAD)
