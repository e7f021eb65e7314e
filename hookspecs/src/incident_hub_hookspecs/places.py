"""Texts with places that an incident's own words fill: `${labels.service}`, `${llm.model}`, `${title}`.

`${labels.job|labels.service}` is the first of them that is there; `$${` stands for `${`. Nothing is
evaluated, and each value is escaped by the plugin's own function: it gets the value, and the text in front
of the place as it is configured, earlier places left out, to see where it stands.

| place | value |
|---|---|
| `id`, `title`, `source`, `description`, `fingerprint`, `severity`, `type`, `state` | the incident's |
| `start`, `start_unix` | when it began: RFC 3339 in UTC, seconds since 1970 |
| `labels.<name>`, `annotations.<name>` | one label, one annotation |
| `llm.<part>` | `provider`, `model`, `deployment`, `prompt_version`, `agent`, `tool`, `tenant`, `environment` |
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC
from functools import lru_cache, partial
from itertools import accumulate, chain

from incident_hub_hookspecs.errors import ConfigError
from incident_hub_hookspecs.records import Incident, LlmIdentity

__all__ = ["Places", "any_places", "check_places", "in_quotes", "places"]

Escape = Callable[[str, str], str]

_PLACE = re.compile(r"\$\$\{|\$\{([^{}]*)(\}?)")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_PLAIN = ("id", "title", "source", "description", "fingerprint", "severity", "type", "state")
_STARTS = ("start", "start_unix")
_LLM = frozenset(one.name for one in fields(LlmIdentity))


@dataclass(frozen=True, slots=True)
class Places:
    """A text that was read: what stands between the places, and the places."""

    texts: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    def filled(self, incident: Incident, escape: Escape, *, most: int = 500) -> str | None:
        """The text for this incident; None when nothing fills a place, or only more than `most` characters."""
        return self.filled_by(partial(_value, incident), escape, most=most)

    def filled_by(self, value_of: Callable[[str], str], escape: Escape, *, most: int = 500) -> str | None:
        """The text with values from elsewhere, "" for what there is not."""
        parts = [self.texts[0]]
        for names, before, after in zip(self.names, self.befores, self.texts[1:], strict=True):
            value = next(filter(None, map(value_of, names)), "")
            if not value or len(value) > most:
                return None
            parts += [escape(value, before), after]
        return "".join(parts)

    @property
    def befores(self) -> tuple[str, ...]:
        """For each place the text in front of it."""
        return tuple(accumulate(self.texts[:-1]))


@lru_cache(maxsize=1024)
def places(text: str) -> Places:
    """Read a text that incidents fill; `ConfigError` names a place that there is not."""
    read = any_places(text)
    for name in chain.from_iterable(read.names):
        _check_name(name)
    return read


@lru_cache(maxsize=1024)
def any_places(text: str) -> Places:
    """Read a text that `filled_by` fills, whatever its places are called."""
    texts, names, end = [""], [], 0
    for found in _PLACE.finditer(text):
        texts[-1] += text[end : found.start()]
        end = found.end()
        if found[1] is None:
            texts[-1] += "${"
            continue
        if not found[2]:
            raise ConfigError(f"the place `${{{found[1][:40]}` has no end; `$${{` stands for `${{` itself")
        names.append(tuple(part.strip() for part in found[1].split("|")))
        texts.append("")
    texts[-1] += text[end:]
    return Places(tuple(texts), tuple(names))


def check_places(text: str, key: str) -> None:
    """Refuse a text of the settings whose places are wrong, by its key."""
    try:
        places(text)
    except ConfigError as error:
        raise ConfigError(error.message, key) from None


def in_quotes(before: str) -> bool:
    """Whether a place behind this text stands in double quotes, where a backslash takes the next character."""
    left = _ESCAPED.sub("", before)
    return left.count('"') % 2 == 1 and not left.endswith("\\")


def _check_name(name: str) -> None:
    kind, dot, rest = name.partition(".")
    known = kind in ("labels", "annotations") and rest
    if not (known or (kind == "llm" and rest in _LLM) or (not dot and kind in (*_PLAIN, *_STARTS))):
        wanted = ", ".join((*_PLAIN, *_STARTS, "labels.<name>", "annotations.<name>"))
        raise ConfigError(f"there is no place `{name}`: {wanted}, llm.{'|'.join(sorted(_LLM))}")


def _value(incident: Incident, name: str) -> str:
    kind, _, rest = name.partition(".")
    if kind == "labels":
        return incident.labels.get(rest, "")
    if kind == "annotations":
        return incident.annotations.get(rest, "")
    if kind == "llm":
        return str(getattr(incident.llm, rest))
    begun = incident.first_seen.astimezone(UTC)
    if kind == "start":
        return begun.isoformat().replace("+00:00", "Z")
    return str(int(begun.timestamp())) if kind == "start_unix" else str(getattr(incident, name))
