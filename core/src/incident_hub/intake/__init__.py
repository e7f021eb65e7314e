"""How alerts get in: fingerprint, silence, deduplicate, and one durable commit for all that wait."""

from incident_hub.intake.intake import Ack, Intake

__all__ = ["Ack", "Intake"]
