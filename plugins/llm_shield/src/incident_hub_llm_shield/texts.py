"""Which texts are scanned at all, the same for every engine."""

from collections.abc import Sequence

from incident_hub_hookspecs import DeliveryCode, DeliveryError

__all__ = ["LONGEST_TEXT", "check_texts"]

LONGEST_TEXT = 100_000


def check_texts(name: str, texts: Sequence[str]) -> None:
    """Raise `DeliveryError` for the first text that is empty or too long."""
    for index, text in enumerate(texts):
        if not 1 <= len(text) <= LONGEST_TEXT:
            where = f"{name}[{index}]" if len(texts) > 1 else name
            problem = f"{where}: has {len(text)} characters, 1 to {LONGEST_TEXT} are scanned"
            raise DeliveryError(problem, retry=False, code=DeliveryCode.INVALID_REQUEST)
