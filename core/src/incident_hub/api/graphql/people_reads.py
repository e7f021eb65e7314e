"""What loaders read of people, for many at once."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from incident_hub.domain.people import Kind, Service, Team
from incident_hub.response.people.reading import Kept, every, kept
from incident_hub.storage.records import records_by_id

__all__ = ["records", "services_owned", "teams_with"]


def records(connection: Connection, ids: Sequence[str], kind: Kind) -> dict[str, Kept]:
    """Those of the ids that there are."""
    return {key: kept(kind, row) for key, row in records_by_id(connection, kind, ids).items()}


def teams_with(connection: Connection, users: Sequence[str]) -> dict[str, list[Kept]]:
    """The teams that each of the users is in."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for one in every(connection, Kind.TEAM):
        members = one.record.members if isinstance(one.record, Team) else ()
        for user in set(members).intersection(users):
            found[user].append(one)
    return found


def services_owned(connection: Connection, teams: Sequence[str]) -> dict[str, list[Kept]]:
    """The services that each of the teams owns."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for one in every(connection, Kind.SERVICE):
        if isinstance(one.record, Service) and one.record.owner_team in teams:
            found[one.record.owner_team].append(one)
    return found
