"""Plugins in processes of their own, as the loader takes them: started together, then asked one by one."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from incident_hub_hookspecs import Clock, ConfigError, HttpClient

from incident_hub.host.isolation.questions import Questions
from incident_hub.host.isolation.remotes import contribution
from incident_hub.host.isolation.settings import IsolationSettings
from incident_hub.host.isolation.shape import Order
from incident_hub.host.isolation.spawn import Child, start
from incident_hub.host.isolation.supervisor import Supervisor
from incident_hub.host.isolation.wire import WireError
from incident_hub.host.registry import Contribution
from incident_hub.host.status import PluginRecord

__all__ = ["Nursery"]


@dataclass(slots=True)
class Nursery:
    """The children that were started and have not been asked yet what they registered.

    All share `start_seconds`, counted from when the first was started: one that hangs delays nobody's
    start by more.
    """

    clock: Clock
    start_seconds: float
    _started: dict[str, tuple[Order, Child]] = field(default_factory=dict)
    _deadline: float = 0.0

    def start(self, name: str, target: str, options: Mapping[str, object], wanted: IsolationSettings) -> None:
        """Begin to load a plugin; its neighbours need not wait. Raises `ConfigError`."""
        self._deadline = self._deadline or time.monotonic() + self.start_seconds
        level = logging.getLogger(f"incident_hub.plugins.{name}").getEffectiveLevel()
        anchor = round(self.clock.now().timestamp() * 1e9) - time.monotonic_ns()
        order = Order(name, target, options, wanted.memory_mb, level, anchor)
        try:
            self._started[name] = order, start(order)
        except WireError as error:
            raise ConfigError(str(error), f"plugins.{name}") from None

    def __contains__(self, name: object) -> bool:
        """Whether this plugin was started and not taken yet."""
        return name in self._started

    def take(self, record: PluginRecord, http: HttpClient) -> Contribution:
        """What a plugin that was started has registered; `http` is its way out. Raises what it raised."""
        order, child = self._started.pop(record.name)
        try:
            shape = child.shape(self._deadline)
        except TimeoutError:
            child.end()
            raise TimeoutError(f"it did not register within {self.start_seconds:g} s") from None
        except BaseException:
            child.end()
            raise
        record.hooks = shape.hooks
        supervisor = Supervisor(order, child, shape, Questions(http), record, self.start_seconds)
        return contribution(supervisor, shape)
