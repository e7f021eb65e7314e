"""A route that hands one exact path to an application, for HTTP and WebSocket alike."""

from typing import NoReturn

from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["ExactRoute"]


class ExactRoute(BaseRoute):
    """Unlike a mount it needs no trailing slash, and a POST is not sent away by a redirect."""

    def __init__(self, *paths: str, app: ASGIApp) -> None:
        self._paths = frozenset(paths)
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full for one of the paths, by HTTP or WebSocket."""
        fits = scope["type"] in ("http", "websocket") and scope["path"] in self._paths
        return (Match.FULL, {}) if fits else (Match.NONE, {})

    def url_path_for(self, name: str, /, **_params: object) -> NoReturn:
        """These routes have no names."""
        raise NoMatchFound(name, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application."""
        await self._app(scope, receive, send)
