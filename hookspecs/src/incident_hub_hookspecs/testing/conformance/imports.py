"""What a package imports, read from its source without running it."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

__all__ = ["imported_by"]


def imported_by(module: str) -> set[str]:
    """The top-level names that any module of this one's package imports."""
    return {name for file in _files(module.partition(".")[0]) for name in _imported(file)}


def _files(package: str) -> Iterator[Path]:
    found = find_spec(package)
    for folder in (found and found.submodule_search_locations) or ():
        yield from Path(folder).rglob("*.py")
    if found and found.origin and not found.submodule_search_locations:
        yield Path(found.origin)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
