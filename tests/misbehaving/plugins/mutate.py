"""Writes to all that it is handed, and tells what of that it could."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import CallContext, Enrichment, Incident, PluginContext, hookimpl


def attempts(incidents: Any, one: Any, context: Any) -> dict[str, Callable[[], object]]:  # noqa: ANN401
    nested = context.plugin.config["nested"]
    return {
        "title": lambda: setattr(one, "title", "changed"),
        "labels": lambda: one.labels.update(owner="changed"),
        "label": lambda: one.labels.__setitem__("owner", "changed"),
        "no label": lambda: one.labels.__delitem__("owner"),
        "annotations": lambda: one.annotations.clear(),  # noqa: PLW0108
        "identity": lambda: setattr(one.llm, "model", "changed"),
        "resources": lambda: one.resources.append("changed"),
        "incidents": lambda: incidents.clear(),  # noqa: PLW0108
        "deadline": lambda: setattr(context, "deadline_seconds", 3600),
        "http": lambda: setattr(context.plugin, "http", None),
        "config": lambda: context.plugin.config.__setitem__("nested", 1),
        "nested config": lambda: nested["list"].append(3),
        "deep config": lambda: nested["list"][0].__setitem__("a", 2),
    }


class Writes:
    async def enrich(self, incidents: Sequence[Incident], context: CallContext) -> Sequence[Enrichment]:
        return [Enrichment("tried", {"changed": written(incidents, one, context)}) for one in incidents]


def written(incidents: Sequence[Incident], one: Incident, context: CallContext) -> list[str]:
    done = []
    for name, attempt in attempts(incidents, one, context).items():
        try:
            attempt()
        except (TypeError, AttributeError):
            continue
        done.append(name)
    return done


@hookimpl
def register_enrichers(context: PluginContext[Mapping[str, Any]]) -> list[Writes]:
    return [Writes()]
