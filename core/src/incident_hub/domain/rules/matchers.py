"""Conditions on labels as rules write them, in Alertmanager's words."""

from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError

from incident_hub.domain.patterns import UnsafePatternError, check_pattern

__all__ = ["MatcherSetting", "check_matchers"]

_MOST = 64
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class MatcherSetting:
    """`name` is a label; `source` and `title` are like labels. An absent label counts as empty."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, or takes too long to answer."""
        if not 1 <= len(self.name) <= 256:
            raise ConfigError("a matcher's name has 1 to 256 characters", "name")
        if len(self.value) > _LONGEST or "\0" in self.name + self.value:
            raise ConfigError(f"a value has at most {_LONGEST} characters, none of them NUL", "value")
        if self.is_regex:
            try:
                check_pattern(self.value)
            except UnsafePatternError as error:
                raise ConfigError(str(error), "value") from None


def check_matchers(matchers: tuple[MatcherSetting, ...], path: str) -> None:
    """Raise `ConfigError` unless there are some, and not all of them hold for everything."""
    if not 1 <= len(matchers) <= _MOST:
        raise ConfigError(f"needs 1 to {_MOST} matchers", path)
    if all(one.is_equal and not one.is_regex and not one.value for one in matchers):
        raise ConfigError("at least one matcher must not match the empty string", path)
