"""The hooks. A plugin implements any of them, and needs none in particular.

The hub finds a plugin by its entry point in the group `incident_hub.plugins`; the entry point may lead to
a module, or to an object with the hooks as methods. The entry point's name is the plugin's one name: in
the configuration, in findings, in metrics, in GraphQL. An implementation may take fewer arguments than
the spec names. Hooks called `register_*` run once, while the hub starts, in the order of this page,
without an event loop; they return data and objects that the hub calls later. The others run while it
works. A hook that raises, or returns something else than is said here, ends as a named status of that
plugin (`incident-hub plugins list`), and the hub goes on without it.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pluggy

from incident_hub_hookspecs.context import CallContext, PluginContext
from incident_hub_hookspecs.growth import Command, GraphQLPart, Migrations, Route
from incident_hub_hookspecs.llm import LlmClient
from incident_hub_hookspecs.parsing import WebhookParser
from incident_hub_hookspecs.people import Directory
from incident_hub_hookspecs.response import ActionRequest, Notifier, PlaybookAction, Verdict
from incident_hub_hookspecs.timeline import TimelineEvent
from incident_hub_hookspecs.triage import Classifier, Correlator, Enricher

__all__ = ["ENTRY_POINT_GROUP", "HOOKS", "PROJECT", "hookimpl", "hookspec"]

PROJECT = "incident_hub"
ENTRY_POINT_GROUP = "incident_hub.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_config() -> type[Any]:  # type: ignore[empty-body]
    """Return the frozen dataclass that `plugins.<name>` of the configuration becomes.

    Runs first of all hooks. The hub builds the dataclass (see `settings`) and gives it to every later hook
    as `context.config`. What cannot be built makes the plugin `misconfigured`, with the path of the key.
    Without this hook `context.config` is the mapping as it stands. Since 0.1.

    Example: `return Settings`, where `Settings` has a field `url: str = setting("Where to ask.")`.
    """


@hookspec
def register_migrations(context: PluginContext[Any]) -> Migrations:  # type: ignore[empty-body]
    """Return the folder of the plugin's alembic migrations.

    The hub brings the plugin's tables forward after its own (`incident-hub db upgrade`, or at the start on the
    embedded database). A chain that fails, or is not at its end on another database, makes the plugin
    `failed`. Its tables are used through `context.tables`. Since 0.1.

    Example: `return Migrations(Path(__file__).parent / "migrations")`.
    """


@hookspec
def register_webhook_parsers(context: PluginContext[Any]) -> Sequence[WebhookParser]:  # type: ignore[empty-body]
    """Return the parsers for `POST /webhooks/{slug}`.

    A parser runs in the request, on the event loop, so it must not block. Two plugins that claim one
    slug: the later one by name is refused and its status says so. Since 0.1.

    Example: `return [WebhookParser("my-tool", parse)]`.
    """


@hookspec
def register_classifiers(context: PluginContext[Any]) -> Sequence[Classifier]:  # type: ignore[empty-body]
    """Return classifiers, triage stage 1.

    They are asked together, in batches; the answer with the highest confidence counts, and every
    answer is kept as a finding. One that has the method `learn` too (`Learner`) hears what people
    correct. Deadline: `triage.deadline_seconds`, 10 s by default. Since 0.1.

    Example: `return [KeywordClassifier(context.config.words)]`.
    """


@hookspec
def register_enrichers(context: PluginContext[Any]) -> Sequence[Enricher]:  # type: ignore[empty-body]
    """Return enrichers, triage stage 2.

    They are asked together; each answer is kept as a finding under the plugin's name, and none can
    change the incident. One that has the method `cache_key` too (`CachedEnricher`) is asked once for the
    incidents that share an answer. Triage goes on after `triage.enrichment.wait_seconds`, 2 s by default;
    what comes later is added as an event. Deadline: `triage.enrichment.late_seconds`, 60 s by default.
    Since 0.1.

    Example: `return [OwnerEnricher()]`.
    """


@hookspec
def register_correlators(context: PluginContext[Any]) -> Sequence[Correlator]:  # type: ignore[empty-body]
    """Return correlators, triage stage 3.

    They get the candidates of the time window; the hub checks ids and scores, keeps the links and
    places incidents into groups. Deadline as for classifiers. Since 0.1.

    Example: `return [SameModelCorrelator()]`.
    """


@hookspec
def register_notifiers(context: PluginContext[Any]) -> Sequence[Notifier]:  # type: ignore[empty-body]
    """Return at most one notifier; the plugin's name is the channel's name in `notify` targets.

    Called by a durable intent. The hub retries what raises `DeliveryError(retry=True)` with backoff,
    under the same key. Deadline: `notify.deadline_seconds`, 30 s by default. Since 0.1.

    Example: `return [PagerNotifier(context.config.url)]`.
    """


@hookspec
def register_playbook_actions(context: PluginContext[Any]) -> Sequence[PlaybookAction]:  # type: ignore[empty-body]
    """Return actions that playbooks and people can run; their names must differ.

    Called by a durable intent. An action that is not idempotent and whose end is unknown is not run
    again. Deadline: `actions.deadline_seconds`, 60 s by default. Since 0.1.

    Example: `return [Restart(), RollBack()]`.
    """


@hookspec
def register_llm_clients(context: PluginContext[Any]) -> Sequence[LlmClient]:  # type: ignore[empty-body]
    """Return clients of Sentinel, Shield, Edge-Agent or Governance, at most one of each kind.

    Called by triage, by response and by GraphQL. Two plugins that bring one kind: the later one by name
    is refused and its status says so. Since 0.1.

    Example: `return [LlmClient(LlmKind.SHIELD, ShieldOverHttp(context.config))]`.
    """


@hookspec
def register_directories(context: PluginContext[Any]) -> Sequence[Directory]:  # type: ignore[empty-body]
    """Return at most one directory: who is on call, who is in a team, what a service is.

    Asked by response and, as `context.directory`, by every other plugin, in the order of plugins' names
    until one knows the answer. Answers are kept for `directories.cache_seconds`, 30 s by default.
    Deadline: `directories.deadline_seconds`, 5 s by default. Since 0.1.

    Example: `return [LdapDirectory(context.config.server)]`.
    """


@hookspec
def extend_graphql(context: PluginContext[Any]) -> GraphQLPart:  # type: ignore[empty-body]
    """Return the plugin's part of the GraphQL schema.

    Runs once at the start of a process that answers requests, so not in `incident-hub worker`. Names that
    clash are found before the schema is built and make this plugin `failed`; so does a part that does not
    build. Not for a plugin in a process of its own. Since 0.1.

    Example: `return GraphQLPart(query=GeoQuery)`, which answers `{ geo { ... } }` for the plugin `geo`.
    """


@hookspec
def register_routes(context: PluginContext[Any]) -> Sequence[Route]:  # type: ignore[empty-body]
    """Return HTTP routes; they are served under `/-/plugins/<name>/`.

    Runs once at the start of a process that answers requests. Endpoints run on the event loop with the
    deadline `plugin_calls.deadline_seconds`, 10 s by default, and a body of at most
    `intake.max_body_bytes`. Since 0.1.

    Example: `return [Route("/sites/{site}", show_site)]`.
    """


@hookspec
def register_commands(context: PluginContext[Any]) -> Sequence[Command]:  # type: ignore[empty-body]
    """Return commands; they are run as `incident-hub <plugin> <name> ...`.

    Runs only when somebody types the plugin's name behind `incident-hub`. Since 0.1.

    Example: `return [Command("sync", "Fetch the catalog.", sync)]`.
    """


@hookspec
def lifespan(context: PluginContext[Any]) -> AbstractAsyncContextManager[None]:  # type: ignore[empty-body]
    """Return an async context manager around the hub's life, as `contextlib.asynccontextmanager` makes it.

    Entered in the order of plugins' names once the database is ready and before the doors open, left in
    the reverse order. Entering has the deadline `plugin_calls.start_seconds`, 10 s by default; a plugin
    that fails to enter is `failed` and nothing else of it is called. Since 0.1.

    Example: an async generator function that opens a connection, yields, and closes it.
    """


@hookspec
def reconfigure(context: PluginContext[Any]) -> None:
    """Take a changed configuration without a restart.

    Runs when the hub reads its configuration again (SIGHUP, `incident-hub plugins reload`) and this
    plugin's part differs. `context` is as for registration, with the new `config`; the objects that the
    plugin registered stay. When it raises, the plugin goes on with the old configuration and its status
    says so. A plugin without this hook keeps the old one until the next start. Since 0.1.

    Example: `self.threshold = context.config.threshold`.
    """


@hookspec
async def authorize_action(request: ActionRequest, context: CallContext) -> Verdict:  # type: ignore[empty-body]
    """Say whether an action may run.

    Runs before every action, dry runs too, once for each plugin that has this hook, together. The strictest
    verdict counts: deny, then needs approval, then allow. An error, or no answer within
    `actions.authorize_seconds`, 5 s by default, is a denial; so is a plugin with this hook that is `failed`
    or `misconfigured`. What may not run now is not run; the timeline says so, and who said it. Since 0.1.

    Example: `return Verdict(Decision.DENY, "frozen until Monday")`.
    """


@hookspec
async def on_event(events: Sequence[TimelineEvent], context: CallContext) -> bool | None:
    """Hear of what happened: every event of the timeline, in batches of at most 500, in order of cursors.

    Runs soon after the commit, in one process at a time, at least once for each event: the hub keeps the
    plugin's place and calls again from there after an error or a crash, later each time and with fewer
    events. A plugin's place is first the end of the timeline, or its beginning for those named in
    `event_sinks.from_beginning`. Return False while none is wanted, because nothing is configured, say:
    the hub then leaves out what happened so far and asks again some seconds later. Deadline:
    `plugin_calls.deadline_seconds`, 10 s by default. Since 0.1.

    Example: append each event as a line to a file.
    """


HOOKS = (
    register_config,
    register_migrations,
    register_webhook_parsers,
    register_classifiers,
    register_enrichers,
    register_correlators,
    register_notifiers,
    register_playbook_actions,
    register_llm_clients,
    register_directories,
    extend_graphql,
    register_routes,
    register_commands,
    lifespan,
    reconfigure,
    authorize_action,
    on_event,
)
