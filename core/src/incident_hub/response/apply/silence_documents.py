"""Silences from files: each has an id of its own there, from which that of the stored silence follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

import orjson
from incident_hub_hookspecs import ConfigError
from incident_hub_hookspecs.settings import setting
from sqlalchemy import Connection

from incident_hub.domain.rules import MatcherSetting
from incident_hub.domain.times import to_datetime, to_micros
from incident_hub.host.config_tree import build
from incident_hub.intake.silence_draft import SilenceDraft, check_draft, matchers_json
from incident_hub.intake.silences import matchers_of
from incident_hub.intake.silencing import expire_silence, note_silence
from incident_hub.storage.silences import (
    SilenceRow,
    insert_silence,
    list_silences,
    silence_by_id,
    update_silence,
)

__all__ = [
    "SilenceDocument", "known_silences", "put_silence_document", "remove_silence_document", "silence_from",
]  # fmt: skip

_SPACE = UUID("6b1d8d5e-6e0c-5c0b-9d3c-2f6f2f3a7c11")
_MARK = "file:"  # begins the author of a silence that a file made
_MILLISECOND = 1000
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class SilenceDocument:
    """Times with an offset, as 2026-03-29T01:30Z."""

    id: str = setting(most=100)
    matchers: tuple[MatcherSetting, ...] = ()
    starts_at: str = ""
    ends_at: str = ""
    comment: str = setting(default="", most=4096)

    def __post_init__(self) -> None:
        """Refuse what can never mute."""
        draft = self.draft()
        try:
            check_draft(draft, draft.starts_at)
        except ValueError as error:
            raise ConfigError(str(error)) from None

    def draft(self) -> SilenceDraft:
        """As callers would ask for it."""
        starts, ends = _moment(self.starts_at, "starts_at"), _moment(self.ends_at, "ends_at")
        return SilenceDraft(matchers_of(self.matchers), starts, ends, f"{_MARK}{self.id}", self.comment)

    @property
    def key(self) -> str:
        """The id of the stored silence."""
        return str(uuid5(_SPACE, self.id))


def silence_from(data: Mapping[str, object]) -> SilenceDocument:
    """The silence that a mapping describes; raises `ConfigError`."""
    return build(SilenceDocument, data, "")


def known_silences(connection: Connection) -> dict[str, dict[str, object]]:
    """Those that files made, by their ids there."""
    rows = list_silences(connection, 0, _MOST)
    return {
        row.created_by.removeprefix(_MARK): _shown(row) for row in rows if row.created_by.startswith(_MARK)
    }


def put_silence_document(connection: Connection, one: SilenceDocument, actor: str, now: int) -> None:
    """Write it; what says the same as before changes nothing."""
    draft = one.draft()
    before = silence_by_id(connection, one.key, lock=True)
    row = SilenceRow(
        one.key,
        matchers_json(draft.matchers),
        draft.starts_at,
        draft.ends_at,
        draft.created_by,
        draft.comment,
        now,
    )
    if before is not None and before._replace(updated_at=now) == row:
        return
    (update_silence if before else insert_silence)(connection, row)
    note_silence(connection, actor, before, row, now)


def remove_silence_document(connection: Connection, key: str, actor: str, now: int) -> None:
    """End it; it is listed for a while, as others are."""
    expire_silence(connection, str(uuid5(_SPACE, key)), actor, now)


def _shown(row: SilenceRow) -> dict[str, object]:
    return {
        "id": row.created_by.removeprefix(_MARK),
        "matchers": [
            {
                "name": one["name"],
                "value": one["value"],
                "is_regex": one["isRegex"],
                "is_equal": one["isEqual"],
            }
            for one in orjson.loads(row.matchers)
        ],
        "starts_at": to_datetime(row.starts_at).isoformat(),
        "ends_at": to_datetime(row.ends_at).isoformat(),
        "comment": row.comment,
    }


def _moment(text: str, path: str) -> int:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError("is no moment, as 2026-03-29T01:30Z", path) from None
    if found.tzinfo is None:
        raise ConfigError("needs an offset, as 2026-03-29T01:30Z", path)
    micros = to_micros(found.astimezone(UTC))
    return micros - micros % _MILLISECOND
