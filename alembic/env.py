"""Runs the core's migrations over the connection that the hub hands in."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table="alembic_version_core",
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
