"""Takes alerts as plain JSON at `/webhooks/generic`, and any JSON at slugs the configuration names."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from incident_hub_hookspecs import PluginContext, WebhookParser, hookimpl

from incident_hub_parser_generic.parser import parse_generic
from incident_hub_parser_generic.shape import PLAIN, shapes

__all__ = ["GenericPlugin", "plugin"]


class GenericPlugin:
    """Registers `generic` and one parser for each slug under `slugs`."""

    @hookimpl
    def register_webhook_parsers(self, context: PluginContext[Any]) -> Sequence[WebhookParser]:
        """The plain parser first, then the configured ones by name."""
        every = {"generic": PLAIN, **shapes(context.config)}
        return [WebhookParser(slug, partial(parse_generic, shape)) for slug, shape in every.items()]


plugin = GenericPlugin()
