"""What a run was asked to measure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from load import Load, Outcome
from report import typical
from work import GENERIC, PROMETHEUS, Form

__all__ = ["FORMS", "Settings"]

FORMS = {"generic": GENERIC, "prometheus": PROMETHEUS}
_CLIENTS = {"single": 64, "batch": 8}
_SIZES = {"single": 1, "batch": 100}


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the command line."""

    seconds: int
    repeats: int
    databases: tuple[str, ...]
    quick: bool
    growth: bool
    gunicorn: str | None

    def load(self, kind: str, form: Form, duplicates: float = 0.5) -> Load:
        """64 clients with one alert each, or 8 with batches of 100."""
        return Load(form, _CLIENTS[kind], self.seconds, _SIZES[kind], duplicates)

    def loads(self) -> Iterator[tuple[str, Load]]:
        """Every load of the table; a quick run takes those at half duplicates."""
        for kind in _SIZES:
            for name, form in FORMS.items():
                for duplicates in (0.5,) if self.quick else (0.0, 0.5, 0.95):
                    yield f"{kind} {duplicates * 100:.0f}% {name}", self.load(kind, form, duplicates)

    def repeated(self, once: Callable[[], Outcome]) -> Outcome:
        """The median of as many runs as were asked for."""
        return typical([once() for _ in range(self.repeats)])
