"""Foreign text on a terminal: what could steer it is left out."""

__all__ = ["plain"]


def plain(text: str) -> str:
    """One line without control characters, so that no title moves the cursor or rings the bell."""
    return "".join(c if c.isprintable() else " " for c in text)
