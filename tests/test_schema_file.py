"""The committed schema is the one in the code."""

from pathlib import Path

from incident_hub.api.graphql import export_sdl

SCHEMA = Path(__file__).parents[1] / "schema.graphql"


def test_schema_graphql_is_what_the_code_says() -> None:
    assert SCHEMA.read_text() == export_sdl(), (
        "schema.graphql differs from the code; run `uv run incident-hub schema export` and commit the result"
    )
