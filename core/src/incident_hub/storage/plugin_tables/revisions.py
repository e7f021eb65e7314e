"""What a folder of migrations says: which versions there are, and which of them no other follows.

It is read from the plain constants in the files: alembic takes a quarter of a second to import, which a
start on a current schema need not pay. Where constants do not settle it, alembic is asked.
"""

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from incident_hub.storage.migrate import scripts

__all__ = ["Revisions", "revisions_in"]

_WANTED = ("revision", "down_revision")


@dataclass(frozen=True, slots=True)
class Revisions:
    """All versions, and the ends of the chain: one, unless it has branches."""

    known: frozenset[str]
    ends: tuple[str, ...]


def revisions_in(folder: Path) -> Revisions:
    """Read the folder `versions/`; raises whatever alembic says of a broken chain."""
    with suppress(OSError, SyntaxError, ValueError, KeyError, TypeError):
        found = dict(_written(folder))
        followed = {one for before in found.values() for one in before}
        ends = tuple(sorted(found.keys() - followed))
        if len(ends) == 1 and followed <= found.keys():
            return Revisions(frozenset(found), ends)
    return _alembics(folder)


def _written(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each version with those that it follows."""
    for file in folder.glob("*.py"):
        if not file.name.startswith(("__init__", ".#")):
            said = _constants(ast.parse(file.read_bytes()))
            before = said["down_revision"] or ()
            yield str(said["revision"]), (before,) if isinstance(before, str) else tuple(before)  # type: ignore[arg-type]


def _constants(module: ast.Module) -> dict[str, object]:
    found: dict[str, object] = {}
    for line in module.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            if isinstance(target, ast.Name) and target.id in _WANTED:
                found[target.id] = ast.literal_eval(line.value)
    return found


def _alembics(folder: Path) -> Revisions:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    script = ScriptDirectory(str(scripts()), version_locations=[str(folder)])
    known = frozenset(one.revision for one in script.walk_revisions())
    return Revisions(known, tuple(sorted(script.get_heads())))
