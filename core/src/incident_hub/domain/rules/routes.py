"""A routing rule: on which incidents it works, and what it does to them."""

from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.settings import setting

from incident_hub.domain.conditions import ConditionError, compile_condition
from incident_hub.domain.receivers import Receiver, ReceiverError
from incident_hub.domain.rules.names import check_id

__all__ = ["Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """`condition` is CEL over the variables of `domain.conditions`; higher `priority` is asked first.

    `receivers` are told when the incident begins or comes back, by `channels` where some are named, else as each
    prefers. `escalation_policy` names what is started. `suppress` mutes the incident for as
    long as the rule stands. `then` says whether the rules behind this one are asked too.
    """

    id: str
    condition: str = "true"
    name: str = setting(default="", most=200)
    description: str = setting(default="", most=4000)
    priority: int = setting(default=0, least=-1_000_000, most=1_000_000)
    enabled: bool = True
    assign: tuple[str, ...] = setting(default=(), most=50)
    severity: str = setting(default="", choices=("", "P0", "P1", "P2", "P3", "P4"))
    tags: tuple[str, ...] = setting(default=(), most=50)
    receivers: tuple[str, ...] = setting(default=(), most=50)
    channels: tuple[str, ...] = setting(default=(), most=20)
    escalation_policy: str = setting(default="", most=128)
    suppress: bool = False
    then: str = setting(default="stop", choices=("stop", "continue"))

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, names nobody or contradicts itself."""
        check_id(self.id)
        try:
            compile_condition(self.condition)
        except ConditionError as error:
            raise ConfigError(str(error), "condition") from None
        for index, text in enumerate(self.receivers):
            try:
                Receiver.parse(text)
            except ReceiverError as error:
                raise ConfigError(str(error), f"receivers[{index}]") from None
        for name in ("assign", "tags"):
            for index, text in enumerate(getattr(self, name)):
                if not text.strip() or len(text) > 255 or not text.isprintable():
                    raise ConfigError("has 1 to 255 printable characters", f"{name}[{index}]")
        if self.suppress and (self.receivers or self.escalation_policy):
            raise ConfigError("a rule that suppresses tells nobody and starts nothing", "suppress")
        if self.channels and not self.receivers:
            raise ConfigError("names how receivers are reached; name receivers too", "channels")

    @property
    def tells(self) -> bool:
        """Whether somebody hears by it, or is kept from hearing on purpose."""
        return bool(self.receivers or self.escalation_policy or self.suppress)
