"""Backstage entities: components and their like as services, groups as teams, users as people.

The format is Backstage's descriptor format, https://backstage.io/docs/features/software-catalog/descriptor-format.
A reference `kind:namespace/name` counts by its name.
"""

from collections.abc import Mapping

from incident_hub_hookspecs import PayloadError, Person, Service, Team
from incident_hub_hookspecs.payload import as_mapping, names, strings, text

from incident_hub_directory_file.own_format import Found, tier

__all__ = ["is_entity", "read_entity"]

SERVICES = frozenset({"Component", "API", "Resource", "System"})
TIER = "incident-hub/tier"
RUNBOOK = "incident-hub/runbook-url"
SCHEDULE = "incident-hub/schedule"


def is_entity(data: Mapping[str, object]) -> bool:
    """Whether the document says that it is Backstage's."""
    return str(data.get("apiVersion", "")).startswith("backstage.io/")


def read_entity(data: Mapping[str, object]) -> Found:
    """What one entity is here; kinds that mean nothing to a directory are passed over."""
    kind = data.get("kind")
    metadata = as_mapping(data.get("metadata") or {}, "metadata")
    spec = as_mapping(data.get("spec") or {}, "spec")
    key = text(metadata.get("name"), "metadata.name")
    if not key:
        raise PayloadError("missing_field", "missing", "metadata.name")
    notes = strings(metadata.get("annotations"), "metadata.annotations")
    title = text(metadata.get("title"), "metadata.title")
    if kind in SERVICES:
        return Found(services=(_service(key, title, metadata, spec, notes),))
    if kind == "Group":
        return Found(teams=(_team(key, spec, notes),))
    return Found(people=(_person(key, spec),)) if kind == "User" else Found()


def _service(
    key: str,
    title: str,
    metadata: Mapping[str, object],
    spec: Mapping[str, object],
    notes: Mapping[str, str],
) -> Service:
    level = notes.get(TIER, "")
    if level and not level.isdecimal():
        raise PayloadError("wrong_type", "expected a number from 1 to 9", f"metadata.annotations.{TIER}")
    return Service(
        key,
        name=title,
        owner_team=_name(text(spec.get("owner"), "spec.owner")),
        tier=tier(int(level), f"metadata.annotations.{TIER}") if level else 0,
        depends_on=tuple(_name(one) for one in names(spec.get("dependsOn"), "spec.dependsOn")),
        runbook_url=notes.get(RUNBOOK, ""),
        labels=strings(metadata.get("labels"), "metadata.labels"),
    )


def _team(key: str, spec: Mapping[str, object], notes: Mapping[str, str]) -> Team:
    profile = as_mapping(spec.get("profile") or {}, "spec.profile")
    members = tuple(_name(one) for one in names(spec.get("members"), "spec.members"))
    name = text(profile.get("displayName"), "spec.profile.displayName")
    return Team(key, name=name, members=members, schedule=notes.get(SCHEDULE, ""))


def _person(key: str, spec: Mapping[str, object]) -> Person:
    profile = as_mapping(spec.get("profile") or {}, "spec.profile")
    name = text(profile.get("displayName"), "spec.profile.displayName")
    return Person(key, name, text(profile.get("email"), "spec.profile.email"))


def _name(reference: str) -> str:
    return reference.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
