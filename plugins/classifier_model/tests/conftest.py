"""Tables of the plugin, on a database of one test."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from incident_hub_classifier_model.tables import lesson

T = TypeVar("T")


class MemoryTables:
    """A `Tables` over an engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def read(self, work: Callable[[Any], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    async def write(self, work: Callable[[Any], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


@pytest.fixture
def own_tables() -> Iterator[MemoryTables]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    lesson.metadata.create_all(engine)
    yield MemoryTables(engine)
    engine.dispose()
