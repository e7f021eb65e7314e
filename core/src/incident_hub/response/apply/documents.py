"""Documents with a `kind` and an `id`, read and checked one by one; all that is wrong is said at once."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from incident_hub_hookspecs import ConfigError

from incident_hub.host.config_values import did_you_mean
from incident_hub.host.config_yaml import parse, read_text
from incident_hub.response.apply.kinds import KINDS, Written

__all__ = ["KINDS", "Document", "DocumentsError", "read_documents"]

_MOST_FILES = 2000
_ENDINGS = (".yaml", ".yml", ".json")


class Document(NamedTuple):
    """One document; `place` is its file and which of the file's it is, `what` what was read of it."""

    place: str
    kind: str
    id: str
    what: Written


class DocumentsError(Exception):
    """Some documents cannot be written; nothing was. `problems` names each with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_documents(folder: Path) -> list[Document]:
    """The documents of a folder and those below it, or of one file; raises `DocumentsError`.

    A file holds one document, a list of them, or several between lines of `---`.
    """
    files = [folder] if folder.is_file() else sorted(f for f in folder.rglob("*") if f.suffix in _ENDINGS)
    if not files or len(files) > _MOST_FILES:
        raise DocumentsError(
            [f"{folder}: holds {len(files)} files {', '.join(_ENDINGS)}, 1 to {_MOST_FILES} are read"]
        )
    found: list[Document] = []
    problems: list[str] = []
    for file in files:
        for place, data in _items(file, problems):
            try:
                one = _document(place, data)
            except ConfigError as error:
                problems.append(
                    f"{place}: {error.path}: {error.message}" if error.path else f"{place}: {error.message}"
                )
                continue
            if any((one.kind, one.id) == (known.kind, known.id) for known in found):
                problems.append(f"{place}: there is another {one.kind} {one.id}")
            found.append(one)
    if problems:
        raise DocumentsError(problems)
    return found


def _items(file: Path, problems: list[str]) -> Iterator[tuple[str, object]]:
    try:
        parts = [parse(text, file) for text in _parts(read_text(file))]
    except ConfigError as error:
        problems.append(str(error))
        return
    items = [one for part in parts for one in (part if isinstance(part, list) else [part]) if one is not None]
    for number, one in enumerate(items, 1):
        yield (f"{file}, document {number}" if len(items) > 1 else str(file)), one


def _parts(text: str) -> list[str]:
    """The documents between lines of `---`, each behind as many empty lines as came before it."""
    parts, lines = [[]], text.splitlines()  # type: list[list[str]], list[str]
    for number, line in enumerate(lines):
        if line.rstrip() == "---":
            parts.append([""] * (number + 1))
        else:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts if any(line.strip() for line in part)]


def _document(place: str, data: object) -> Document:
    if not isinstance(data, Mapping):
        raise ConfigError("is no mapping with a kind and an id")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS)
        raise ConfigError(f"is one of {', '.join(KINDS)}, not {kind!r}{hint}", "kind")
    key = data.get("id")
    if not isinstance(key, str) or not key:
        raise ConfigError("missing", "id")
    return Document(
        place, kind, key, KINDS[kind].read({name: one for name, one in data.items() if name != "kind"})
    )
