"""For plugins that compare incidents: whether what one says is a fault that spreads to others."""

import re

__all__ = ["spreads"]

_HOUSEKEEPING = re.compile(
    r"\b(certificate|cert|backup|expires?|expiry|renewal|deprecat\w*|patch|scheduled|maintenance|nightly|weekly|"
    r"report|days|licen[cs]e|(disk|volume|storage)\b.*\b(full|used|usage|space))\b",
    re.IGNORECASE,
)
_ACUTE = re.compile(
    r"\b(5\d\d|5xx|429|error\w*|fail\w*|down|unavailable|outage|time[sd]? ?out\w*|slow\w*|latency|"
    r"crash\w*|restart\w*|oom\w*|not ready|refused|unreachable|lost|throttl\w*|"
    r"rate limit\w*|saturat\w*|lag\w*|degrad\w*|stuck)\b",
    re.IGNORECASE,
)


def spreads(title: str) -> float:
    """How readily, from 0 to 1: acute trouble does, housekeeping does not, the rest perhaps."""
    if _ACUTE.search(title):
        return 1.0
    return 0.0 if _HOUSEKEEPING.search(title) else 0.7
