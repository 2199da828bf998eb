"""The table of the search index. Its triggers come with portfolio.search_index, after every migrate."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "portfolio_request_search"


def create_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """FTS5 on SQLite; a tsvector with a GIN index on PostgreSQL."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5(body, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
    else:
        schema_editor.execute(f"CREATE TABLE {TABLE} (request_id bigint PRIMARY KEY, document tsvector NOT NULL)")
        schema_editor.execute(f"CREATE INDEX {TABLE}_document ON {TABLE} USING gin (document)")


def drop_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The index goes; nothing else knows it. PostgreSQL's triggers go with it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DO $$ DECLARE t record; BEGIN FOR t IN SELECT tgname, tgrelid::regclass AS rel FROM pg_trigger"
            " WHERE tgname LIKE 'portfolio\\_search\\_%' LOOP"
            " EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.rel); END LOOP; END $$"
        )
    schema_editor.execute(f"DROP TABLE {TABLE}")
