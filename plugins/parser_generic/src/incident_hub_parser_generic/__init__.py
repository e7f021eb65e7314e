"""Takes alerts as plain JSON at `/webhooks/generic`, and any JSON at slugs the configuration names."""

from collections.abc import Sequence
from functools import partial

from incident_hub_hookspecs import PluginContext, Severity, WebhookParser, hookimpl

from incident_hub_parser_generic.parser import parse_generic
from incident_hub_parser_generic.settings import Sender, Settings
from incident_hub_parser_generic.shape import PLAIN, Path, Shape

__all__ = ["GenericPlugin", "Sender", "Settings", "plugin"]


class GenericPlugin:
    """Registers `generic` and one parser for each slug under `slugs`."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Senders with a shape of their own."""
        return Settings

    @hookimpl
    def register_webhook_parsers(self, context: PluginContext[Settings]) -> Sequence[WebhookParser]:
        """The plain parser first, then the configured ones by name."""
        own = {slug: _shape(slug, sender) for slug, sender in sorted(context.config.slugs.items())}
        every = {"generic": PLAIN, **own}
        return [WebhookParser(slug, partial(parse_generic, shape)) for slug, shape in every.items()]


def _shape(slug: str, sender: Sender) -> Shape:
    """The sender's settings as the parser follows them."""
    return Shape(
        source=sender.source or slug,
        items=_steps(sender.items) if sender.items else (),
        fields={name: _steps(path) for name, path in sender.fields.items()},
        severities={word.lower(): Severity(level) for word, level in sender.severities.items()},
        stateful=sender.stateful,
    )


def _steps(path: str) -> Path:
    return tuple(path.split("."))


plugin = GenericPlugin()
