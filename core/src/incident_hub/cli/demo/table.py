"""What the demo shows while the storm plays: the worst and latest incidents, and how far it is."""

from dataclasses import dataclass, field
from typing import Any

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from incident_hub.cli.text import plain

__all__ = ["Board"]

_ROWS = 18
_COLOURS = {"P0": "bold white on red", "P1": "bold red", "P2": "yellow", "P3": "cyan", "P4": "dim"}
_ENDED = ("RESOLVED", "CLOSED")


@dataclass(slots=True)
class Board:
    """The incidents as last heard of. All text is foreign: it is shown, never read as markup."""

    total: int
    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    progress: Progress = field(
        default_factory=lambda: Progress(
            TextColumn("storm"), BarColumn(), MofNCompleteColumn(), TextColumn("alerts"), TimeElapsedColumn()
        )
    )

    def __post_init__(self) -> None:
        self.progress.add_task("storm", total=self.total)

    def update(self, incident: dict[str, Any]) -> None:
        """Take over what the hub says of one incident."""
        self.incidents[incident["id"]] = incident
        if group := incident.get("groupId"):
            self.groups.setdefault(group, len(self.groups) + 1)

    def sent(self, alerts: int) -> None:
        """So many alerts are sent by now."""
        self.progress.update(self.progress.task_ids[0], completed=alerts)

    def __rich__(self) -> RenderableType:
        return Group(self.table(), self.progress)

    def table(self, rows: int = _ROWS) -> Table:
        """Those that burn first, the worst first."""
        table = Table(expand=True, box=SIMPLE, header_style="bold")
        for name, width in (("sev", 3), ("state", 13), ("title", None), ("alerts", 6), ("group", 5)):
            table.add_column(name, width=width, no_wrap=True, overflow="ellipsis", ratio=None if width else 5)
        table.add_column("why", no_wrap=True, overflow="ellipsis", ratio=6)
        for incident in sorted(self.incidents.values(), key=_order)[:rows]:
            table.add_row(*self._cells(incident))
        return table

    def _cells(self, incident: dict[str, Any]) -> list[Text]:
        ended = incident["state"].upper() in _ENDED
        group = self.groups.get(incident.get("groupId") or "")
        return [
            Text(incident["severity"], style="dim" if ended else _COLOURS.get(incident["severity"], "")),
            Text(incident["state"].lower(), style="green" if ended else ""),
            Text(plain(incident["title"]), style="dim" if ended else ""),
            Text(str(incident["count"]), justify="right"),
            Text(f"#{group}" if group else ""),
            Text(plain(incident.get("groupReason") or incident.get("severityReason") or ""), style="dim"),
        ]


def _order(incident: dict[str, Any]) -> tuple[bool, str, int]:
    return incident["state"].upper() in _ENDED, incident["severity"], -incident["count"]
