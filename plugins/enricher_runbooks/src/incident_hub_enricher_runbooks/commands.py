"""`incident-hub enricher_runbooks list|import|export`."""

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from incident_hub_hookspecs import Command, PayloadError

from incident_hub_enricher_runbooks.reading import as_json, match_json, read_list
from incident_hub_enricher_runbooks.runbook import Runbook
from incident_hub_enricher_runbooks.shelf import Shelf

__all__ = ["commands_of"]

_PROGRAM = "incident-hub enricher_runbooks"


def commands_of(shelf: Shelf) -> Sequence[Command]:
    """The three of them."""

    def bound(work: Callable[[Shelf, Sequence[str]], int]) -> Callable[[Sequence[str]], int]:
        return lambda arguments: work(shelf, arguments)

    return [
        Command("list", "List the runbooks and what they are for.", bound(_list)),
        Command("import", "Read runbooks from a JSON file.", bound(_import)),
        Command("export", "Write all runbooks as JSON.", bound(_export)),
    ]


def _list(shelf: Shelf, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        f"{_PROGRAM} list", description="List the runbooks and what they are for."
    )
    parser.parse_args(arguments)
    found = asyncio.run(shelf.all())
    width = max((len(one.id) for one in found), default=0)
    for one in found:
        print(f"{one.id:<{width}}  {one.title}  {_shown(one)}")
    if not found:
        print("no runbooks; `incident-hub enricher_runbooks import FILE` reads some")
    return 0


def _import(shelf: Shelf, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(f"{_PROGRAM} import", description="Read runbooks from a JSON file.")
    parser.add_argument("file", help="the file; - is standard input")
    parser.add_argument("--replace", action="store_true", help="in the place of all runbooks that there are")
    given = parser.parse_args(arguments)
    items = read_list(_decoded(given.file))
    done = asyncio.run(shelf.take_in(items, _user(), instead=given.replace))
    for one in done.rejected:
        print(f"item {one.index}: {one.path}: {one.message}", file=sys.stderr)
    removed = f", {done.removed} removed" if given.replace else ""
    print(f"{done.stored} stored{removed}, {len(done.rejected)} rejected")
    return 1 if done.rejected else 0


def _export(shelf: Shelf, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(f"{_PROGRAM} export", description="Write all runbooks as JSON.")
    parser.add_argument(
        "file", nargs="?", default="-", help="the file; - is standard output, and the default"
    )
    given = parser.parse_args(arguments)
    found = [as_json(one) for one in asyncio.run(shelf.all())]
    text = json.dumps({"runbooks": found}, indent=2, ensure_ascii=False) + "\n"
    if given.file == "-":
        sys.stdout.write(text)
    else:
        Path(given.file).write_text(text, encoding="utf-8")
    return 0


def _decoded(file: str) -> object:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PayloadError("bad_json", f"{file} is no JSON: {error}") from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "command line"


def _shown(runbook: Runbook) -> str:
    return json.dumps(match_json(runbook.match), ensure_ascii=False)
