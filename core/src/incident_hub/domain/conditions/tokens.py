"""A condition's source as tokens, after https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Token", "conjuncts", "tokens_of"]

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<raw>(?:[rR][bB]?|[bB][rR])(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"\n]*"|'[^'\n]*'))
    |(?P<text>[bB]?(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    |(?P<name>[A-Za-z_]\w*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of the source; `kind` is raw, text, name, number or sign, `at` where it begins."""

    kind: str
    text: str
    at: int


def tokens_of(source: str) -> Iterator[Token]:
    """The pieces, without space and comments."""
    for found in _TOKEN.finditer(source):
        kind = found.lastgroup or ""
        if kind != "space":
            yield Token(kind, found.group(), found.start())


def conjuncts(source: str) -> list[str]:
    """The parts that must all hold, where `&&` joins them outermost; else the whole as one."""
    cuts: list[int] = []
    depth = 0
    for one in tokens_of(source):
        if one.kind != "sign":
            continue
        depth += (one.text in "([{") - (one.text in ")]}")
        if depth == 0 and one.text in {"||", "?"}:
            return [source.strip()]
        if depth == 0 and one.text == "&&":
            cuts.append(one.at)
    starts, ends = [0, *(cut + 2 for cut in cuts)], [*cuts, len(source)]
    return [source[start:end].strip() for start, end in zip(starts, ends, strict=True)]
