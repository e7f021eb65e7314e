"""What the kit says of the hub is true of this hub."""

from collections.abc import Callable

import pytest
from incident_hub.host.json_body import decode_json
from incident_hub.triage.checks import TEXT_LIMIT, VALUE_LIMIT
from incident_hub_hookspecs import PayloadError
from incident_hub_hookspecs.testing import GARBAGE_BODIES
from incident_hub_hookspecs.testing.conformance.checks import MOST_JSON_BYTES, MOST_TEXT
from incident_hub_hookspecs.testing.sound_json import sound_json


def test_the_kit_allows_as_much_as_the_hub_keeps() -> None:
    assert (MOST_TEXT, MOST_JSON_BYTES) == (TEXT_LIMIT, VALUE_LIMIT)


def read(decode: Callable[[bytes], object], body: bytes) -> object:
    """The value, or the code with which it is refused."""
    try:
        return decode(body)
    except PayloadError as refusal:
        return f"refused: {refusal.code}"


@pytest.mark.parametrize("body", GARBAGE_BODIES.values(), ids=GARBAGE_BODIES.keys())
def test_the_kit_reads_json_as_the_doors_do(body: bytes) -> None:
    assert read(sound_json, body) == read(decode_json, body)
