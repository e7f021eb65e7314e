"""What plugins' parts have at hand within one request: their root objects, their loaders, a guarded call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from incident_hub_hookspecs import Incident
from strawberry.dataloader import DataLoader

from incident_hub.api.graphql.errors import PASSING, PluginAnswerError, plugin_error
from incident_hub.host.dispatch import Call
from incident_hub.storage.incidents import VIEW_NAMES, view_of
from incident_hub.storage.reading.rows import IncidentRow

if TYPE_CHECKING:
    from incident_hub.api.graphql.context import HubServices

__all__ = ["CIRCUIT", "Asker", "PluginRequest"]

CIRCUIT = "graphql"
_SHARE = 0.9  # of the document's time: what is left is for the rest of the answer
_BATCH = 500
_PLACES = tuple(IncidentRow._fields.index("alert_count" if name == "count" else name) for name in VIEW_NAMES)


@dataclass(frozen=True, slots=True)
class Asker:
    """The contract's `GraphQLContext`: all that a plugin's resolver learns of the request."""

    actor: str


class PluginRequest:
    """Lives as long as one request, or one event of a subscription."""

    __slots__ = ("_begun", "_loaders", "_roots", "_services", "asker")

    def __init__(self, services: HubServices, actor: str) -> None:
        self.asker = Asker(actor)
        self._services = services
        self._begun = monotonic()
        self._roots: dict[type[Any], object] = {}
        self._loaders: dict[str, DataLoader[IncidentRow, Any]] = {}

    def root(self, plugin: str, kind: type[Any]) -> object:
        """The one object that stands for the plugin's root field."""
        if kind not in self._roots:
            try:
                self._roots[kind] = kind()
            except PASSING:
                raise
            except BaseException as error:  # the boundary: a plugin may raise anything
                raise plugin_error(plugin, error) from error
        return self._roots[kind]

    def load(self, plugin: str, load: Callable[..., object], row: IncidentRow) -> Awaitable[Any]:
        """What the plugin knows of the incident; incidents that are asked for together are loaded together."""
        loader = self._loaders.get(plugin)
        if loader is None:
            loader = self._loaders[plugin] = DataLoader(
                load_fn=partial(self._batch, plugin, load),
                max_batch_size=_BATCH,
                cache_key_fn=lambda one: (one.id, one.version),
            )
        return loader.load(row)

    async def ask(self, plugin: str, function: Callable[..., object], *arguments: object) -> Any:  # noqa: ANN401
        """Call the plugin behind its deadline and circuit; raises an error that names it."""
        config = self._services.config
        left = self._begun + _SHARE * config.graphql.deadline_seconds - monotonic()
        if left <= 0:
            raise plugin_error(plugin, TimeoutError())
        call = Call(plugin, function, arguments, {"circuit": CIRCUIT})
        deadline = min(left, config.plugin_calls.deadline_seconds)
        (outcome,) = await self._services.dispatcher.gather([call], deadline)
        if outcome.error is not None:
            raise plugin_error(plugin, outcome.error) from outcome.error
        return outcome.value

    async def _batch(
        self, plugin: str, load: Callable[..., object], rows: list[IncidentRow]
    ) -> Sequence[Any]:
        found = await self.ask(plugin, load, [_incident(row) for row in rows])
        if not isinstance(found, list | tuple) or len(found) != len(rows):
            told = f"{len(found)} answers" if isinstance(found, list | tuple) else type(found).__name__
            raise plugin_error(plugin, PluginAnswerError(f"{told} for {len(rows)} incidents"))
        return [plugin_error(plugin, one) if isinstance(one, BaseException) else one for one in found]


def _incident(row: IncidentRow) -> Incident:
    return view_of([row[place] for place in _PLACES])
