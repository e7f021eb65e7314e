"""Starting a child: its own session, closed descriptors, next to no environment, one socket to the hub."""

import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep

from incident_hub.host.isolation.frames import Frames, framed
from incident_hub.host.isolation.output import forward_output
from incident_hub.host.isolation.raised import rebuilt
from incident_hub.host.isolation.reading import Reader, parse
from incident_hub.host.isolation.shape import Order, Shape
from incident_hub.host.isolation.wire import WireError, encode

__all__ = ["Child", "start"]

MODULE = "incident_hub.host.isolation.child"
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
_SET = {
    "PYTHONUNBUFFERED": "1",
    "MALLOC_ARENA_MAX": "2",  # each arena reserves 64 MB of the addresses that are limited
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_READ = Reader(frozen=False).of(Shape)


@dataclass(slots=True, weakref_slot=True, eq=False)
class Child:
    """One process with a plugin in it. It ends when nobody keeps this object any more, at the latest."""

    name: str
    process: "subprocess.Popen[bytes]"
    line: socket.socket

    def __post_init__(self) -> None:
        """Whatever becomes of the hub's own objects, no child is left over."""
        weakref.finalize(self, _end, self.process, self.line)

    def shape(self, deadline: float) -> Shape:
        """Wait until the plugin has registered; `deadline` is on the monotonic clock. Blocks.

        Raises what the plugin raised, `TimeoutError`, and `WireError` for a child that makes no sense.
        """
        frames = Frames()
        while True:
            self.line.settimeout(max(deadline - monotonic(), 0.001))
            data = self.line.recv(65536)
            if not data:
                raise ChildProcessError(f"its process ended at the start{self.end(1.0)}")
            for payload in frames.feed(data):
                return _shape(parse(payload))

    def hand_over(self) -> socket.socket:
        """The socket, for a transport that closes it itself."""
        taken = self.line.dup()
        taken.setblocking(False)
        self.line.close()
        return taken

    def end(self, patience: float = 0.0) -> str:
        """Kill it with all that it started; how it ended, when it does so by itself within `patience`."""
        until = monotonic() + patience
        while not (alone := _has_ended(self.process)) and monotonic() < until:
            sleep(0.005)
        _end(self.process, self.line)
        return _words(self.process.returncode) if alone else ""


def start(order: Order) -> Child:
    """Start a child and give it its order; what it says of it is for `Child.shape`."""
    said = framed(encode(order))
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, our module
            [sys.executable, "-P", "-m", MODULE, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            env=_environment(),
            start_new_session=True,
        )
    child = Child(order.name, process, ours)
    forward_output(order.name, process)
    with suppress(OSError):  # a child that is gone already shows when it is asked for its shape
        ours.settimeout(5)
        ours.sendall(said)
    return child


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(one for one in sys.path if one)
    return {**kept, **_SET, "PYTHONPATH": path}


def _shape(message: object) -> Shape:
    match message:
        case ["ready", shape]:
            found: Shape = _READ(shape)
            return found
        case ["failed", said]:
            raise rebuilt(said)
        case _:
            raise WireError("the child's first message makes no sense")


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether it is no more, without taking notice: until then its number cannot become another's."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _words(code: int) -> str:
    return f" ({signal.Signals(-code).name})" if code < 0 else f" (exit code {code})"


def _end(process: "subprocess.Popen[bytes]", line: socket.socket) -> None:
    if process.returncode is None:  # not reaped yet, so the number is still this process's
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    line.close()
