"""YAML without its traps: no aliases, no tags, no repeated keys, no `on` that means true."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from incident_hub.host.config_values import HubConfigError

__all__ = ["SIZE_LIMIT", "compose", "parse", "read_text", "read_yaml"]

SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 32


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
    """A safe loader for data that people wrote: what looks odd is refused with its line."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._nesting = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _refusal("aliases are not allowed", self.peek_event().start_mark)
        if getattr(self.peek_event(), "tag", None):
            raise _refusal("tags are not allowed", self.peek_event().start_mark)
        self._nesting += 1
        if self._nesting > DEPTH_LIMIT:
            raise _refusal(f"nested deeper than {DEPTH_LIMIT}", self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._nesting -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal("a key must be plain text", key.start_mark)
            if key.value in seen:
                raise _refusal(f"the key `{key.value}` appears twice", key.start_mark)
            seen.add(key.value)
        made: dict[object, object] = super().construct_mapping(node, deep)
        return made


_TRUTH = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, test) for tag, test in resolvers if not tag.endswith((":bool", ":timestamp", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _TRUTH, list("tTfF"))


def _refusal(problem: str, mark: yaml.Mark) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def read_yaml(file: Path) -> dict[str, object]:
    """The file's content as a mapping; an empty file is an empty one."""
    data = parse(read_text(file), file)
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise HubConfigError(f"{file}: expected a mapping with text keys")
    return data


def read_text(file: Path) -> str:
    """The file as it stands, line ends included."""
    try:
        with file.open("rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise HubConfigError(f"cannot read {file}: {error.strerror}") from error
    if len(content) > SIZE_LIMIT:
        raise HubConfigError(f"{file} is larger than {SIZE_LIMIT} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _unsound(file, error) from None


def parse(text: str, file: Path) -> object:
    """The data; `file` is for messages."""
    return _loaded(text, file, lambda loader: loader.get_single_data())


def compose(text: str, file: Path) -> yaml.Node | None:
    """The nodes with their places in the text; None when there is nothing in it."""
    return _loaded(text, file, lambda loader: loader.get_single_node())


def _loaded(text: str, file: Path, what: Callable[[_PlainLoader], Any]) -> Any:  # noqa: ANN401 - data or nodes
    try:
        loader = _PlainLoader(text)
        try:
            return what(loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise HubConfigError(f"{file}, line {line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _unsound(file, error) from None


def _unsound(file: Path, error: Exception) -> HubConfigError:
    return HubConfigError(f"{file} is not sound YAML: {type(error).__name__}")
