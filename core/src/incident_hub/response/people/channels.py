"""Channels by name: a notifier plugin's, which people may write without its `notifier_`."""

from collections.abc import Collection

__all__ = ["channel_named"]


def channel_named(name: str, known: Collection[str]) -> str:
    """The notifier of that name, which may be without its `notifier_`; empty when none serves."""
    return next((one for one in (name, f"notifier_{name}") if one in known), "")
