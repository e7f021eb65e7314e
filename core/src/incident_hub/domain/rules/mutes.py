"""What an incident that is mute says of the reason, in the 36 characters that a silence's id has."""

from enum import StrEnum
from hashlib import blake2s

__all__ = ["FLAPPING", "Mute", "mute_of"]

FLAPPING = "flapping"
_ROOM = 36


class Mute(StrEnum):
    """Reasons beside a silence, whose id stands alone."""

    WINDOW = "window"
    INHIBITION = "inhibit"
    RULE = "rule"


def mute_of(kind: Mute, key: str) -> str:
    """The reason as it is stored: the rule's id, shortened where it has to be and told apart by a digest."""
    text = f"{kind.value}:{key}"
    if len(text) <= _ROOM:
        return text
    digest = blake2s(key.encode(), digest_size=4).hexdigest()
    return f"{text[: _ROOM - 9]}~{digest}"
