"""What the schema holds, object by object, so that two looks at it show what was changed between them."""

from typing import NamedTuple

from sqlalchemy import Connection, inspect

from incident_hub.storage.plugin_tables.names import Namespace

__all__ = ["SchemaObject", "foreign_references", "objects"]

_BY_TABLE = ("constraint", "trigger")  # named within their table, so the table says whose they are
_NOBODYS = ("function", "schema")
# Nothing here may lock a table, as pg_get_viewdef does: locks tell what a plugin touched.
_SQLITE = """
    SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master
    WHERE name NOT LIKE 'sqlite|_%' ESCAPE '|'
"""
_POSTGRES = """
    WITH here AS (
        SELECT c.oid, c.relname, c.relkind FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace
    )
    SELECT 'table', relname, relname, coalesce((
        SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                    pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = here.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
    FROM here WHERE relkind IN ('r', 'p', 'f')
    UNION ALL SELECT CASE relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, relname, relname,
        (SELECT string_agg(ev_action::text, '') FROM pg_rewrite WHERE ev_class = oid)
    FROM here WHERE relkind IN ('v', 'm')
    UNION ALL SELECT 'sequence', relname, relname, '' FROM here WHERE relkind = 'S'
    UNION ALL SELECT 'index', i.relname, t.relname, pg_get_indexdef(i.oid)
    FROM pg_index x JOIN here t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    UNION ALL SELECT 'constraint', k.conname, here.relname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN here ON here.oid = k.conrelid
    UNION ALL SELECT 'trigger', g.tgname, here.relname, pg_get_triggerdef(g.oid)
    FROM pg_trigger g JOIN here ON here.oid = g.tgrelid WHERE NOT g.tgisinternal
    UNION ALL SELECT 'type', typname, typname, '' FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd', 'r')
    UNION ALL SELECT 'function', proname, proname, pg_get_function_identity_arguments(oid) FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
    UNION ALL SELECT 'schema', nspname, nspname, '' FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
"""


class SchemaObject(NamedTuple):
    """One table, index, view or the like; `table` is what it belongs to, or itself."""

    kind: str
    name: str
    table: str
    definition: str

    def belongs_to(self, space: Namespace) -> bool:
        """Whether it is the plugin's: its own name and its table's say so."""
        if self.table == space.version_table:
            return True
        if self.kind in _NOBODYS or not space.owns(self.table):
            return False
        named = space.owns_index if self.kind == "index" else space.owns
        return self.kind in _BY_TABLE or named(self.name)


def objects(connection: Connection) -> set[SchemaObject]:
    """Everything in the schema, except what the database makes for itself."""
    query = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    return {SchemaObject(*row) for row in connection.exec_driver_sql(query)}


def foreign_references(connection: Connection, space: Namespace) -> list[tuple[str, str]]:
    """The references from the plugin's tables to tables of somebody else: (own table, other table)."""
    inspector = inspect(connection)
    own = [name for name in inspector.get_table_names() if space.owns(name)]
    found = [(name, key["referred_table"]) for name in own for key in inspector.get_foreign_keys(name)]
    return [(name, other) for name, other in found if not space.owns(other)]
