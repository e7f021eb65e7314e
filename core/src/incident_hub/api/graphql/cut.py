"""Ends the connection of a peer that does not read.

ASGI can only ask for an orderly close, and that waits for what is still to be sent. Where the server
shows its transport, as uvicorn does, the transport is aborted, which waits for nothing.
"""

from starlette.types import Send

__all__ = ["cut"]


def cut(send: Send) -> bool:
    """Abort the connection behind `send`; False when the server hides it."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    abort = getattr(transport, "abort", None)
    if abort is None:
        return False
    abort()
    return True
