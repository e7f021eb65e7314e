"""The report as tables. All text is foreign: it is shown, never read as markup."""

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from incident_hub.cli.text import plain
from incident_hub.simulation.report import Counts, Regrouping, Report

__all__ = ["show"]

_ROWS = 20
_Row = Sequence[str]


def show(report: Report, console: Console) -> None:
    """Figures first, then the differences one by one."""
    for part in _parts(report):
        console.print(part, highlight=False, markup=False)


def _parts(report: Report) -> Iterator[RenderableType]:
    left_out = f", {report.unreadable} of them cannot be read" if report.unreadable else ""
    yield f"{report.alerts} alerts replayed{left_out}"
    yield _table("", ("", "stored", "simulated", "difference"), _figures(report))
    if not report.differs:
        yield "Nothing would be different."
    yield from _told(report)
    if report.carried:
        yield f"{report.carried} incidents began before; only their alerts are compared, see docs/simulate.md."
    for one in report.plugins:
        failed = f"{one.errors} findings are errors" if one.errors else one.reason
        yield f"plugin {one.name} ({one.status}): {plain(failed)}"


def _figures(report: Report) -> Iterator[_Row]:
    named = [
        report.incidents,
        *(Counts(f"  {one.name}", one.before, one.after) for one in report.severities),
        *(Counts(f"  {one.name}", one.before, one.after) for one in report.types),
        report.groups,
        report.grouped,
        *(Counts(f"pages {one.target}: {one.event}", one.before, one.after) for one in report.pages),
    ]
    for one in named:
        change = one.after - one.before
        yield (one.name, str(one.before), str(one.after), f"{change:+}" if change else "")


def _told(report: Report) -> Iterator[RenderableType]:
    """The tables that have rows."""
    names = ("incident", "alerts", "title")
    tables: tuple[tuple[str, int, _Row, list[_Row]], ...] = (
        ("would be several", report.split, names, list(_lines(report.splits))),
        ("would be one", report.joined, names, list(_lines(report.joins))),
        (
            "would be rated otherwise",
            report.changed,
            ("incident", "severity", "type", "title"),
            _rated(report),
        ),
        ("would be in other company", report.regrouped, ("incident", "with", "title"), _company(report)),
    )
    for title, count, columns, rows in tables:
        if rows:
            yield _table(f"{title}: {count}", columns, rows)


def _rated(report: Report) -> list[_Row]:
    return [
        (
            one.incident_id,
            _move(one.severity_before, one.severity_after),
            _move(one.type_before, one.type_after),
            one.title,
        )
        for one in report.changes
    ]


def _company(report: Report) -> list[_Row]:
    return [
        (one.incident_id, f"-{len(one.without)} +{len(one.joined)}", one.title)
        for one in report.group_changes
    ]


def _move(before: str, after: str) -> str:
    return before if before == after else f"{before} -> {after}"


def _lines(found: Iterable[Regrouping]) -> Iterator[_Row]:
    for regrouping in found:
        one = regrouping.one
        yield (one.incident_id or "(simulated)", str(one.alerts), one.title)
        for part in regrouping.parts:
            yield (f"  {part.incident_id or '(simulated)'}", str(part.alerts), part.title)


def _table(title: str, names: Sequence[str], rows: Iterable[_Row]) -> Table:
    table = Table(box=SIMPLE, title=Text(title) if title else None, title_justify="left", header_style="bold")
    for name in names:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    known = list(rows)
    for row in known[:_ROWS]:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if len(known) > _ROWS:
        table.add_row(Text(f"... {len(known) - _ROWS} more: --json"))
    return table
