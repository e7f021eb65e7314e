"""Helpers for enrichers that ask a service: each question once, and answers that the hub takes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from incident_hub_hookspecs.errors import DeliveryCode, DeliveryError
from incident_hub_hookspecs.payload import cut
from incident_hub_hookspecs.triage import Enrichment

__all__ = ["MOST_DATA_BYTES", "ask_each", "enrichment", "failure", "fitting", "one_line"]

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")

MOST_DATA_BYTES = 15 * 1024
"""What a plugin's list may take of the 16 KiB that the hub keeps of one answer."""
_FOR_FAILURES = 3 * 1024
_AT_ONCE = 10
_SHARE = 0.9  # of the deadline: what is there by then is handed over before the hub stops waiting


async def ask_each(
    questions: Iterable[Q], ask: Callable[[Q, float], Awaitable[A]], deadline: float
) -> dict[Q, A | DeliveryError]:
    """Ask each distinct question once, some at a time; a `DeliveryError` is that question's answer.

    `ask` gets a question and the seconds that are left for it. When no question at all gets an answer, the
    first error is raised: then the whole call failed, and the hub counts it as such.
    """
    room = asyncio.Semaphore(_AT_ONCE)
    clock = asyncio.get_running_loop()
    ends = clock.time() + deadline * _SHARE

    async def one(question: Q) -> A | DeliveryError:
        async with room:
            left = ends - clock.time()
            if left <= 0:
                return DeliveryError("there was no time left to ask", code=DeliveryCode.TIMEOUT)
            try:
                return await ask(question, left)
            except DeliveryError as error:
                return error

    wanted = list(dict.fromkeys(questions))
    found = await asyncio.gather(*(one(question) for question in wanted))
    errors = [answer for answer in found if isinstance(answer, DeliveryError)]
    if errors and len(errors) == len(found):
        raise errors[0]
    return dict(zip(wanted, found, strict=True))


def failure(name: str, error: DeliveryError) -> dict[str, str]:
    """A question without an answer, as it stands in an enrichment's data."""
    return {"name": one_line(name, 80), "error": one_line(str(error), 300), "code": str(error.code)}


def enrichment(
    told: Sequence[str],
    key: str,
    shown: Sequence[Mapping[str, object]],
    failures: Sequence[Mapping[str, str]],
) -> Enrichment | None:
    """The answer about one incident; None when nothing was found and nothing failed.

    `told` and the failures make the summary. `shown` stands under `key` of the data as far as it fits,
    `<key>_left_out` says how many did not, and `errors` has the failures.
    """
    if not shown and not failures:
        return None
    kept = fitting(shown, MOST_DATA_BYTES - _FOR_FAILURES)
    data = {
        key: list(kept),
        f"{key}_left_out": len(shown) - len(kept),
        "errors": list(fitting(failures, _FOR_FAILURES)),
    }
    return Enrichment(one_line("; ".join([*told, *_failures_told(failures)]), 500), data)


def _failures_told(failures: Sequence[Mapping[str, str]]) -> list[str]:
    """The first failure and the number of the others."""
    if not failures:
        return []
    more = [f"{len(failures) - 1} more failed"] if len(failures) > 1 else []
    return [f"{failures[0]['name']}: {failures[0]['error']}", *more]


def one_line(text: str, most: int = 200) -> str:
    """Text from outside as one line that can be stored: no NUL, no half characters, not too long."""
    whole = text[: most * 8].replace("\0", "").encode("utf-8", "replace").decode()
    return cut(" ".join(whole.split()), most)


def fitting(items: Sequence[T], room: int = MOST_DATA_BYTES) -> Sequence[T]:
    """As many of the items, from the first on, as take no more than `room` bytes of JSON."""
    for count, item in enumerate(items):
        room -= len(json.dumps(item)) + 2
        if room < 0:
            return items[:count]
    return items
