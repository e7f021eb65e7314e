"""Editing a list of names in the configuration file, so that every other byte of it stays.

A library that writes the whole file anew keeps comments, but not the layout that somebody chose. PyYAML says
where each node stands; only the list itself is cut, and the result is read again before it is written.
"""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from incident_hub.host.config_values import HubConfigError
from incident_hub.host.config_yaml import compose, parse, read_text

__all__ = ["edit_names"]


def edit_names(file: Path, key: str, *, add: str = "", remove: str = "") -> bool:
    """Put a name into the list under a top-level `key`, or take it out; False when it was so already.

    A file that is not there is made. Raises `HubConfigError` when the file is not sound, or written in a way
    that cannot be edited without touching the rest.
    """
    text = read_text(file) if file.exists() else ""
    names = _names(parse(text, file), key, file)
    wanted = [name for name in names if name != remove]
    wanted += [add] if add and add not in names else []
    if wanted == names:
        return False
    changed = _changed(text, key, names, wanted, file)
    if changed is None or not _says(changed, {**_mapping(parse(text, file)), key: wanted}):
        line = f"{key}: {_flow(wanted)}"
        raise HubConfigError(
            f"{file} cannot be edited without touching the rest; write `{line}` in it yourself"
        )
    _replace(file, changed)
    return True


def _says(text: str, wanted: object) -> bool:
    try:
        return parse(text, Path()) == wanted
    except HubConfigError:
        return False


def _names(data: object, key: str, file: Path) -> list[str]:
    names = _mapping(data).get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise HubConfigError(f"expected a list of names in {file}", key)
    return list(names)


def _mapping(data: object) -> dict[str, object]:
    return data if isinstance(data, dict) else {}


def _changed(text: str, key: str, names: list[str], wanted: list[str], file: Path) -> str | None:
    root = compose(text, file)
    if root is None:
        return _appended(text, key, wanted)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    value = next((value for name, value in root.value if name.value == key), None)
    if value is None:
        return _appended(text, key, wanted)
    if not isinstance(value, yaml.SequenceNode):
        return None
    return (_in_flow if value.flow_style else _in_block)(text, value, names, wanted)


def _appended(text: str, key: str, wanted: list[str]) -> str:
    newline = _newline(text)
    gap = "" if not text or text.endswith("\n") else newline
    return f"{text}{gap}{key}: {_flow(wanted)}{newline}"


def _in_flow(text: str, value: yaml.Node, _names: list[str], wanted: list[str]) -> str:
    """`[a, b]`, which may go over several lines; only a list with comments inside keeps its own layout."""
    begin, end = value.start_mark.index, value.end_mark.index
    if "#" not in text[begin:end] and "\n" not in text[begin:end]:
        return f"{text[:begin]}{_flow(wanted)}{text[end:]}"
    items = value.value
    if len(wanted) > len(items) and items:
        at = items[-1].end_mark.index
        return f"{text[:at]}, {_scalar(wanted[-1])}{text[at:]}"
    gone = next(index for index, item in enumerate(items) if item.value not in wanted)
    if gone + 1 < len(items):
        return text[: items[gone].start_mark.index] + text[items[gone + 1].start_mark.index :]
    begin = items[gone - 1].end_mark.index if gone else items[gone].start_mark.index
    return text[:begin] + text[items[gone].end_mark.index :]


def _in_block(text: str, value: yaml.Node, names: list[str], wanted: list[str]) -> str:
    """One item a line; a line goes with the comment behind its item."""
    lines = text.splitlines(keepends=True)
    items = value.value
    if len(wanted) > len(names):
        last = items[-1].start_mark
        before = lines[last.line][: last.column]
        lines[last.line] = lines[last.line].rstrip("\r\n") + _newline(text)
        lines.insert(last.line + 1, f"{before}{_scalar(wanted[-1])}{_newline(text)}")
    elif not wanted:
        at = value.start_mark.line
        above = next(number for number in range(at - 1, -1, -1) if _is_key(lines[number]))
        del lines[items[0].start_mark.line]
        lines[above] = _with_empty_list(lines[above])
    else:
        del lines[next(item for item in items if item.value not in wanted).start_mark.line]
    return "".join(lines)


def _is_key(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _with_empty_list(line: str) -> str:
    key, colon, rest = line.partition(":")
    return f"{key}{colon} []{rest}"


def _flow(names: list[str]) -> str:
    return f"[{', '.join(map(_scalar, names))}]"


def _scalar(name: str) -> str:
    """The name as YAML, in quotes when it would be read as something else."""
    return name if _says(f"[{name}]", [name]) else json.dumps(name)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _replace(file: Path, text: str) -> None:
    """All of it or nothing; the mode, and the link if it is one, stay."""
    target = file.resolve()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as new:
        try:
            new.write(text.encode())
            _take_over_mode(Path(new.name), target)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(target)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise


def _take_over_mode(new: Path, old: Path) -> None:
    if not old.exists():
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)
        return
    known = old.stat()
    with suppress(PermissionError):
        os.chown(new, known.st_uid, known.st_gid)
    new.chmod(known.st_mode & 0o7777)
