"""A directory in a file: people, teams, services, and who is on call."""

from collections.abc import Sequence

from incident_hub_hookspecs import Directory, PluginContext, hookimpl

from incident_hub_directory_file.directory import FileDirectory
from incident_hub_directory_file.settings import Settings

__all__ = ["FileDirectory", "FileDirectoryPlugin", "Settings", "plugin"]


class FileDirectoryPlugin:
    """Registers the directory when it has a file to read."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Which files, and how often to look."""
        return Settings

    @hookimpl
    def register_directories(self, context: PluginContext[Settings]) -> Sequence[Directory]:
        """The directory; what is wrong in the files at the start keeps the plugin from starting."""
        return [FileDirectory(context)] if context.config.paths else []


plugin = FileDirectoryPlugin()
