"""The documents in a YAML or JSON file, without YAML's traps."""

from pathlib import Path

import yaml  # type: ignore[import-untyped]
from incident_hub_hookspecs import ConfigError

__all__ = ["read_documents"]

SIZE_LIMIT = 4 * 1024 * 1024


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
    """Refuses aliases, for a few of them can stand for billions of values."""

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)


def read_documents(path: Path) -> list[object]:
    """Every document of the file that is not empty. Raises `ConfigError` with the file and the line."""
    try:
        with path.open("rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", str(path)) from None
    if len(content) > SIZE_LIMIT:
        raise ConfigError(f"is larger than {SIZE_LIMIT} bytes", str(path))
    try:
        return [found for found in yaml.load_all(content.decode(), _PlainLoader) if found is not None]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(f"line {line}: {error.problem}", str(path)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"is not sound YAML: {type(error).__name__}", str(path)) from None
