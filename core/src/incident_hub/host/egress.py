"""Which addresses the hub may connect to. Names are resolved once and the literal is connected to."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

__all__ = ["EgressRefusedError", "GuardedBackend", "Resolve", "allowed", "resolve"]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_DENIED = tuple(
    ip_network(text)
    for text in (
        # this network, private, shared, loopback, link-local, protocols, documentation, benchmarks
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "168.63.129.16/32"),
        # multicast, reserved, broadcast
        "224.0.0.0/3",
        # unspecified, loopback and IPv4-compatible, translated, NAT64, discard, Teredo and protocols
        *("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16"),
        # unique local, link-local, site-local, multicast
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
_PRIVATE = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7"),
    )
)
# Where clouds keep their instance credentials, inside the ranges above.
_METADATA = tuple(ip_network(text) for text in ("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32"))


class EgressRefusedError(httpcore.ConnectError):
    """The target's address is one that the hub does not connect to."""


def allowed(address: str, *, private: bool) -> bool:
    """Whether the hub may connect to this IP address; `private` opens the private networks."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not any(ip in network for network in _DENIED if network.version == ip.version):
        return True
    return private and _within(ip, _PRIVATE) and not _within(ip, _METADATA)


def _within(ip: IPv4Address | IPv6Address, networks: Iterable[object]) -> bool:
    return any(ip in network for network in networks)  # type: ignore[operator]


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, which may itself be an address in any spelling the system knows."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, but only to addresses that are allowed, each and all."""

    def __init__(self, resolve: Resolve, *, private: bool) -> None:
        self._resolve = resolve
        self._private = private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, check every answer, then connect to the first that answers."""
        error: Exception = httpcore.ConnectError("no address")
        for address in await self._addresses(host, port):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name cannot be resolved") from error
        if not all(allowed(address, private=self._private) for address in addresses):
            raise EgressRefusedError("its address may not be connected to")
        return addresses

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket file is inside."""
        raise EgressRefusedError("unix sockets are not connected to")

    async def sleep(self, seconds: float) -> None:
        """As httpcore wants it."""
        await asyncio.sleep(seconds)
