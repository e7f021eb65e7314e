"""The hook reference, docs/plugins/hooks.md, made from the contract: `uv run python tools/hook_reference.py`."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum, EnumType
from pathlib import Path
from typing import Any

import incident_hub_hookspecs as contract
from incident_hub_hookspecs import endpoint, llm, spec

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "plugins" / "hooks.md"
MODULE = re.compile(r"\b(?:\w+\.)+(?=\w)")
SINCE = re.compile(r"\s*Since (\d+\.\d+)\.")
HEAD = (
    "<!-- Made by tools/hook_reference.py: change the docstrings of incident_hub_hookspecs. -->\n\n# Hooks\n"
)


def page() -> str:
    """The whole page."""
    users = uses()
    parts = [HEAD, _flowing(spec.__doc__ or ""), _table(users)]
    parts += [_hook(hook) for hook in spec.HOOKS]
    parts += [
        "## Types\n\nAll from `incident_hub_hookspecs`, those of LLM services from `incident_hub_hookspecs.llm`.\n"
    ]
    parts += [_type(kind) for kind in _types()]
    return "\n".join(parts)


def uses() -> dict[str, list[str]]:
    """The bundled plugins by the hooks that they implement."""
    found: dict[str, list[str]] = {}
    for folder in sorted((ROOT / "plugins").glob("*/src")):
        for name in sorted({name for file in folder.rglob("*.py") for name in _implemented(file)}):
            found.setdefault(name, []).append(folder.parent.name)
    return found


def _implemented(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            marks = [ast.unparse(mark).partition("(")[0] for mark in node.decorator_list]
            if "hookimpl" in marks:
                yield node.name


def _table(users: dict[str, list[str]]) -> str:
    rows = ["| hook | returns | used by |", "|---|---|---|"]
    for hook in spec.HOOKS:
        name = hook.__name__
        known = ", ".join(_plugin(one) for one in users.get(name, [])) or "-"
        rows.append(
            f"| [`{name}`](#{name}) | `{_plain(inspect.signature(hook).return_annotation)}` | {known} |"
        )
    return "\n".join(rows) + "\n"


def _plugin(name: str) -> str:
    return f"[{name}](../../plugins/{name})"


def _hook(hook: object) -> str:
    told = inspect.getdoc(hook) or ""
    text, _, example = told.partition("\n\nExample: ")
    since = SINCE.search(text)
    name, signature = hook.__name__, inspect.signature(hook)  # type: ignore[attr-defined,arg-type]
    start = "async def" if inspect.iscoroutinefunction(hook) else "def"
    arguments = ", ".join(f"{key}: {_plain(one.annotation)}" for key, one in signature.parameters.items())
    lines = [
        f"## {name}\n",
        f"```python\n{start} {name}({arguments}) -> {_plain(signature.return_annotation)}\n```\n",
        _flowing(SINCE.sub("", text)),
        *[f"- `{key}`: {_first(one.annotation)}" for key, one in signature.parameters.items()],
        "" if signature.parameters else None,
        f"Example: {_flowing(example)}",
        f"Since {since[1]}." if since else None,
    ]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _first(annotation: object) -> str:
    """What the type of an argument is: its name, and the first sentence of what is said of it."""
    told = inspect.getdoc(getattr(annotation, "__origin__", annotation)) or ""
    sentence = " ".join(told.partition("\n\n")[0].split())
    name = _plain(annotation)
    return f"`{name}`" if name.startswith("Sequence") else f"`{name}`. {sentence}"


def _types() -> list[type]:
    names = {name: getattr(contract, name) for name in contract.__all__}
    names |= {name: getattr(llm, name) for name in llm.__all__} | {
        name: getattr(endpoint, name) for name in endpoint.__all__
    }
    return [names[name] for name in sorted(names) if inspect.isclass(names[name])]


def _type(kind: type) -> str:
    lines = [f"### {kind.__name__}\n", _flowing(inspect.getdoc(kind) or "")]
    if isinstance(kind, EnumType):
        lines.append(", ".join(f"`{word.value}`" for word in list[Any](kind)))
    elif is_dataclass(kind):
        lines += [f"- `{item.name}: {_plain(item.type)}{_default(item)}`" for item in fields(kind)]
    members = [item for item in vars(kind).items() if not item[0].startswith("_")]
    lines += [
        _method(name, one) for name, one in members if inspect.isfunction(one) or isinstance(one, property)
    ]
    return "\n".join(lines).rstrip() + "\n"


def _default(item: Field[Any]) -> str:
    """What a field is when nobody says; other than plain values it is left to the prose."""
    value = item.default
    if isinstance(value, Enum):
        return f" = {type(value).__name__}.{value.name}"
    plain = value is None or isinstance(value, str | int | float | tuple)
    return (
        f" = {value!r}" if plain else "" if value is MISSING and item.default_factory is MISSING else " = ..."
    )


def _method(name: str, one: object) -> str:
    told = " ".join((inspect.getdoc(one) or "").split())
    if isinstance(one, property):
        return f"- `{name}`: {told}"
    start = "await " if inspect.iscoroutinefunction(one) else ""
    known = [key for key in inspect.signature(one).parameters if key != "self"]  # type: ignore[arg-type]
    return f"- `{start}{name}({', '.join(known)})`: {told}"


def _plain(annotation: object) -> str:
    """An annotation as people write it."""
    return MODULE.sub("", inspect.formatannotation(annotation)).replace("NoneType", "None")


def _flowing(text: str) -> str:
    """Paragraphs on one line each."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n")) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
