"""What a child prints and logs, on the hub's log under the plugin's name, and no more of it than bearable."""

import json
import logging
import subprocess
import threading
from collections.abc import Iterator
from time import monotonic, sleep
from typing import IO

__all__ = ["MARK", "forward_output"]

MARK = "\x1e"  # the record separator: before a line that is a log record as JSON
LINE_LIMIT = 16_000
LINES_PER_SECOND = 200


def forward_output(name: str, process: "subprocess.Popen[bytes]") -> None:
    """Log the process's output in a thread of its own, until it ends."""
    stream = process.stdout
    if stream is not None:
        log = logging.getLogger(f"incident_hub.plugins.{name}")
        threading.Thread(target=_forward, args=(stream, log), name=f"output-{name}", daemon=True).start()


def _forward(stream: IO[bytes], log: logging.Logger) -> None:
    with stream:
        for line in _unhurried(stream):
            _log(line.decode("utf-8", "replace").rstrip("\r\n"), log)


def _unhurried(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines, so many a second: who prints more waits, as for a slow terminal."""
    begun, lines = monotonic(), 0
    while line := stream.readline(LINE_LIMIT):
        yield line
        lines += 1
        if lines >= LINES_PER_SECOND:
            sleep(max(begun + 1 - monotonic(), 0))
            begun, lines = monotonic(), 0


def _log(line: str, log: logging.Logger) -> None:
    if line.startswith(MARK):
        try:
            level, text, incident_id = json.loads(line[1:])
            log.log(int(level), "%s", text, extra={"incident_id": incident_id} if incident_id else None)
        except (ValueError, TypeError):
            log.warning("a log record that cannot be read")
    elif line:
        log.info("%s", line)
