"""What is wrong with one thing that a plugin registered, in words; nothing when it is sound."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from incident_hub_hookspecs import (
    Command,
    GraphQLPart,
    IncidentPart,
    LlmClient,
    LlmKind,
    Migrations,
    PlaybookAction,
    Route,
    WebhookParser,
)
from incident_hub_hookspecs.llm import EdgeAgentClient, GovernanceClient, SentinelClient, ShieldClient

__all__ = ["problem_of"]

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
COMMAND = re.compile(r"[a-z][a-z0-9-]{0,31}")
ACTION = re.compile(r"[a-z0-9_]{0,64}")
PATH = re.compile(r"(/([A-Za-z0-9._~-]+|\{[a-z_]+\}))+/?|/")
PARAM = re.compile(r"\{([a-z_]+)\}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_CLIENTS = {
    LlmKind.SENTINEL: SentinelClient,
    LlmKind.SHIELD: ShieldClient,
    LlmKind.EDGE_AGENT: EdgeAgentClient,
    LlmKind.GOVERNANCE: GovernanceClient,
}


def problem_of(kind: type[Any], one: object) -> str:
    """Why `one` is not what the contract calls a `kind`; empty when it is."""
    if inspect.isclass(one):
        return f"expected a {kind.__name__}, got the class {one.__name__} itself"
    if not isinstance(one, kind):
        return f"expected a {kind.__name__}, got {type(one).__name__}{_missing(kind, one)}"
    check = _CHECKS.get(kind)
    return check(one) if check else ""


def _missing(kind: type[Any], one: object) -> str:
    wanted = sorted(name for name in vars(kind) if not name.startswith("_") and not hasattr(one, name))
    return f" without {', '.join(f'`{name}`' for name in wanted)}" if wanted else ""


def _parser_problem(parser: WebhookParser) -> str:
    if not isinstance(parser.slug, str) or not SLUG.fullmatch(parser.slug):
        return f"the slug {parser.slug!r} must match {SLUG.pattern}"
    return _plain_function("parse", parser.parse) or (
        "" if parser.verify is None else _plain_function("verify", parser.verify)
    )


def _action_problem(action: PlaybookAction) -> str:
    if not isinstance(action.name, str) or not ACTION.fullmatch(action.name):
        return f"the name {action.name!r} must match {ACTION.pattern}"
    return ""


def _client_problem(client: LlmClient) -> str:
    if client.kind not in _CLIENTS:
        return f"the kind {client.kind!r} is no LlmKind"
    problem = problem_of(_CLIENTS[client.kind], client.client)
    return f"its client: {problem}" if problem else ""


def _route_problem(route: Route) -> str:
    if not isinstance(route.path, str) or not PATH.fullmatch(route.path):
        return f"the path {route.path!r} must match {PATH.pattern}"
    names = PARAM.findall(route.path)
    if len(names) != len(set(names)):
        return f"the path {route.path!r} has one name twice"
    if not route.methods or not METHODS.issuperset(route.methods):
        return f"the methods {route.methods!r} must be some of {', '.join(sorted(METHODS))}"
    return "" if inspect.iscoroutinefunction(route.endpoint) else "`endpoint` must be an `async def` function"


def _command_problem(command: Command) -> str:
    if not isinstance(command.name, str) or not COMMAND.fullmatch(command.name):
        return f"the name {command.name!r} must match {COMMAND.pattern}"
    return _plain_function("run", command.run)


def _migrations_problem(given: Migrations) -> str:
    folder = given.folder / "versions"
    return "" if folder.is_dir() else f"there is no folder {folder.name}/ in {given.folder}"


def _graphql_problem(part: GraphQLPart) -> str:
    for name in ("query", "mutation"):
        if getattr(part, name) is not None and not inspect.isclass(getattr(part, name)):
            return f"`{name}` must be a class"
    if part.subscription is not None and not inspect.isasyncgenfunction(part.subscription):
        return "`subscription` must be an async generator function"
    return problem_of(IncidentPart, part.incident) if part.incident is not None else ""


def _plain_function(field: str, function: Callable[..., object]) -> str:
    if not callable(function) or inspect.iscoroutinefunction(function):
        return f"`{field}` must be a plain function"
    return ""


_CHECKS: dict[type[Any], Callable[[Any], str]] = {
    WebhookParser: _parser_problem,
    PlaybookAction: _action_problem,
    LlmClient: _client_problem,
    Route: _route_problem,
    Command: _command_problem,
    Migrations: _migrations_problem,
    GraphQLPart: _graphql_problem,
}
