"""What runs in a plugin's own process: `python -m incident_hub.host.isolation.child FD`."""

import asyncio
import gc
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Coroutine
from typing import Any

from incident_hub.host.isolation.child.limits import limit
from incident_hub.host.isolation.child.loading import Loaded, load
from incident_hub.host.isolation.child.log import log_to_hub
from incident_hub.host.isolation.child.serving import Server
from incident_hub.host.isolation.frames import Frames, framed
from incident_hub.host.isolation.raised import told
from incident_hub.host.isolation.reading import Reader, parse
from incident_hub.host.isolation.shape import Order
from incident_hub.host.isolation.wire import encode


def main() -> None:
    """Take the order, load the plugin, serve it until the hub closes the line."""
    line = socket.socket(fileno=int(sys.argv[1]))
    line.set_inheritable(False)  # what the plugin starts must not keep the line open
    threading.Thread(target=_end_with_hub, args=(line,), name="end-with-hub", daemon=True).start()
    order = _order(line)
    limit(order.memory_mb)
    log_to_hub(order.log_level)
    server = Server()
    try:
        loaded = load(order, server, server.report)
        said = encode(["ready", loaded.shape])
    except BaseException as error:  # the boundary: a plugin may raise anything
        traceback.print_exc()
        line.sendall(framed(encode(["failed", told(error)])))
        sys.exit(1)
    line.sendall(framed(said))
    gc.freeze()
    _run(_serve(line, server, loaded))


def _end_with_hub(line: socket.socket) -> None:
    """Go when the hub goes, whatever the plugin does then, and take along what it has started."""
    waiting = select.poll()
    waiting.register(line, 0)  # nothing but the end of the other side
    waiting.poll()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _order(line: socket.socket) -> Order:
    frames = Frames()
    while data := line.recv(65536):
        for payload in frames.feed(data):
            order: Order = Reader(frozen=True).of(Order)(parse(payload))
            return order
    sys.exit(0)


async def _serve(line: socket.socket, server: Server, loaded: Loaded) -> None:
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    server.loaded = loaded
    await loop.create_unix_connection(lambda: server, sock=line)
    await server.closed()


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # noqa: PLC0415 - where there is none, asyncio's own loop does
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


if __name__ == "__main__":
    main()
