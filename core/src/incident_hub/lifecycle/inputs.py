"""What people type, checked and redacted before it goes anywhere."""

from collections.abc import Mapping, Sequence

import orjson

from incident_hub.domain.redaction import redact
from incident_hub.lifecycle.errors import InvalidInputError

__all__ = ["clean_labels", "clean_list", "clean_text", "plain_text"]

_MOST = 256
_LABEL_NAME, _LABEL_VALUE, _ITEM = 255, 4_096, 500


def plain_text(field: str, text: str, limit: int, *, required: bool = False) -> str:
    """The text, if the databases can hold it and it is neither too long nor, when required, blank."""
    if required and not text.strip():
        raise InvalidInputError(field, "must not be empty")
    if len(text) > limit:
        raise InvalidInputError(field, f"has {len(text)} characters, at most {limit} are allowed")
    if "\0" in text:
        raise InvalidInputError(field, "must not hold NUL characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInputError(field, "is not sound Unicode")
    return text


def clean_text(field: str, text: str, limit: int = 10_000, *, required: bool = False) -> str:
    """The checked text without secrets."""
    return redact(plain_text(field, text, limit, required=required))


def clean_list(field: str, items: Sequence[str], limit: int = _ITEM) -> list[str]:
    """The checked items in their order, each once."""
    if len(items) > _MOST:
        raise InvalidInputError(field, f"has {len(items)} items, at most {_MOST} are allowed")
    return list(dict.fromkeys(clean_text(field, item, limit, required=True) for item in items))


def clean_labels(field: str, labels: Mapping[str, str]) -> dict[str, str]:
    """The checked labels; redacted as JSON, so that a label's name can give its value away."""
    if len(labels) > _MOST:
        raise InvalidInputError(field, f"has {len(labels)} entries, at most {_MOST} are allowed")
    for name, value in labels.items():
        plain_text(field, name, _LABEL_NAME, required=True)
        plain_text(field, value, _LABEL_VALUE)
    cleaned: dict[str, str] = orjson.loads(redact(orjson.dumps(dict(labels)).decode()))
    return cleaned
