"""What can be configured."""

from dataclasses import dataclass

from incident_hub_hookspecs import setting

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Which file, and when it is put aside."""

    path: str = setting(
        "The file, relative to the hub's working directory; without one no event is written.", default=""
    )
    max_bytes: int = setting(
        "A file that would grow beyond so many bytes is put aside as `<path>.1`.",
        default=100 * 1024 * 1024,
        least=4096,
    )
    keep: int = setting("How many files that were put aside are kept.", default=10, least=1, most=1000)
