"""Ids are sound UUIDs of version 7, and ascend."""

import uuid

import pytest
from incident_hub.domain import ids as made
from incident_hub.domain.ids import new_id, new_ids


def test_ids_ascend_even_when_the_clock_does_not_and_tell_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(made, "_state", [0])
    moment = 1_790_000_000_123_456
    ids = [new_id(moment) for _ in range(10_000)] + new_ids(moment - 5_000_000, 5_000)
    assert ids == sorted(set(ids))
    parsed = uuid.UUID(ids[0])
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == moment // 1000
