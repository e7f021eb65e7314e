"""Runs the core's migrations over the connection, and in the transaction, that the hub hands in."""

from incident_hub.storage.migrate import VERSION_TABLE
from incident_hub.storage.tables import metadata

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
