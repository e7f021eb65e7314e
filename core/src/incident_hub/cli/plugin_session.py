"""One plugin, loaded for one of its commands: configured, with its tables and its way out."""

import logging
from dataclasses import replace
from pathlib import Path

from incident_hub_hookspecs import Command, PluginError

from incident_hub.cli.brief import BriefDatabase, BriefHttp
from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.looking import not_apart
from incident_hub.cli.settings import load_config, run_async
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.contributions import DOORS
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.storage.migrate import check, upgrade
from incident_hub.storage.plugin_tables.opening import open_doors
from incident_hub.storage.plugin_tables.tables import TableDoors

__all__ = ["PluginSession"]


class PluginSession:
    """Raises `CommandError` with the plugin's status when it does not serve, or has no commands."""

    def __init__(self, plugin: str, config_file: Path | None) -> None:
        self.plugin = plugin
        config = load_config(config_file)
        self._strict = config.strict_plugins
        if not self._strict:  # what went wrong is told in one line
            logging.getLogger("incident_hub.host").addHandler(logging.NullHandler())
            logging.getLogger("incident_hub.storage").addHandler(logging.NullHandler())
        self._database = BriefDatabase(config)
        self._doors = TableDoors(self._database, config.plugin_calls.deadline_seconds)
        handed = Handed(HubClock(), BriefHttp(), self._doors)
        self._registry = load_plugins(_only(config, plugin), handed, without=DOORS)
        self._insist()
        self.commands: dict[str, Command] = {one.name: one for one in self._registry.commands.get(plugin, ())}
        if not self.commands:
            raise CommandError(f"the plugin {plugin} adds no commands")

    def prepare(self) -> None:
        """Bring the plugin's tables forward, as a hub that starts does, or say what keeps them from it."""
        if not self._registry.migrations:
            return
        run_async(self._open_tables())
        self._insist()

    async def _open_tables(self) -> None:
        await (upgrade if self._database.dialect == "sqlite" else check)(self._database)
        await open_doors(self._database, self._registry, self._doors)

    def failure(self, command: str, error: BaseException) -> BaseException:
        """What to raise for what a command raised: one line, or in strict mode the error as it is."""
        if self._strict:
            return error
        kind = "" if isinstance(error, PluginError) else f"{type(error).__name__}: "
        return CommandError(f"{self.plugin} {command}: {kind}{' '.join(str(error).split())}")

    def _insist(self) -> None:
        record = self._registry.records[self.plugin]
        if not record.serving:
            raise CommandError(f"the plugin {self.plugin} is {record.status}: {record.reason}; {record.mend}")


def _only(config: HubConfig, plugin: str) -> HubConfig:
    """The configuration with every other plugin left out; the command is a process of its own already."""
    allowed = config.plugins_allow is None or plugin in config.plugins_allow
    chosen = replace(config, plugins_allow=(plugin,) if allowed else (), strict_plugins=False)
    return not_apart(chosen)
