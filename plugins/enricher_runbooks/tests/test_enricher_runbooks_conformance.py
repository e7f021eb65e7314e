"""What every plugin, and every enricher, must stand, with a shelf of runbooks."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from incident_hub_enricher_runbooks import tables
from incident_hub_enricher_runbooks.reading import read_runbook
from incident_hub_hookspecs import Tables
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

T = TypeVar("T")


class InMemory:
    """`Tables` over a SQLite database of its own, with one runbook for everything."""

    def __init__(self) -> None:
        self._engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        tables.METADATA.create_all(self._engine)
        given = {"title": "Look at it", "text": "Look.", "match": {"sources": ["*"]}}
        with self._engine.begin() as connection:
            tables.put(connection, [read_runbook(given)])

    async def read(self, work: Callable[[Any], T]) -> T:
        """In a transaction."""
        with self._engine.connect() as connection:
            return work(connection)

    async def write(self, work: Callable[[Any], T]) -> T:
        """And commit."""
        with self._engine.begin() as connection:
            return work(connection)


class TestPlugin(PluginConformance):
    name = "enricher_runbooks"


class TestEnricher(EnricherConformance):
    name = "enricher_runbooks"

    @pytest.fixture
    def tables(self) -> Tables:
        """With a runbook that fits every incident of the kit."""
        return InMemory()
