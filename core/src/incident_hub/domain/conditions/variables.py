"""What a condition may read: each variable's name, CEL type and meaning."""

from typing import NamedTuple

from cel_expr_python import cel

__all__ = ["VARIABLES", "Variable", "cel_types"]


class Variable(NamedTuple):
    """One variable, for people and for the checker. `type` is written as CEL writes it."""

    name: str
    type: str
    meaning: str


VARIABLES = (
    Variable("incident.id", "string", "the incident's id"),
    Variable("incident.title", "string", "its title"),
    Variable("incident.description", "string", "its description, at most 2048 characters of it"),
    Variable("incident.source", "string", "what reported it, as `alertmanager`"),
    Variable("incident.severity", "string", "P0 (worst) to P4; `<= 'P1'` is P1 or worse"),
    Variable("incident.reported_severity", "string", "what the sources said; empty: nothing"),
    Variable("incident.state", "string", "detected, triaged, investigating, remediating, resolved or closed"),
    Variable(
        "incident.type", "string", "as infrastructure, security or performance; unknown when nobody knows"
    ),
    Variable("incident.fingerprint", "string", "what makes two alerts the same problem"),
    Variable("incident.count", "int", "how many alerts it stands for"),
    Variable("incident.acknowledged", "bool", "whether somebody has acknowledged it"),
    Variable("incident.escalation_level", "int", "0 until somebody escalates it"),
    Variable("incident.resources", "list(string)", "what is affected"),
    Variable("incident.assignees", "list(string)", "who works on it"),
    Variable("incident.tags", "list(string)", "what rules and people tagged it with"),
    Variable("incident.labels", "map(string, string)", "its alerts' labels"),
    Variable("incident.annotations", "map(string, string)", "its alerts' annotations"),
    Variable("incident.llm.provider", "string", "the LLM provider, as `openai`; empty: unknown"),
    Variable("incident.llm.model", "string", "the model"),
    Variable("incident.llm.deployment", "string", "the deployment"),
    Variable("incident.llm.prompt_version", "string", "the prompt's version"),
    Variable("incident.llm.agent", "string", "the agent"),
    Variable("incident.llm.tool", "string", "the tool"),
    Variable("incident.llm.tenant", "string", "the tenant"),
    Variable("incident.llm.environment", "string", "the environment, as `production`"),
    Variable("incident.created_at", "timestamp", "when the hub first heard of it"),
    Variable("incident.first_seen", "timestamp", "when it began, by its source's own clock"),
    Variable("incident.last_seen", "timestamp", "when the last alert of it came"),
    Variable(
        "findings",
        "list(map(string, dyn))",
        "what plugins said: `plugin`, `stage`, `confidence` (0 to 1, absent: none given), `value`",
    ),
    Variable("group.id", "string", "the group that it belongs to; empty: none"),
    Variable("group.title", "string", "the group's title"),
    Variable("group.size", "int", "how many incidents belong to the group; 0: no group"),
    Variable("group.primary", "bool", "whether this incident is the group's likely cause"),
    Variable(
        "service.id",
        "string",
        "the service that its labels or resources name; empty: none, or unknown to the directories",
    ),
    Variable("service.name", "string", "its name"),
    Variable("service.team", "string", "the team that owns it"),
    Variable("service.tier", "int", "1 is the most important; 0: unknown"),
    Variable("service.labels", "map(string, string)", "its labels"),
    Variable("now", "timestamp", "the hub's time; `now.getHours('Europe/Berlin')` is the hour there"),
)

_TYPES = {
    "string": cel.Type.STRING,
    "int": cel.Type.INT,
    "bool": cel.Type.BOOL,
    "timestamp": cel.Type.TIMESTAMP,
    "list(string)": cel.Type.List(cel.Type.STRING),
    "map(string, string)": cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
    "list(map(string, dyn))": cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
}


def cel_types() -> dict[str, object]:
    """The variables as the checker wants them: dotted names, so that a misspelt field is found at save."""
    return {one.name: _TYPES[one.type] for one in VARIABLES}
