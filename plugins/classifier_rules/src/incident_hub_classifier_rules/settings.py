"""What can be configured: rules that are asked before the bundled ones."""

from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, IncidentType, Severity, setting

from incident_hub_classifier_rules.rules import Rule

__all__ = ["OwnRule", "Settings"]


@dataclass(frozen=True, slots=True)
class OwnRule:
    """Any of these phrases means this kind, or this severity, or both."""

    any: tuple[str, ...] = setting("Words or phrases, one of which is enough.", least=1)
    type: str | None = setting("The kind it means.", default=None, choices=tuple(IncidentType))
    severity: str | None = setting("The severity it means.", default=None, choices=tuple(Severity))
    confidence: float = setting("How sure that is.", default=0.9, least=0, most=1)

    def __post_init__(self) -> None:
        """A meaning, and phrases with something in them."""
        if self.type is None and self.severity is None:
            raise ConfigError("needs a type or a severity")
        for phrase in self.any:
            if not [letter for letter in phrase if letter.isalnum()]:
                raise ConfigError(f"{phrase!r} holds no word", "any")

    def rule(self, name: str) -> Rule:
        """The rule as it is asked."""
        kind = IncidentType(self.type) if self.type else None
        severity = Severity(self.severity) if self.severity else None
        return Rule(name, self.any, kind, severity, float(self.confidence))


@dataclass(frozen=True, slots=True)
class Settings:
    """Your own rules."""

    rules: tuple[OwnRule, ...] = setting("Rules that are asked first, in their order.", default=())

    def as_rules(self) -> tuple[Rule, ...]:
        """All of them, named by their places."""
        return tuple(one.rule(f"configured rule rules[{at}]") for at, one in enumerate(self.rules))
