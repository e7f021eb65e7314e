"""Blocking plugin code in threads of its own, so that one that hangs holds up nobody, not even the exit."""

import asyncio
import inspect
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context

__all__ = ["TooManyThreadsError", "is_coroutine_function", "run_in_thread"]

THREADS_PER_PLUGIN = 8
_COROUTINE = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE
_Ending = tuple[object, BaseException | None]


class TooManyThreadsError(Exception):
    """The plugin's earlier calls still hold all the threads it may have."""


def is_coroutine_function(fn: Callable[..., object]) -> bool:
    """The flag of the code object, which is what nearly every call has; else the long way."""
    code = getattr(getattr(fn, "__func__", fn), "__code__", None)
    if code is not None and code.co_flags & _COROUTINE:
        return True
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(getattr(fn, "__call__", None))  # noqa: B004


async def run_in_thread(name: str, running: set[object], call: Callable[[], object]) -> object:
    """Run `call` in a daemon thread and wait; raises whatever the call raises.

    `running` holds the plugin's live threads. A thread cannot be stopped: when the caller gives up, it
    goes on alone and counts against the plugin until it ends.
    """
    if len(running) >= THREADS_PER_PLUGIN:
        raise TooManyThreadsError(f"{name}: {len(running)} earlier calls have not ended yet")
    value, error = await _start(name, running, call)
    if error is not None:
        raise error
    return value


def _start(name: str, running: set[object], call: Callable[[], object]) -> asyncio.Future[_Ending]:
    """The future carries an error as a value: thrown into the task, GeneratorExit would close it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Ending] = loop.create_future()
    token = object()
    context = copy_context()

    def work() -> None:
        ending = _outcome(lambda: context.run(call))
        with suppress(RuntimeError):  # the loop has closed meanwhile, nobody waits
            loop.call_soon_threadsafe(finish, ending)

    def finish(ending: _Ending) -> None:
        running.discard(token)
        if not future.done():
            future.set_result(ending)

    running.add(token)
    threading.Thread(target=work, name=f"plugin-{name}", daemon=True).start()
    return future


def _outcome(call: Callable[[], object]) -> _Ending:
    try:
        return call(), None
    except BaseException as error:  # handed to the caller, who decides
        return None, error
