"""What can be configured: the relay, how to be safe on the way to it, and who writes."""

import re
from dataclasses import dataclass
from email.utils import parseaddr

from incident_hub_hookspecs import ConfigError, setting

__all__ = ["Settings", "address"]

_PORTS = {"starttls": 587, "tls": 465, "plain": 25}
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_NAME}(?:\.{_NAME})*")


@dataclass(frozen=True, slots=True)
class Settings:
    """A mail relay; without `host` nothing is sent."""

    host: str = setting("The mail relay. It may stand in a private network.", default="")
    port: int = setting(
        "Its port; 0 is the usual one: 587 for starttls, 465 for tls, 25 for plain.",
        default=0,
        least=0,
        most=65535,
    )
    security: str = setting(
        "`starttls` and `tls` never fall back to plain text; `plain` is for a relay on the same machine or "
        "network.",
        default="starttls",
        choices=tuple(_PORTS),
    )
    ca_file: str = setting("Whom to trust in place of the system's authorities, in PEM.", default="")
    user: str = setting("Who logs in; empty: nobody does.", default="")
    password: str = setting("The user's password.", default="", secret=True)
    sender: str = setting("Who writes, as `Incident Hub <hub@example.com>`.", default="")
    reply_to: str = setting("Where answers go, when not to the sender.", default="")
    hello: str = setting("The name given in EHLO; empty: this machine's.", default="")

    def __post_init__(self) -> None:
        """A relay needs a sender, and a password a safe way."""
        for key in ("host", "user", "sender", "reply_to", "hello", "ca_file"):
            if not getattr(self, key).isprintable():
                raise ConfigError("holds a control character", key)
        if self.host:
            address(self.sender, "sender")
            if self.user and self.security == "plain":
                raise ConfigError("a password is not sent in plain text: use starttls or tls", "security")
        if self.reply_to:
            address(self.reply_to, "reply_to")

    @property
    def usual_port(self) -> int:
        """The port to connect to."""
        return self.port or _PORTS[self.security]

    @property
    def domain(self) -> str:
        """Of the sender: message ids and the list's name are made in it."""
        return address(self.sender, "sender").rpartition("@")[2]


def address(text: str, key: str) -> str:
    """The bare address in `hub@example.com` or `Incident Hub <hub@example.com>`."""
    found = parseaddr(text)[1]
    if not _ADDRESS.fullmatch(found) or not text.isprintable() or len(found) > 254:
        raise ConfigError(f"expected an address as hub@example.com, got {text[:80]!r}", key)
    return found
