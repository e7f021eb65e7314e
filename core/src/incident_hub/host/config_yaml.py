"""YAML without its traps: no aliases, no tags, no repeated keys, no `on` that means true."""

import re
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from incident_hub.host.config_values import HubConfigError

__all__ = ["SIZE_LIMIT", "read_yaml"]

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
    try:
        with file.open("rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise HubConfigError(f"cannot read {file}: {error.strerror}") from error
    if len(content) > SIZE_LIMIT:
        raise HubConfigError(f"{file} is larger than {SIZE_LIMIT} bytes")
    data = _parse(content, file)
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise HubConfigError(f"{file}: expected a mapping with text keys")
    return data


def _parse(content: bytes, file: Path) -> object:
    try:
        loader = _PlainLoader(content.decode())
        try:
            data: object = loader.get_single_data()
        finally:
            loader.dispose()
        return data
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise HubConfigError(f"{file}, line {line}: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise HubConfigError(f"{file} is not sound YAML: {type(error).__name__}") from None
