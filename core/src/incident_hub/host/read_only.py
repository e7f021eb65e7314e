"""JSON values that nobody can write to: what one plugin is handed, another may be handed too."""

from collections.abc import Mapping
from typing import Any, NoReturn

__all__ = ["ReadOnlyDict", "read_only"]


class ReadOnlyDict(dict[str, Any]):
    """A dict for every program that reads one, `json.dumps` among them."""

    __slots__ = ()

    def _refuse(self, *_args: object, **_named: object) -> NoReturn:
        raise TypeError("what the hub hands out is read-only; change a copy: dict(value)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """As `copy` and `pickle` want it."""
        return ReadOnlyDict, (dict(self),)


def read_only(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same value, its objects as read-only dicts and its arrays as tuples, however deep."""
    if isinstance(value, Mapping):
        return ReadOnlyDict((key, read_only(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return tuple([read_only(one) for one in value])
    return value
