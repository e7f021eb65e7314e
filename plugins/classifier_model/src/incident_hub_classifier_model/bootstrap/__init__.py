"""Examples that this project wrote itself: what a hub knows on its first day, and what versions are measured by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.sample import Sample

__all__ = ["bootstrap_exam", "bootstrap_lessons"]

WRITTEN = datetime(2026, 1, 5, 12, tzinfo=UTC)


@cache
def bootstrap_lessons() -> tuple[Sample, ...]:
    """Learnt by every model: each as it is written, and its title alone, as many an alert comes."""
    written = tuple(_read("lessons.txt"))
    bare = (replace(one, example=replace(one.example, body="")) for one in written if one.example.body)
    return (*written, *bare)


@cache
def bootstrap_exam() -> tuple[Sample, ...]:
    """Learnt by none."""
    return tuple(_read("exam.txt"))


def _read(name: str) -> Iterator[Sample]:
    for line in files(__name__).joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        severity, parts, title, text = (cell.strip() for cell in line.split("|"))
        resources = tuple(part.strip() for part in parts.split(",") if part.strip())
        yield Sample(Example(title, text, "", resources, "", "", WRITTEN), severity)
