"""What stands on a page: fenced blocks, and the steps within."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Block", "Step", "blocks", "steps"]

_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<body>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block; `mark` is the comment right before it, `file` the name behind its kind."""

    kind: str
    mark: str
    file: str
    body: str


@dataclass(frozen=True, slots=True)
class Step:
    """One command and what it is said to print."""

    command: str
    output: str

    def fits(self, printed: str) -> bool:
        """Whether it printed that; blank space around it and colours count for nothing."""
        wanted = ".*".join(re.escape(part) for part in self.output.strip().split("…"))
        return re.fullmatch(wanted, _COLOUR.sub("", printed).strip(), re.DOTALL) is not None


def blocks(page: str, *kinds: str) -> list[Block]:
    """The page's blocks of these kinds, or of all, in order; a page without any is an error."""
    every = [Block(m["kind"], m["mark"] or "", m["file"] or "", m["body"]) for m in _BLOCK.finditer(page)]
    found = [block for block in every if block.kind in kinds or not kinds]
    if not found:
        raise LookupError(f"the page has no block of {', '.join(kinds) or 'any kind'}")
    return found


def steps(body: str) -> Iterator[Step]:
    """The commands of a `console` block; one may go on over several lines."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        size = next(n for n in range(1, len(lines) + 1) if _complete("\n".join(lines[:n])))
        yield Step("\n".join(lines[:size]), "\n".join(lines[size:]))


def _complete(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\")
