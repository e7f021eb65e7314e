"""Whether a change may have to do with an incident: what they share, and what speaks against it."""

from incident_hub_hookspecs import Incident

from incident_hub_enricher_changes.changes import Change

__all__ = ["shared"]

_PARTS = ("deployment", "model", "agent", "tool", "provider")
_APART = ("tenant", "environment")


def shared(change: Change, incident: Incident, services: frozenset[str]) -> tuple[str, ...]:
    """What they share, the most telling first; nothing when they are about different things.

    Another tenant or environment rules a change out. The provider alone links nothing that names another
    service, model, deployment, agent or tool.
    """
    if any(_differ(change, incident, part) for part in _APART):
        return ()
    found = ["service"] if change.service.casefold() in services else []
    if incident.llm.prompt_version and incident.llm.prompt_version in _versions(change):
        found.append("prompt_version")
    found += [part for part in _PARTS if _same(change, incident, part)]
    if found == ["provider"]:
        other_service = bool(change.service and services)
        if other_service or any(_differ(change, incident, part) for part in _PARTS):
            return ()
    return tuple(found)


def _versions(change: Change) -> set[str]:
    """How the prompt's version may be written: `43`, or `answers@43`."""
    versions = {change.llm.prompt_version}
    if change.kind == "prompt":
        named = [version for version in (change.before, change.after) if version]
        versions |= {*named, *(f"{change.name}@{version}" for version in named)}
    return versions - {""}


def _same(change: Change, incident: Incident, part: str) -> bool:
    mine, theirs = getattr(change.llm, part), getattr(incident.llm, part)
    return bool(mine) and mine.casefold() == theirs.casefold()


def _differ(change: Change, incident: Incident, part: str) -> bool:
    mine, theirs = getattr(change.llm, part), getattr(incident.llm, part)
    return bool(mine and theirs) and mine.casefold() != theirs.casefold()
