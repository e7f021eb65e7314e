"""The file: appended to and synced batch by batch, put aside by size.

It is opened anew for each batch, so that whoever moves it away, a program that rotates logs, say, needs
to tell nobody.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from incident_hub_sink_jsonl.settings import Settings

__all__ = ["append"]

_LOOK_BACK = 64 * 1024


def append(settings: Settings, lines: list[bytes]) -> None:
    """Append the lines and return when they are on the disk. Raises `OSError`."""
    path, text = Path(settings.path), b"".join(lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    _mend(path)
    if _size(path) and _size(path) + len(text) > settings.max_bytes:
        _put_aside(path, settings.keep)
    new = not path.exists()
    with path.open("ab") as file:
        file.write(text)
        _sync(file)
    if new:
        _sync_folder(path.parent)


def _mend(path: Path) -> None:
    """Cut off a line that a crash left incomplete: its event is told again."""
    if not (size := _size(path)):
        return
    with path.open("r+b") as file:
        end = size
        while end and not _ends_a_line(file, end):
            end = _line_start(file, end)
        if end < size:
            file.truncate(end)
            _sync(file)


def _ends_a_line(file: BinaryIO, end: int) -> bool:
    file.seek(end - 1)
    return file.read(1) == b"\n"


def _line_start(file: BinaryIO, end: int) -> int:
    """Behind the last line end before `end`, or as far back as one look reaches."""
    start = max(0, end - _LOOK_BACK)
    file.seek(start)
    return start + file.read(end - start).rfind(b"\n") + 1


def _put_aside(path: Path, keep: int) -> None:
    """`<path>` becomes `<path>.1`, that `.2`, and so on; the oldest goes."""
    aside = [path.with_name(f"{path.name}.{number}") for number in range(1, keep + 1)]
    for old, new in reversed(list(zip([path, *aside], aside, strict=False))):
        if old.exists():
            old.replace(new)
    _sync_folder(path.parent)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """A new name is durable once its folder is."""
    with _opened(folder) as number:
        os.fsync(number)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    number = os.open(folder, os.O_RDONLY)
    try:
        yield number
    finally:
        os.close(number)
