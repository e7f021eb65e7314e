"""The project's own examples: templates in corpus/train, whole prompts in corpus/heldout.

`{a|b}` in a template stands for one of its parts, `{name}` for one value of that slot of slots.txt.
Braces around anything else stand for themselves.
"""

import random
import re
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus"
_BRACES = re.compile(r"\{([^{}]*)\}")
_OPEN, _CLOSE = "\x01", "\x02"
Example = tuple[str, int, str]


def lines_of(path: Path) -> list[str]:
    """What a file holds, without blank lines."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def slots() -> dict[str, list[str]]:
    """The values of each slot."""
    found = {}
    for line in lines_of(CORPUS / "train" / "slots.txt"):
        if not line.startswith("#"):
            name, _, values = line.partition(":")
            found[name] = [value.strip() for value in values.split(" | ")]
    return found


def fill(template: str, known: dict[str, list[str]], rng: random.Random) -> str:
    """One prompt of a template."""

    def choose(found: re.Match[str]) -> str:
        inner = found[1]
        if inner in known:
            return rng.choice(known[inner])
        if "|" in inner:
            return rng.choice(inner.split("|"))
        return f"{_OPEN}{inner}{_CLOSE}"

    while _BRACES.search(template):
        template = _BRACES.sub(choose, template)
    return template.replace(_OPEN, "{").replace(_CLOSE, "}").strip()


def training(variants: int, seed: int) -> list[Example]:
    """Prompts, 1 for an attack, and the template each comes from."""
    known, rng = slots(), random.Random(seed)
    found: list[Example] = []
    for path in sorted((CORPUS / "train").glob("*-*.txt")):
        label = int(path.stem.startswith("attack"))
        for number, template in enumerate(lines_of(path)):
            made = dict.fromkeys(fill(template, known, rng) for _ in range(variants))
            found += [(text, label, f"{path.stem}:{number}") for text in made]
    return found


def heldout() -> list[Example]:
    """Prompts that no training saw, 1 for an attack, and the family each belongs to."""
    return [
        (line, int(path.stem.startswith("attack")), path.stem)
        for path in sorted((CORPUS / "heldout").glob("*.txt"))
        for line in lines_of(path)
    ]
