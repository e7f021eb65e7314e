"""Takes CloudEvents at `/webhooks/{{ cookiecutter.name }}`."""

from collections.abc import Sequence

from incident_hub_hookspecs import PluginContext, WebhookParser, hookimpl

from {{ cookiecutter.__package }}.webhook import Settings, parse_events, signature_check

__all__ = ["Settings", "parse_events", "signature_check"]


@hookimpl
def register_config() -> type[Settings]:
    """What may stand under `plugins.{{ cookiecutter.__plugin }}` of the hub's configuration."""
    return Settings


@hookimpl
def register_webhook_parsers(context: PluginContext[Settings]) -> Sequence[WebhookParser]:
    """The one parser; with a secret configured, an unsigned request is refused."""
    verify = signature_check(context.config.secret) if context.config.secret else None
    return [WebhookParser("{{ cookiecutter.name }}", parse_events, verify)]
