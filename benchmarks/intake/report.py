"""What was measured, as lines of a table, and ratios beside their goals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from load import Outcome

__all__ = ["Report", "typical"]


def typical(outcomes: Sequence[Outcome]) -> Outcome:
    """The run whose rate is the middle one; the latencies are medians of their own."""
    middle = sorted(outcomes, key=lambda outcome: outcome.rate)[len(outcomes) // 2]
    marks = (median(getattr(one, name) for one in outcomes) for name in ("p50", "p95", "p99"))
    return Outcome(middle.alerts, middle.seconds, sum(one.failed for one in outcomes), *marks, middle.cpu)


@dataclass(slots=True)
class Report:
    """Prints each result as it comes, and keeps the rates for the ratios."""

    rates: dict[str, float] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)

    def head(self) -> None:
        """The head of the table."""
        print(f"{'what':<58}{'alerts/s':>10}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}  notes")

    def add(self, name: str, outcome: Outcome, note: str = "") -> None:
        """One load's result."""
        self.rates[name], self.delays[name] = outcome.rate, outcome.p95
        if outcome.failed:
            note = f"{note} {outcome.failed} not accepted".strip()
        if outcome.cpu and outcome.alerts:
            note = f"{outcome.cpu / outcome.alerts * 1e6:.0f} us CPU an alert {note}".strip()
        marks = "".join(f"{value:>9.1f}" for value in (outcome.p50, outcome.p95, outcome.p99))
        print(f"{name:<58}{outcome.rate:>10,.0f}{marks}  {note}", flush=True)

    def rate(self, name: str, rate: float, note: str = "") -> None:
        """A rate without latencies."""
        self.rates[name] = rate
        print(f"{name:<58}{rate:>10,.0f}{'':>27}  {note}", flush=True)

    def line(self, name: str, text: str) -> None:
        """Anything else."""
        print(f"{name:<58}{text}", flush=True)

    def ratio(self, told: str, name: str, floor: str, goal: float) -> None:
        """How one rate stands to another, and to the goal."""
        if name not in self.rates or not self.rates.get(floor):
            self.line(told, "not measured")
            return
        found = self.rates[name] / self.rates[floor]
        self._judged(told, f"{found:.2f}", f"at least {goal:g}", good=found >= goal)

    def limit(self, told: str, value: float, goal: float, unit: str) -> None:
        """A value that must not be over its goal."""
        self._judged(told, f"{value:.1f} {unit}", f"at most {goal:g} {unit}", good=value <= goal)

    def _judged(self, told: str, found: str, goal: str, *, good: bool) -> None:
        print(f"{told:<58}{found:>12}   goal {goal:<16} {'reached' if good else 'MISSED'}", flush=True)
