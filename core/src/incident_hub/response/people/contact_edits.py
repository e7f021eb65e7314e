"""Contact methods of a user, one at a time: the user is read, changed and written in one transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from incident_hub.domain.people import Kind
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError
from incident_hub.response.people.documents import DocumentError, as_mapping, parse_record
from incident_hub.response.people.reading import record_of
from incident_hub.response.people.writing import Changed, put_record
from incident_hub.storage.records import find_record

__all__ = ["put_contact", "remove_contact"]


def put_contact(
    connection: Connection,
    user_id: str,
    contact: Mapping[str, Any],
    position: int | None,
    actor: str,
    now: int,
    expected_version: int | None = None,
) -> Changed:
    """Change the contact of its id in what is given, or add it last; at a position, 0 being the first.

    A changed address is not verified unless that is said. Raises `RecordNotFoundError`, `InvalidInputError`,
    `VersionConflictError`.
    """
    user = _user(connection, user_id)
    contacts = list(user["contacts"])
    known = [one["id"] for one in contacts]
    place = known.index(contact["id"]) if contact.get("id") in known else len(contacts)
    old = contacts.pop(place) if place < len(contacts) else {}
    if contact.get("address", old.get("address")) != old.get("address"):
        old = {**old, "verified": False}
    contacts.insert(place if position is None else position, {**old, **contact})
    return _put(connection, {**user, "contacts": contacts}, actor, now, expected_version)


def remove_contact(
    connection: Connection,
    user_id: str,
    contact_id: str,
    actor: str,
    now: int,
    expected_version: int | None = None,
) -> Changed:
    """Take a contact from a user; raises as `put_contact`."""
    user = _user(connection, user_id)
    left = [one for one in user["contacts"] if one["id"] != contact_id]
    if len(left) == len(user["contacts"]):
        raise RecordNotFoundError(f"the user {user_id} has no contact method {contact_id}")
    return _put(connection, {**user, "contacts": left}, actor, now, expected_version)


def _user(connection: Connection, user_id: str) -> dict[str, Any]:
    row = find_record(connection, Kind.USER, user_id, lock=True)
    if row is None:
        raise RecordNotFoundError(f"there is no user {user_id}")
    return as_mapping(record_of(Kind.USER, row))


def _put(
    connection: Connection, user: Mapping[str, Any], actor: str, now: int, expected: int | None
) -> Changed:
    try:
        record = parse_record(Kind.USER, user)
    except DocumentError as error:
        raise InvalidInputError(error.path, error.message) from None
    return put_record(connection, Kind.USER, record, actor, now, expected)
