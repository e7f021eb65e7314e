"""Every plugin, whatever it does: how it is installed, configured and registered."""

import inspect
import re
from importlib import metadata
from typing import Any

from incident_hub_hookspecs import growth, llm, parsing, people, response, spec, triage
from incident_hub_hookspecs.testing.conformance.base import Conformance
from incident_hub_hookspecs.testing.conformance.checks import hold, instance, sequence
from incident_hub_hookspecs.testing.conformance.imports import imported_by
from incident_hub_hookspecs.testing.conformance.settings import settings_problems
from incident_hub_hookspecs.testing.conformance.stage import Stage
from incident_hub_hookspecs.testing.registering import entry_point, implementation, implementations, register

__all__ = ["PluginConformance"]

CONTRACT = "incident-hub-hookspecs"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KINDS: dict[str, type[Any]] = {
    "register_migrations": growth.Migrations,
    "register_webhook_parsers": parsing.WebhookParser,
    "register_classifiers": triage.Classifier,
    "register_enrichers": triage.Enricher,
    "register_correlators": triage.Correlator,
    "register_notifiers": response.Notifier,
    "register_playbook_actions": response.PlaybookAction,
    "register_llm_clients": llm.LlmClient,
    "register_directories": people.Directory,
    "extend_graphql": growth.GraphQLPart,
    "register_routes": growth.Route,
    "register_commands": growth.Command,
}
_HOOKS = {hook.__name__: hook for hook in spec.HOOKS}


class PluginConformance(Conformance):
    """For every plugin: give `name`, and `settings` when a key of yours has no default."""

    def test_the_name_can_be_used_everywhere(self) -> None:
        """It is the configuration key, the GraphQL field, the table prefix, the route, the CLI group."""
        hold(_NAME.fullmatch(self.name), f"the name {self.name!r} must match {_NAME.pattern}")

    def test_the_distribution_says_what_it_is(self) -> None:
        """Name, version, a summary, the Python it needs."""
        told = _distribution(self.name).metadata
        for field in ("Name", "Version", "Summary", "Requires-Python"):
            hold(field in told, f"the distribution's metadata lacks {field}: see [project] in pyproject.toml")

    def test_the_range_of_the_contract_is_declared(self) -> None:
        """With both ends, so that a hub of another time refuses the plugin instead of breaking on it."""
        dist = _distribution(self.name)
        wanted = [line for line in dist.requires or () if _canonical(line) == CONTRACT]
        hold(wanted, f"{dist.name} does not depend on {CONTRACT}")
        both = any((">=" in line and "<" in line) or "~=" in line for line in wanted)
        hold(both, f"{wanted[0]!r} needs a lower and an upper end, as in `{CONTRACT}>=0.1,<0.2`")

    def test_it_imports_the_contract_and_never_the_hub(self) -> None:
        """What it needs of the hub, the hub hands over."""
        found = sorted(name for name in imported_by(entry_point(self.name).module) if name == "incident_hub")
        hold(
            not found, "the package imports `incident_hub`; only `incident_hub_hookspecs` is promised to stay"
        )

    def test_it_implements_hooks_that_there_are(self, plugin: object) -> None:
        """At least one; each is known, takes only arguments of the spec, and wraps nobody else's."""
        found = implementations(plugin)
        hold(found, "the plugin implements no hook: mark them with `@hookimpl`")
        for name, impl in found.items():
            hold(name in _HOOKS, f"there is no hook `{name}`")
            hold(not (impl.wrapper or impl.hookwrapper), f"`{name}` is a wrapper; return your own part only")
            known = inspect.signature(_HOOKS[name]).parameters
            hold(set(impl.argnames) <= set(known), f"`{name}` takes {impl.argnames}, the spec has {[*known]}")

    def test_no_hook_lacks_its_mark(self, plugin: object) -> None:
        """A function with a hook's name and without `@hookimpl` is never called."""
        marked = implementations(plugin)
        bare = [name for name in _HOOKS if callable(getattr(plugin, name, None)) and name not in marked]
        hold(not bare, f"without `@hookimpl`: {bare}")

    def test_hooks_that_register_are_plain_functions(self, plugin: object) -> None:
        """No event loop runs yet while they are called."""
        for name, impl in implementations(plugin).items():
            waits = inspect.iscoroutinefunction(impl.function)
            hold(not waits or name in ("authorize_action", "on_event"), f"`{name}` must not be `async def`")

    def test_the_settings_are_frozen_documented_and_keep_their_secrets(self, plugin: object) -> None:
        """`register_config` returns a frozen dataclass, each key described, each secret marked."""
        wanted = implementation(plugin, "register_config")
        if wanted:
            hold(not (found := settings_problems(wanted())), "; ".join(found))

    def test_the_settings_do_not_show_their_secrets(self, plugin: object, stage: Stage) -> None:
        """Neither in `repr`, nor as text."""
        wanted = implementation(plugin, "register_config")
        settings = stage.registration.config
        hold(not wanted or isinstance(settings, wanted()), f"`settings` gives {settings!r}")
        stage.watch.look("the repr of the settings", f"{settings!r} {settings}")

    def test_what_it_registers_is_what_the_contract_says(self, plugin: object, stage: Stage) -> None:
        """Each hook a list of its kind, and nothing outside is asked while it registers."""
        for hook, given in register(plugin, stage.registration).items():
            for index, one in enumerate(sequence(given, hook)):
                instance(one, _KINDS[hook], f"{hook}: item {index}")
                stage.watch.look(f"the repr of what `{hook}` returns", repr(one))
        hold(not stage.http.sent, "the outside was asked during registration, where no loop runs")

    def test_it_registers_twice(self, plugin: object, stage: Stage) -> None:
        """Two hubs in one process get as much as one."""
        first, second = (register(plugin, stage.registration) for _ in range(2))
        counts = [{hook: len(given) for hook, given in one.items()} for one in (first, second)]
        hold(counts[0] == counts[1], f"the second registration gives {counts[1]}, the first {counts[0]}")

    def test_it_lives_more_than_once(self, stage: Stage) -> None:
        """Its lifespan, when it has one, is entered and left, and entered again."""

        async def nothing() -> None:
            return None

        for _ in range(2):
            stage.run(nothing)

    def test_it_takes_its_configuration_again(self, plugin: object, stage: Stage) -> None:
        """`reconfigure`, when it is there, takes what registration took."""
        register(plugin, stage.registration)
        again = implementation(plugin, "reconfigure")
        answer = again(context=stage.registration) if again else None
        hold(answer is None, f"`reconfigure` returns nothing, got {answer!r}")


def _distribution(name: str) -> metadata.Distribution:
    dist = entry_point(name).dist
    if dist is None:
        raise AssertionError(f"the entry point `{name}` belongs to no distribution")
    return dist


def _canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""
