"""Text from alerts in Slack's markup: nothing in it mentions anybody, links anywhere, or grows too long."""

from incident_hub_hookspecs.outgoing_text import one_line, readable
from incident_hub_hookspecs.payload import cut

__all__ = ["escaped", "markdown", "plain", "text_line"]


def escaped(text: str, limit: int) -> str:
    """With `&`, `<` and `>` as entities; at most `limit` characters, and no entity is cut in two."""
    told = readable(text, limit)
    while len(safe := _entities(told)) > limit:
        told = cut(told, len(told) * limit // len(safe))
    return safe


def text_line(text: str, limit: int) -> str:
    """As `escaped`, on one line."""
    return escaped(one_line(text, limit), limit)


def markdown(text: str) -> dict[str, object]:
    """A text object; `verbatim` keeps Slack from making links of what only looks like one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> dict[str, object]:
    """A text object in which nothing is markup."""
    return {"type": "plain_text", "text": one_line(text, limit) or "-", "emoji": False}


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
