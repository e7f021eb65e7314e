"""The way of alerts past routing: for one small alert Starlette's own work is more than all of ours."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Application", "DirectRoute"]


class DirectRoute(Route):
    """A POST route whose path ends in a fixed text or in one parameter; its endpoint is an ASGI door.

    A door reads nothing of the scope but what the server put there, and answers its own refusals.
    """

    def __init__(self, path: str, door: ASGIApp) -> None:
        super().__init__(path, door, methods=["POST"])
        head, _, parameter = path.partition("{")
        self.head, self.open = head, bool(parameter)


class Application(Starlette):
    """Starlette, with direct routes taken first as long as no middleware is to see every request."""

    def __init__(
        self,
        *,
        routes: Sequence[BaseRoute],
        failed: Callable[[Request, Exception], Awaitable[Response]],
        **options: Any,  # noqa: ANN401 - Starlette's own
    ) -> None:
        super().__init__(routes=routes, **options)
        self._failed = failed
        direct = [route for route in routes if isinstance(route, DirectRoute)]
        self._fixed = {route.head: route.app for route in direct if not route.open}
        self._open = {route.head: route.app for route in direct if route.open}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the door at once, or go the usual way."""
        door = self._door(scope) if scope["type"] == "http" and not self.user_middleware else None
        if door is None:
            await super().__call__(scope, receive, send)
            return
        try:
            await door(scope, receive, send)
        except Exception as error:  # as Starlette does it: answer, then let the server write its log
            answer = await self._failed(Request(scope), error)
            await answer(scope, receive, send)
            raise

    def _door(self, scope: Scope) -> ASGIApp | None:
        if scope["method"] != "POST":
            return None
        path: str = scope["path"]
        door = self._fixed.get(path)
        if door is None:
            head, slash, last = path.rpartition("/")
            door = self._open.get(head + slash) if last else None
        return door
