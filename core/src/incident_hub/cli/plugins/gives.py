"""What one plugin brings, each thing by the name that people meet it under."""

from incident_hub_hookspecs import GraphQLPart

from incident_hub.host.registry import Registry
from incident_hub.storage.plugin_tables.names import table_prefix

__all__ = ["gives"]


def gives(registry: Registry, name: str) -> list[tuple[str, str]]:
    """Pairs of a kind and a name."""
    found = [
        ("webhooks", f"POST /webhooks/{slug}")
        for slug, (owner, _) in registry.parsers.items()
        if owner == name
    ]
    if name in registry.notifiers:
        found.append(("channel", name))
    found += [("action", action) for action, (owner, _) in registry.actions.items() if owner == name]
    found += [
        ("LLM client", kind.value) for kind, (owner, _) in registry.llm_clients.items() if owner == name
    ]
    found += [
        ("route", f"{', '.join(route.methods)} /-/plugins/{name}{route.path}")
        for route in registry.routes.get(name, ())
    ]
    found += [
        ("command", f"incident-hub {name} {command.name}: {command.help}")
        for command in registry.commands.get(name, ())
    ]
    found += _graphql(registry.graphql.get(name), name)
    if migrations := registry.migrations.get(name):
        found.append(("tables", f"{table_prefix(name)}_..., by the migrations in {migrations.folder}"))
    return found


def _graphql(part: GraphQLPart | None, name: str) -> list[tuple[str, str]]:
    if part is None:
        return []
    from incident_hub.api.graphql.plugins.names import root_field  # noqa: PLC0415 - the schema is built by now

    field = root_field(name)
    kinds = {"query": part.query, "mutation": part.mutation, "subscription": part.subscription}
    found = [("GraphQL", f"{kind} {{ {field} }}") for kind, one in kinds.items() if one is not None]
    return [*found, ("GraphQL", f"Incident.{field}")] if part.incident is not None else found
