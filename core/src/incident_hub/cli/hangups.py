"""SIGHUP, as daemons have it: read the configuration again."""

import asyncio
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident_hub.host.reload import Reloader

__all__ = ["Hangups"]


class Hangups:
    """Listens from the moment it is made, so that a signal that comes early does not end the process."""

    def __init__(self) -> None:
        self._reloader: Reloader | None = None
        if hasattr(signal, "SIGHUP"):  # Windows has none
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._heard)

    def reload(self, reloader: "Reloader") -> None:
        """From now on a signal reloads; before, the configuration was fresh anyway."""
        self._reloader = reloader

    def _heard(self) -> None:
        if self._reloader is not None:
            self._reloader.reload_soon()
