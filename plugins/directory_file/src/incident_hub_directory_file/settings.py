"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Which files make the directory."""

    paths: tuple[str, ...] = setting(
        "YAML or JSON files, relative to the hub's working directory.", default=()
    )
    check_seconds: float = setting("How often a changed file is noticed.", default=5.0, least=0, most=3600)
