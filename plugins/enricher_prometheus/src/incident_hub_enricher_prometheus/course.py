"""The course of a series in numbers and words."""

from dataclasses import dataclass

from incident_hub_enricher_prometheus.answers import Series

__all__ = ["Course", "course_of", "number"]

_MUCH = 0.1  # of the greater value: less is no change worth a word
_CLEARLY = 1.5  # by this a peak stands out from both ends


@dataclass(frozen=True, slots=True)
class Course:
    """`trend` says what it did, as "rose from 0.2 to 3.1 in 10 min"; `change` is its part of the greatest value."""

    series: Series
    at_start: float | None
    low: float
    high: float
    last: float
    trend: str
    change: float

    def data(self) -> dict[str, object]:
        """As JSON."""
        return {
            "labels": dict(self.series.labels),
            "at_start": self.at_start,
            "min": self.low,
            "max": self.high,
            "last": self.last,
            "trend": self.trend,
        }


def course_of(series: Series, begun: float) -> Course:
    """`begun` is when the incident began, in seconds since 1970; the series has at least one value."""
    values = [value for _, value in series.points]
    low, high = min(values), max(values)
    before = [value for at, value in series.points if at <= begun]
    greatest = max(abs(low), abs(high))
    return Course(
        series,
        at_start=before[-1] if before else None,
        low=low,
        high=high,
        last=values[-1],
        trend=_trend(series.points),
        change=(high - low) / greatest if greatest else 0.0,
    )


def number(value: float) -> str:
    """Three digits that count, as people write them."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _trend(points: tuple[tuple[float, float], ...]) -> str:
    (begun, first), (_, last) = points[0], points[-1]
    if len(points) == 1:
        return f"was {number(first)}"
    peak_at, peak = max(points, key=lambda one: one[1])
    dip_at, dip = min(points, key=lambda one: one[1])
    if _stands_out(peak, first, last):
        return f"peaked at {number(peak)} after {_minutes(peak_at - begun)}, from {number(first)}, now {number(last)}"
    if _stands_out(-dip, -first, -last):
        return f"dipped to {number(dip)} after {_minutes(dip_at - begun)}, from {number(first)}, now {number(last)}"
    if abs(last - first) <= _MUCH * max(abs(first), abs(last)):
        return f"steady at {number(last)}"
    word = "rose" if last > first else "fell"
    return f"{word} from {number(first)} to {number(last)} in {_minutes(points[-1][0] - begun)}"


def _stands_out(peak: float, first: float, last: float) -> bool:
    """Whether an inner value is far above both ends; upside down, far below."""
    ends = max(first, last)
    return peak - ends > max(abs(peak), abs(ends)) * (1 - 1 / _CLEARLY)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
