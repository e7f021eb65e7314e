"""The clock of a replay: it shows the time of the alert that is being replayed."""

from incident_hub.domain.clock import HubClock

__all__ = ["ReplayClock"]


class ReplayClock(HubClock):
    """Stands still at `at`, in microseconds, until it is moved on."""

    __slots__ = ("_at",)

    def __init__(self, at: int) -> None:
        self._at = at * 1000
        super().__init__(self._nanoseconds, self._nanoseconds)

    def move_to(self, at: int) -> None:
        """Show this moment; time never runs backwards."""
        self._at = max(self._at, at * 1000)

    def _nanoseconds(self) -> int:
        return self._at
