"""Values of incidents in requests: escaped for a path or query, a header, a form or JSON."""

import json
from urllib.parse import quote, unquote

from incident_hub_hookspecs import ConfigError, Incident
from incident_hub_hookspecs.places import Places, in_quotes, places

__all__ = ["FORM", "JSON", "check_body", "filled_body", "filled_header", "filled_path"]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_MOST_TEXT = 4000  # characters that fill a place of a body


def filled_path(text: str, incident: Incident) -> str | None:
    """The path and query; None when something is missing, or a value would lead elsewhere."""
    path = places(text).filled(incident, _in_url)
    if path is None or _dots(path) != _dots(text):
        return None
    return path


def filled_header(text: str, incident: Incident) -> str | None:
    """One header's value; what no header can hold is a question mark."""
    return places(text).filled(incident, _in_header)


def filled_body(text: str, content_type: str, incident: Incident) -> str | None:
    """The body."""
    return places(text).filled(incident, _in_json if content_type == JSON else _in_url, most=_MOST_TEXT)


def check_body(text: str, content_type: str) -> None:
    """Refuse a body that is no JSON with values in its places."""
    if not text or content_type != JSON:
        return
    read: Places = places(text)
    tried = read.filled_by(lambda _: "x", _in_json)
    try:
        json.loads(tried or "")
    except (ValueError, RecursionError):
        raise ConfigError("is not JSON once its places are filled", "body") from None


def _in_url(value: str, _: str) -> str:
    return quote(value, safe="", errors="replace")


def _in_header(value: str, _: str) -> str:
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in value)


def _in_json(value: str, before: str) -> str:
    """Within quotes the inside of a JSON string, elsewhere a whole one."""
    text = json.dumps(value)
    return text[1:-1] if in_quotes(before) else text


def _dots(path: str) -> int:
    """How many parts of the path go up or stay: values must not add any, encoded or not."""
    return sum(unquote(part) in (".", "..") for part in path.partition("?")[0].split("/"))
