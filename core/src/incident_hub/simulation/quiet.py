"""Plugins that only think: what would act on the world outside is taken out of a throw-away hub."""

from incident_hub_hookspecs import CallContext, Notification, Receipt

from incident_hub.host.registry import Registry

__all__ = ["silence"]

_ACTING = ("on_event", "authorize_action")


class _Collected:
    """A notifier that sends nothing: what it is given stays in the timeline of the throw-away hub."""

    async def send(self, notification: Notification, context: CallContext) -> Receipt:  # noqa: ARG002
        return Receipt()


def silence(registry: Registry) -> None:
    """Leave classifiers, enrichers, correlators and directories as they are, and nothing else that acts.

    A lifespan is entered only for those: another plugin's may open a port or a connection.
    """
    thinking = {name for stage in _stages(registry) for name, _ in stage} | registry.directories.keys()
    for hook in _ACTING:
        registry.hooks.pop(hook, None)
    lifespans = registry.hooks.get("lifespan", {})
    for name in lifespans.keys() - thinking:
        del lifespans[name]
    for name in registry.notifiers:
        registry.notifiers[name] = _Collected()
    for parts in (registry.actions, registry.parsers, registry.graphql, registry.routes, registry.rates):
        parts.clear()


def _stages(registry: Registry) -> tuple[list[tuple[str, object]], ...]:
    return (list(registry.classifiers), list(registry.enrichers), list(registry.correlators))
