"""What a door hands in, and what it hears."""

from collections.abc import Sequence
from typing import NamedTuple

from incident_hub.intake.prepare import PreparedAlert

__all__ = ["Ack", "Submission"]


class Ack(NamedTuple):
    """The durable answer for one alert; `incident_id` is None for a resolve that found nothing to end."""

    alert_id: str
    incident_id: str | None
    status: str


class Submission(NamedTuple):
    """The alerts of one request. `delivery_key`, when set, makes a repeat of the request a no-op."""

    alerts: Sequence[PreparedAlert]
    delivery_key: str = ""
    body_hash: str = ""
