"""Everything the plugins registered, and what became of each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incident_hub_hookspecs import (
    Classifier,
    Correlator,
    Enricher,
    Notifier,
    PlaybookAction,
    PluginContext,
    WebhookParser,
)

from incident_hub.host.status import PluginRecord

__all__ = ["Contribution", "Registry"]


@dataclass(slots=True)
class Contribution:
    """What one plugin returned from its hooks, checked, before the hub takes any of it."""

    parsers: list[WebhookParser] = field(default_factory=list)
    classifiers: list[Classifier] = field(default_factory=list)
    enrichers: list[Enricher] = field(default_factory=list)
    correlators: list[Correlator] = field(default_factory=list)
    notifiers: list[Notifier] = field(default_factory=list)
    actions: list[PlaybookAction] = field(default_factory=list)


@dataclass(slots=True)
class Registry:
    """Filled once at start. Every plugin that was found has a record; the serving ones have the rest."""

    records: dict[str, PluginRecord] = field(default_factory=dict)
    contexts: dict[str, PluginContext] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    parsers: dict[str, tuple[str, WebhookParser]] = field(default_factory=dict)
    classifiers: list[tuple[str, Classifier]] = field(default_factory=list)
    enrichers: list[tuple[str, Enricher]] = field(default_factory=list)
    correlators: list[tuple[str, Correlator]] = field(default_factory=list)
    notifiers: dict[str, Notifier] = field(default_factory=dict)
    actions: dict[str, PlaybookAction] = field(default_factory=dict)

    def taken_slug(self, given: Contribution) -> tuple[str, PluginRecord] | None:
        """The first slug that another plugin has already, with that plugin's record."""
        for parser in given.parsers:
            if owner := self.parsers.get(parser.slug):
                return parser.slug, self.records[owner[0]]
        return None

    def take(self, context: PluginContext, given: Contribution, rate: float | None) -> None:
        """Add all that one plugin brings."""
        name = context.name
        self.contexts[name] = context
        if rate is not None:
            self.rates[name] = rate
        self.parsers.update((parser.slug, (name, parser)) for parser in given.parsers)
        self.classifiers.extend((name, one) for one in given.classifiers)
        self.enrichers.extend((name, one) for one in given.enrichers)
        self.correlators.extend((name, one) for one in given.correlators)
        self.notifiers.update((name, one) for one in given.notifiers)
        self.actions.update((name, one) for one in given.actions)

    def options(self, name: str) -> Mapping[str, object]:
        """The configuration that a serving plugin was given."""
        return self.contexts[name].config
