"""Alerts made of labels and annotations, as Prometheus, Alertmanager and Grafana write them."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b

from incident_hub_hookspecs.enums import AlertStatus, Severity
from incident_hub_hookspecs.payload import MAX_TITLE, MAX_VALUE, cut, text
from incident_hub_hookspecs.payload_words import incident_type, llm_identity
from incident_hub_hookspecs.payload_words import severity as severity_of
from incident_hub_hookspecs.records import Alert

__all__ = ["label_hash", "labelled_alert"]

RESOURCE_LABELS = ("instance", "job", "pod", "service")


def labelled_alert(
    item: Mapping[str, object],
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    *,
    source: str,
    dedup_key: str,
    status: AlertStatus,
    starts_at: datetime | None,
    ends_at: datetime | None,
    severity: Severity | None = None,
    external_id: str = "",
) -> Alert:
    """Read title, severity, type, resources, links and LLM identity out of labels and annotations.

    The title is annotation `summary` or `title`, else label `alertname`, else the labels themselves.
    """
    label, note = labels.get, annotations.get
    return Alert(
        source=source,
        title=_title(labels, annotations),
        status=status,
        severity=severity or severity_of(label("severity", "")),
        type=incident_type(label("category") or label("type") or ""),
        description=note("description") or note("message") or "",
        external_id=external_id,
        dedup_key=dedup_key,
        stateful=True,
        resources=tuple(
            [cut(f"{name}:{labels[name]}", MAX_VALUE) for name in RESOURCE_LABELS if labels.get(name)]
        ),
        labels=labels,
        annotations=annotations,
        llm=llm_identity(labels),
        starts_at=starts_at,
        ends_at=ends_at,
        runbook_url=cut(note("runbook_url", ""), MAX_VALUE),
        generator_url=text(item.get("generatorURL"), "generatorURL", MAX_VALUE),
        raw=item,
    )


def _title(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    title = annotations.get("summary") or annotations.get("title") or labels.get("alertname")
    if not title:
        title = "{" + ", ".join([f'{name}="{value}"' for name, value in sorted(labels.items())]) + "}"
    return cut(title, MAX_TITLE)


def label_hash(labels: Mapping[str, str]) -> str:
    """A stable name for a set of labels; NUL, which no label holds, keeps names and values apart."""
    told = "\0".join(map("\0".join, sorted(labels.items())))
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
