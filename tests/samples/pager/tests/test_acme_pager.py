from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from acme_pager.log import delivery
from incident_hub_hookspecs.testing import Answer, RecordingHttp
from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance

T = TypeVar("T")


class MemoryTables:
    """The plugin's tables on a database of one test."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def read(self, work: Callable[[Any], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    async def write(self, work: Callable[[Any], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


class TestPlugin(PluginConformance):
    name = "acme_pager"


class TestNotifier(NotifierConformance):
    name = "acme_pager"

    @pytest.fixture
    def http(self) -> RecordingHttp:
        return RecordingHttp(Answer(200, {"page": "page-1"}))

    @pytest.fixture
    def tables(self) -> Iterator[MemoryTables]:
        engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
        delivery.metadata.create_all(engine)
        yield MemoryTables(engine)
        engine.dispose()
