"""What was raised on one side, told to the other: the contract's own errors whole, others by name and text."""

from functools import lru_cache

from incident_hub_hookspecs import (
    ConfigError,
    DeliveryCode,
    DeliveryError,
    PayloadError,
    PluginError,
    SignatureError,
)

from incident_hub.host.isolation.wire import WireError

__all__ = ["PluginRaisedError", "rebuilt", "told"]

TEXT_LIMIT = 4000
_CODES = frozenset(DeliveryCode)
_SAYS_ONLY = {"SignatureError": SignatureError, "PluginError": PluginError}


class PluginRaisedError(Exception):
    """Something a plugin raised in its own process; the class that is raised bears the original's name."""


def told(error: BaseException) -> list[object]:
    """The error as data."""
    text = str(error)[:TEXT_LIMIT].encode("utf-8", "replace").decode()
    match error:
        case ConfigError():
            return ["ConfigError", text.removeprefix(f"{error.path}: "), error.path]
        case PayloadError():
            return ["PayloadError", error.code, text, error.path]
        case DeliveryError():
            return ["DeliveryError", text, error.retry, error.retry_after, str(error.code)]
        case SignatureError():
            return ["SignatureError", text]
        case _ if type(error) is PluginError:
            return ["PluginError", text]
        case _:
            return [type(error).__name__, text]


def rebuilt(said: object) -> Exception:
    """The error again."""
    match said:
        case ["ConfigError", str(text), str(path)]:
            return ConfigError(text, path)
        case ["PayloadError", str(code), str(text), str(path)]:
            return PayloadError(code, text, path)
        case ["DeliveryError", str(text), bool(retry), (int() | float() | None) as after, str(code)]:
            return DeliveryError(text, retry=retry, retry_after=after, code=_code(code))
        case [str(name), str(text)]:
            return _SAYS_ONLY[name](text) if name in _SAYS_ONLY else _named(name[:80])(text)
        case _:
            return WireError("an error that cannot be read")


def _code(value: str) -> DeliveryCode:
    return DeliveryCode(value) if value in _CODES else DeliveryCode.UNKNOWN_ERROR


@lru_cache(maxsize=256)
def _named(name: str) -> type[PluginRaisedError]:
    """People read `ValueError: ...` in a finding, wherever the plugin runs."""
    return type(name if name.isidentifier() else "Error", (PluginRaisedError,), {})
