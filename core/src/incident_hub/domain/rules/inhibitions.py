"""An inhibition: while one problem burns, others that it explains are mute."""

from dataclasses import dataclass

from incident_hub_hookspecs.settings import setting

from incident_hub.domain.rules.matchers import MatcherSetting, check_matchers
from incident_hub.domain.rules.names import check_id

__all__ = ["Inhibition"]


@dataclass(frozen=True, slots=True)
class Inhibition:
    """An active incident that `source` matches mutes those that `target` matches, if `equal` labels are equal.

    With `within_group` the source is the likely cause of the target's group; without a `source` every such cause
    is one. An incident never mutes itself, and one that is mute itself mutes nobody.
    """

    id: str
    source: tuple[MatcherSetting, ...] = ()
    target: tuple[MatcherSetting, ...] = ()
    equal: tuple[str, ...] = setting(default=(), most=50)
    within_group: bool = False
    name: str = setting(default="", most=200)
    description: str = setting(default="", most=4000)
    enabled: bool = True

    def __post_init__(self) -> None:
        """Refuse what would mute everything."""
        check_id(self.id)
        if not self.within_group or self.source:
            check_matchers(self.source, "source")
        if not self.within_group or self.target:
            check_matchers(self.target, "target")
