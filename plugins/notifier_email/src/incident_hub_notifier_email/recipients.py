"""Who gets a mail: `to` and `cc` of a target."""

from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub_hookspecs import ConfigError, DeliveryError

from incident_hub_notifier_email.settings import address

__all__ = ["Recipients", "recipients_of"]

_MOST = 100


@dataclass(frozen=True, slots=True)
class Recipients:
    """Bare addresses; nobody stands there twice."""

    to: tuple[str, ...]
    cc: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Everybody, once."""
        return (*self.to, *self.cc)


def recipients_of(target: Mapping[str, object]) -> Recipients:
    """Read the target; one address that is none is an error that no other try can mend."""
    to = _addresses(target, "to")
    cc = tuple(one for one in _addresses(target, "cc") if one not in to)
    if not to:
        raise DeliveryError("the target has no `to`", retry=False)
    if len(to) + len(cc) > _MOST:
        raise DeliveryError(f"the target has over {_MOST} recipients", retry=False)
    return Recipients(to, cc)


def _addresses(target: Mapping[str, object], key: str) -> tuple[str, ...]:
    given = target.get(key, ())
    items = (given,) if isinstance(given, str) else given
    if not isinstance(items, list | tuple) or not all(isinstance(one, str) for one in items):
        raise DeliveryError(f"the target's {key} is neither an address nor a list of them", retry=False)
    try:
        return tuple(dict.fromkeys(address(one, key) for one in items))
    except ConfigError as error:
        raise DeliveryError(f"the target's {error}", retry=False) from error
