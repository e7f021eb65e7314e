"""Answers of enrichers that say which incidents share one: kept for a while, and asked for once at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from incident_hub_hookspecs import CachedEnricher, CallContext, Enricher, Enrichment, Incident

from incident_hub.triage.checks import answers

__all__ = ["KeptAnswers"]

Answers = Sequence[Enrichment | None]
Ask = Callable[[tuple[Incident, ...], CallContext], Awaitable[Answers]]
_NOTHING = object()  # kept in place of None, which the cache gives for what it does not know


class KeptAnswers:
    """In each plugin's own cache, under keys that the plugin's own code cannot write by accident."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asked: dict[tuple[str, str], asyncio.Future[Any]] = {}

    def through(self, enricher: Enricher) -> Ask:
        """The enricher's `enrich`, by way of what is kept when it has `cache_key`."""
        if not isinstance(enricher, CachedEnricher):
            return enricher.enrich
        caching: CachedEnricher = enricher

        async def ask(incidents: tuple[Incident, ...], context: CallContext) -> Answers:
            keys = [caching.cache_key(one) for one in incidents]
            known = {key: context.cache.get(_name(key)) for key in set(keys) if key}
            new = _first_of_each(incidents, keys, {key for key, value in known.items() if value is not None})
            found = await self._ask_for(new, enricher, context)
            alone = iter(found[key] for key, _ in new if key.startswith(_OWN))
            return [_shown(found.get(key, known.get(key)) if key else next(alone)) for key in keys]

        return ask

    async def _ask_for(
        self, new: Sequence[tuple[str, Incident]], enricher: Enricher, context: CallContext
    ) -> dict[str, Any]:
        """Answers by key; what another call asks for already is waited for instead of asked again."""
        plugin = context.plugin.name
        theirs = {key: self._asked[plugin, key] for key, _ in new if (plugin, key) in self._asked}
        mine = [(key, one) for key, one in new if key not in theirs]
        futures = {key: asyncio.get_running_loop().create_future() for key, _ in mine}
        self._asked.update(((plugin, key), one) for key, one in futures.items() if not key.startswith(_OWN))
        try:
            said = await enricher.enrich(tuple(one for _, one in mine), context) if mine else ()
            found: dict[str, Any] = dict(zip(futures, answers(said, len(mine)), strict=True))
        except BaseException as error:
            _tell(futures.values(), error)
            raise
        finally:
            for key in futures:
                self._asked.pop((plugin, key), None)
        self._keep(found, context)
        for key, future in futures.items():
            future.set_result(found[key])
        return found | {key: await asyncio.shield(one) for key, one in theirs.items()}

    def _keep(self, found: dict[str, Any], context: CallContext) -> None:
        for key, answer in found.items():
            if not key.startswith(_OWN):
                context.cache.put(_name(key), _NOTHING if answer is None else answer, self._seconds)


def _tell(waiting: Iterable[asyncio.Future[Any]], error: BaseException) -> None:
    """Who waits for this answer fails with it; a cancellation is the caller's own and reaches nobody else."""
    told = error if isinstance(error, Exception) else TimeoutError("the call that asked was cut off")
    for future in waiting:
        future.set_exception(told)
        future.exception()  # read, for perhaps nobody waits


_OWN = "\0"  # before the key of an incident that shares its answer with nobody


def _first_of_each(
    incidents: Sequence[Incident], keys: Sequence[str], known: set[str]
) -> list[tuple[str, Incident]]:
    """One incident for each key that nothing is known of, and each incident without a key."""
    new: dict[str, Incident] = {}
    for one, key in zip(incidents, keys, strict=True):
        if key not in known:
            new.setdefault(key or f"{_OWN}{one.id}", one)
    return list(new.items())


def _name(key: str) -> str:
    return f"hub:enrich:{key}"


def _shown(answer: object) -> Any:  # noqa: ANN401 - whatever the plugin said, checked later
    return None if answer is _NOTHING else answer
