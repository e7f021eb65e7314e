"""The child's log, on the way to the hub's: one JSON line a record on the standard output."""

import json
import logging
import sys

from incident_hub.host.isolation.output import LINE_LIMIT, MARK

__all__ = ["log_to_hub"]

TEXT_LIMIT = LINE_LIMIT // 6 - 100  # what a character takes as JSON at most, and room for the rest


def log_to_hub(level: int) -> None:
    """Send every record of `level` or above; what the plugin prints goes the same way as it is."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_AsJson())
    logging.basicConfig(level=level, handlers=[handler])


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)[:TEXT_LIMIT]
        return MARK + json.dumps([record.levelno, text, str(getattr(record, "incident_id", ""))[:64]])
