"""Says the severity of an incident by a model that learns from people's corrections."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from incident_hub_hookspecs import (
    Classifier,
    Command,
    GraphQLPart,
    Migrations,
    PluginContext,
    hookimpl,
)

from incident_hub_classifier_model.classifier import ModelClassifier
from incident_hub_classifier_model.commands import commands
from incident_hub_classifier_model.desk import Desk
from incident_hub_classifier_model.settings import Settings

__all__ = ["ModelPlugin", "Settings", "plugin"]


class ModelPlugin:
    """One desk for each hub: the loaded version is shared by all that the plugin adds to it."""

    def __init__(self) -> None:
        self._desks: dict[int, Desk] = {}

    @hookimpl
    def register_config(self) -> type[Settings]:
        """How it learns."""
        return Settings

    @hookimpl
    def register_migrations(self) -> Migrations:
        """The tables `classifier_model_...`."""
        return Migrations(Path(__file__).parent / "migrations")

    @hookimpl
    def register_classifiers(self, context: PluginContext[Settings]) -> Sequence[Classifier]:
        """The one classifier, which learns."""
        desk = self._desk(context)
        return [ModelClassifier(desk.serving, desk.trainer, desk.settings)]

    @hookimpl
    def extend_graphql(self, context: PluginContext[Settings]) -> GraphQLPart:
        """`{ classifierModel { versions } }`, and mutations that promote, roll back and retrain."""
        from incident_hub_classifier_model.part import graphql_part  # noqa: PLC0415 - loads strawberry

        return graphql_part(self._desk(context))

    @hookimpl
    def register_commands(self, context: PluginContext[Settings]) -> Sequence[Command]:
        """`incident-hub classifier_model versions` and more."""
        return commands(self._desk(context))

    @hookimpl
    def lifespan(self, context: PluginContext[Settings]) -> AbstractAsyncContextManager[None]:
        """Load early when that is wanted; leave no task behind."""
        return self._life(self._desk(context))

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """The next retraining, and the next look, are by the new configuration."""
        self._desk(context).take(context.config)

    @asynccontextmanager
    async def _life(self, desk: Desk) -> AsyncIterator[None]:
        if desk.settings().preload:
            desk.serving.refresh()
        try:
            yield
        finally:
            await desk.close()

    def _desk(self, context: PluginContext[Settings]) -> Desk:
        """A hub gives its own tables to all hooks of a plugin, and so is known by them."""
        return self._desks.setdefault(id(context.tables), Desk(context))


plugin = ModelPlugin()
