"""No network in tests: whatever leaves this machine by Python's sockets is refused, whoever uses them.

Python tells its audit hooks of every connection before it is made. A hook cannot be taken away again, so
there is one, which refuses while a test wants it to. uvloop has sockets of its own: asyncio's loops do not.
"""

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["RealNetworkError", "offline"]

_HINT = "script the answer with the fixture `recorded_http`, or serve it on 127.0.0.1"
_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class RealNetworkError(RuntimeError):
    """A test reached out for the real network."""


class _Guard:
    def __init__(self) -> None:
        self.installed = False
        self.refused: list[str] | None = None

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.refused is None:
            return
        if event in _CONNECTING:
            self._judge(arguments[1])
        elif event == "socket.getaddrinfo" and not _is_here(arguments[0]):
            self._refuse(f"the name {arguments[0]!r}")

    def _judge(self, address: object) -> None:
        """Addresses of other families than IP are paths of this machine."""
        if isinstance(address, tuple) and not _is_here(address[0]):
            self._refuse(f"{address[0]}:{address[1]}")

    def _refuse(self, what: str) -> None:
        assert self.refused is not None  # noqa: S101 - the caller looked
        self.refused.append(what)
        raise RealNetworkError(f"the test reached out for {what}: {_HINT}")


_guard = _Guard()


@contextmanager
def offline() -> Iterator[list[str]]:
    """Refuse all but this machine; what was refused is in the list, also when somebody swallowed the error."""
    if not _guard.installed:
        sys.addaudithook(_guard.hear)
        _guard.installed = True
    before, _guard.refused = _guard.refused, []
    try:
        yield _guard.refused
    finally:
        _guard.refused = before


def _is_here(host: object) -> bool:
    """Loopback, this machine's name for itself, or nothing at all (all of its own addresses)."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host or "")
    if name in ("", "localhost", "0.0.0.0", "::"):  # noqa: S104 - looked at, not bound
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
