"""Runs a chain of migrations over the connection that the hub hands in: the core's, or a plugin's."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table=context.config.attributes["version_table"],
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
