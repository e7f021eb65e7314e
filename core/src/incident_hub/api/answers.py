"""JSON answers."""

import orjson
from starlette.responses import Response

__all__ = ["JsonAnswer"]


class JsonAnswer(Response):
    """A body that orjson writes; it knows dataclasses and times."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """The bytes of the body."""
        return orjson.dumps(content, default=str)
