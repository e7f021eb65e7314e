"""What a plugin in its own process asks of the hub: a request to outside, the past, a directory."""

from collections.abc import Mapping
from typing import Any

from incident_hub_hookspecs import CallContext, HttpClient, PluginError

from incident_hub.host.isolation.methods import ASKED
from incident_hub.host.isolation.raised import told
from incident_hub.host.isolation.reading import Reader
from incident_hub.host.isolation.remote import Given
from incident_hub.host.isolation.wire import WireError, encode

__all__ = ["Questions"]

_READER = Reader(frozen=False)


class Questions:
    """Answers them by the hub's own guarded means, so a process of its own opens no other way out."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def answer(self, place: str, given: Given, context: CallContext | None) -> bytes:
        """The rest of the reply: an answer, or what was raised."""
        try:
            return b'"answer",' + encode(await self._ask(place, given, context))
        except Exception as error:  # the boundary: what the hub's own parts raise is the plugin's to know
            return b'"error",' + encode(told(error))

    async def _ask(self, place: str, given: Given, context: CallContext | None) -> object:
        room, _, name = place.partition(".")
        method = ASKED.get(room, {}).get(name)
        if method is None:
            raise WireError(f"no question is called {place!r}")
        asked = getattr(self._room(room, context), name)
        args = [_READER.of(kind)(one) for kind, one in zip(method.order, given.args, strict=False)]
        return await asked(*args, **_options(method.kinds, given.options))

    def _room(self, room: str, context: CallContext | None) -> object:
        if room == "http":
            return self._http
        if context is None:
            raise PluginError("the call that this was asked for is over")
        return context.lookup if room == "lookup" else context.directory


def _options(kinds: Mapping[str, Any], given: Mapping[str, object]) -> dict[str, object]:
    strange = given.keys() - kinds.keys()
    if strange:
        raise WireError(f"no argument is called {min(strange)!r}")
    return {name: _READER.of(kinds[name])(one) for name, one in given.items()}
