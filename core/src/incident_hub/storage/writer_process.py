"""The writer process: runs transactions on a SQLite file, one after the other.

Run as `python -m incident_hub.storage.writer_process FD` by a hub that has better things to do than SQL.
It lives as long as the socket: when the hub is gone, however it went, the writer leaves too.
"""

import logging
import signal
import socket
import sys
from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from incident_hub.host.collector import calm_collector
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.storage.frames import frame, read_frame
from incident_hub.storage.sqlite import SqliteDatabase

__all__ = ["READY", "main"]

READY = "ready"
_log = logging.getLogger("incident_hub.storage")


def main() -> None:
    """Serve the hub at the other end until it hangs up."""
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # the hub gets them too, and may have something to write yet
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with socket.socket(fileno=int(sys.argv[1])) as hub, hub.makefile("rb") as requests:
        try:
            _serve(hub, requests)
        except (EOFError, ConnectionError):
            return


def _serve(hub: socket.socket, requests: BinaryIO) -> None:
    url, _known = read_frame(requests)  # what is known by name is imported by now
    database = SqliteDatabase(make_url(url), readers=1)
    database.write_here(lambda connection: connection.exec_driver_sql("SELECT 1"))
    calm_collector()
    hub.sendall(frame(READY))
    while True:
        hub.sendall(_answer(database, read_frame(requests)))


def _answer(database: SqliteDatabase, work: Callable[[Connection], object]) -> bytes:
    """What the work returns, or the error that the hub shall raise."""
    try:
        return frame(database.write_here(work))
    except DatabaseUnavailableError as error:
        return frame(error)
    except Exception as error:
        _log.exception("a transaction failed")
        return frame(RuntimeError(f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main()
