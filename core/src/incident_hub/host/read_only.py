"""JSON values that nobody can write to: what one plugin is handed, another may be handed too."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["read_only"]


def read_only(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same value, its objects as read-only mappings and its arrays as tuples, however deep."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: read_only(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return tuple([read_only(one) for one in value])
    return value
