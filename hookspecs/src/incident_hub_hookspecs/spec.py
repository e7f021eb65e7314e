"""The hooks. A plugin implements any of them; each runs once, while the hub starts.

The hub finds a plugin by its entry point in the group `incident_hub.plugins`. The entry point's name
is the plugin's one name: in the configuration, in findings, in metrics. It calls each `register_*`
hook with the plugin's own context and keeps what comes back. An implementation may take fewer
arguments than the spec names. A hook that raises, or returns something else than is said here, ends
as a named status of that plugin (`incident-hub plugins list`); the hub starts without it.
"""

from collections.abc import Sequence

import pluggy

from incident_hub_hookspecs.context import PluginContext
from incident_hub_hookspecs.parsing import WebhookParser
from incident_hub_hookspecs.response import Notifier, PlaybookAction
from incident_hub_hookspecs.triage import Classifier, Correlator, Enricher

__all__ = ["ENTRY_POINT_GROUP", "HOOKS", "PROJECT", "hookimpl", "hookspec"]

PROJECT = "incident_hub"
ENTRY_POINT_GROUP = "incident_hub.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_webhook_parsers(context: PluginContext) -> Sequence[WebhookParser]:  # type: ignore[empty-body]
    """Return the parsers for `POST /webhooks/{slug}`.

    A parser runs in the request, on the event loop, so it must not block. Two plugins that claim one
    slug: the later one by name is refused and its status says so. Since 0.1.
    """


@hookspec
def register_classifiers(context: PluginContext) -> Sequence[Classifier]:  # type: ignore[empty-body]
    """Return classifiers, triage stage 1.

    They are asked together, in batches; the answer with the highest confidence counts, and every
    answer is kept as a finding. Deadline: `triage.deadline_seconds`, 10 s by default. Since 0.1.
    """


@hookspec
def register_enrichers(context: PluginContext) -> Sequence[Enricher]:  # type: ignore[empty-body]
    """Return enrichers, triage stage 2.

    They are asked together; each answer is kept as a finding under the plugin's name, and none can
    change the incident. Deadline as for classifiers. Since 0.1.
    """


@hookspec
def register_correlators(context: PluginContext) -> Sequence[Correlator]:  # type: ignore[empty-body]
    """Return correlators, triage stage 3.

    They get the candidates of the time window; the hub checks ids and scores, keeps the links and
    places incidents into groups. Deadline as for classifiers. Since 0.1.
    """


@hookspec
def register_notifiers(context: PluginContext) -> Sequence[Notifier]:  # type: ignore[empty-body]
    """Return at most one notifier; the plugin's name is the channel's name in `notify` targets.

    Called by a durable intent. The hub retries what raises `DeliveryError(retry=True)` with backoff,
    under the same key. Deadline: `notify.deadline_seconds`, 30 s by default. Since 0.1.
    """


@hookspec
def register_playbook_actions(context: PluginContext) -> Sequence[PlaybookAction]:  # type: ignore[empty-body]
    """Return at most one action; the plugin's name is the action's name.

    Called by a durable intent. An action that is not idempotent and whose end is unknown is not run
    again. Deadline: `actions.deadline_seconds`, 60 s by default. Since 0.1.
    """


HOOKS = (
    register_webhook_parsers,
    register_classifiers,
    register_enrichers,
    register_correlators,
    register_notifiers,
    register_playbook_actions,
)
