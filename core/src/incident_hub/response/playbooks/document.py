"""A playbook's YAML: read into the model, everything that is wrong named with its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from incident_hub_hookspecs import ConfigError

from incident_hub.domain.playbooks.model import Playbook, Step, Trigger
from incident_hub.host.config_tree import build
from incident_hub.host.config_values import HubConfigError
from incident_hub.host.config_yaml import SIZE_LIMIT, compose, parse

__all__ = ["Document", "Problem", "read_document"]

_TOKEN = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_LINE = re.compile(r"^playbook, line (\d+): (.*)$", re.DOTALL)
_FILE = Path("playbook")  # how messages of the YAML reader begin


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1, 0 is the whole; `path` names the key, as `steps[2].retry`."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """For people."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """What was read. `playbook` is None when there are problems."""

    playbook: Playbook | None
    problems: Sequence[Problem]
    root: yaml.Node | None

    def problem(self, path: str, message: str) -> Problem:
        """A problem at this path, with its line."""
        return Problem(_line(self.root, path), path, message)


def read_document(source: str) -> Document:
    """Read the YAML, or JSON, which is YAML too. It never raises for what is in the text."""
    if len(source.encode("utf-8", "replace")) > SIZE_LIMIT:
        return Document(None, [Problem(0, "", f"larger than {SIZE_LIMIT} bytes")], None)
    try:
        root, data = compose(source, _FILE), parse(source, _FILE)
    except HubConfigError as error:
        found = _LINE.match(error.message)
        line, told = (int(found[1]), found[2]) if found else (0, error.message)
        return Document(None, [Problem(line, "", told)], None)
    if not isinstance(data, Mapping):
        return Document(None, [Problem(1, "", "a playbook is a mapping: name, triggers, steps")], root)
    errors = list(_errors(data))
    if errors:
        return Document(None, [Problem(_line(root, e.path), e.path, e.message) for e in errors], root)
    try:
        return Document(build(Playbook, data, ""), [], root)
    except ConfigError as error:
        return Document(None, [Problem(_line(root, error.path), error.path, error.message)], root)


def _errors(data: Mapping[object, object]) -> Iterator[ConfigError]:
    """What is wrong with each part by itself, so that one look finds it all."""
    rest = {key: value for key, value in data.items() if key not in ("steps", "triggers")}
    sound = {"id": "x", "action": "x"}  # steps are tried below, each by itself
    yield from _tried(Playbook, {**rest, "steps": [sound]}, "")
    if "steps" not in data:
        yield HubConfigError("missing: a playbook needs steps", "steps")
    for name, part in (("triggers", Trigger), ("steps", Step)):
        value = data.get(name)
        if value is not None and not isinstance(value, list):
            yield HubConfigError("expected a list", name)
        for index, one in enumerate(value if isinstance(value, list) else ()):
            path = f"{name}[{index}]"
            yield from _tried(Trigger, one, path) if part is Trigger else _step_errors(one, path)


def _step_errors(data: object, path: str) -> Iterator[ConfigError]:
    inner = [
        (f"{path}.{name}[{index}]", one)
        for name in ("parallel", "steps")
        if isinstance(data, Mapping) and isinstance(data.get(name), list)
        for index, one in enumerate(data[name])
    ]
    wrong = [error for at, one in inner for error in _step_errors(one, at)]
    yield from wrong or _tried(Step, data, path)


def _tried(cls: type[object], data: object, path: str) -> Iterator[ConfigError]:
    try:
        build(cls, data, path)
    except ConfigError as error:
        yield error


def _line(root: yaml.Node | None, path: str) -> int:
    """The line of the key that the path names, or of the nearest thing around it that is there."""
    if root is None:
        return 0
    node, mark = root, root.start_mark
    for name, index in _TOKEN.findall(path):
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == name), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            node = node.value[int(index)]
            mark = node.start_mark
        else:
            break
    return int(mark.line) + 1
