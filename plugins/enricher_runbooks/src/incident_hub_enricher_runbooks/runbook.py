"""What a runbook is, and what it fits: a title, a link or a text, and conditions on incidents."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

__all__ = ["CONDITIONS", "Matcher", "Runbook"]


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Matcher:
    """Every condition that is set must hold. All but `types` are patterns with `*` and `?`, in any case.

    Of `types` and `sources` one is enough; of `labels` each must be there, with a value that fits.
    """

    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=_nothing)
    provider: str = ""
    model: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Runbook:
    """One runbook. `url` leads to it, or `text` is it, in Markdown; it may have both."""

    id: str
    title: str
    url: str
    text: str
    match: Matcher
    updated_at: str = ""
    updated_by: str = ""


CONDITIONS = tuple(one.name for one in fields(Matcher))
