"""Objects that have a protocol of the contract and do nothing but ask the process on the other side."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from incident_hub_hookspecs import CallContext

from incident_hub.host.isolation.methods import Method

__all__ = ["Given", "Other", "Remote", "remote"]


class Given(NamedTuple):
    """The arguments of one call; the context apart, for it stays on this side."""

    args: Sequence[object]
    options: Mapping[str, object] = {}
    context: CallContext | None = None
    by_name: bool = False


class Other(Protocol):
    """The other side."""

    async def ask(self, place: str, method: Method, given: Given) -> Any:  # noqa: ANN401 - as the method says
        """What the object at `place` answers."""


class Remote:
    """One object of the other side. The classes that are made from this one have the methods."""

    def __init__(self, other: Other, place: str) -> None:
        self._other, self._place = other, place


def remote(methods: Mapping[str, Method], other: Other, place: str, **attributes: object) -> Any:  # noqa: ANN401
    """An object with these attributes and methods; each method asks `place` on the other side."""
    one = _class(tuple(methods.items()))(other, place)
    vars(one).update(attributes)
    return one


@lru_cache(maxsize=64)
def _class(methods: tuple[tuple[str, Method], ...]) -> type[Remote]:
    return type("Remote", (Remote,), {name: _forward(method) for name, method in methods})


def _forward(method: Method) -> Callable[..., Awaitable[Any]]:
    count, context = len(method.kinds), method.context

    async def forward(self: Remote, *args: object, **options: object) -> object:
        given: Given
        if context and len(args) > count:
            given = Given(args[:count], options, args[count])  # type: ignore[arg-type]
        elif context:
            given = Given(args, options, options.pop(context), True)  # type: ignore[arg-type]
        else:
            given = Given(args, options)
        return await self._other.ask(f"{self._place}.{method.name}", method, given)

    forward.__name__ = method.name
    return forward
