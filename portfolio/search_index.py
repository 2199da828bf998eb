"""The search index inside the database: a table made by migration 0003, and the triggers that keep it in step.

Triggers live here, not in the migration, because they are derived from it like a view: SQLite rebuilds a table when a
migration changes it, loses the table's triggers then, and refuses outright while a trigger of another table names it.
So they are taken away before migrations run and put back after, and the index is filled anew (portfolio.apps).
Change the SQL, raise VERSION: the next `migrate` installs it.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "portfolio_request_search"
VERSION = 1
_OURS = "portfolio_search_"
_PREFIX = f"{_OURS}v{VERSION}_"

_COLUMNS = ("reference", "source_reference", "title", "problem", "proposal", "promised_effect")
_WATCHED = (*_COLUMNS, "silo_id", "requester_id", "sponsor_id")

#: All text of the requests that `{where}` selects (alias r), as one text.
_BODY = (
    " || ' ' || ".join(f"r.{column}" for column in _COLUMNS)
    + " || ' ' || s.name || ' ' || p.name || ' ' || coalesce(o.name, '') || ' ' || "
    "coalesce((SELECT {gather}(c.text, ' ') FROM portfolio_comment c WHERE c.request_id = r.id), '')"
)
_FROM = (
    " FROM portfolio_projectrequest r JOIN portfolio_silo s ON s.id = r.silo_id"
    " JOIN portfolio_person p ON p.id = r.requester_id LEFT JOIN portfolio_person o ON o.id = r.sponsor_id"
)

#: Which requests a changed row concerns: (table, what is watched, condition on r). NEW and OLD are the changed row.
_SOURCES = (
    ("portfolio_comment", "text", "r.id = {row}.request_id"),
    ("portfolio_silo", "name", "r.silo_id = {row}.id"),
    ("portfolio_person", "name", "(r.requester_id = {row}.id OR r.sponsor_id = {row}.id)"),
)


def before_migrate(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away on SQLite, so that migrations may rebuild tables."""
    if connection.vendor == "sqlite":
        _drop_sqlite(connection)


def after_migrate(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers of this version in place and index everything anew, unless they are there already."""
    if TABLE in connection.introspection.table_names() and not _is_installed(connection):
        install(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """(Re)create the triggers and fill the index."""
    sqlite = connection.vendor == "sqlite"
    statements = _sqlite_triggers() if sqlite else _postgresql_triggers()
    _drop_sqlite(connection) if sqlite else _drop_postgresql(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    rebuild(connection)


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Empty the index and fill it from the requests."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(_sqlite_fill("true") if connection.vendor == "sqlite" else _postgresql_fill("true"))


def _is_installed(connection: BaseDatabaseWrapper) -> bool:
    catalogue = (
        "sqlite_master WHERE type = 'trigger' AND name" if connection.vendor == "sqlite" else "pg_trigger WHERE tgname"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {catalogue} = %s", [f"{_PREFIX}request_insert"])
        row = cursor.fetchone()
    return bool(row and row[0])


# --- SQLite -------------------------------------------------------------------------------------------------------


def _drop_sqlite(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{_OURS}%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def _sqlite_fill(where: str) -> str:
    return f"INSERT INTO {TABLE}(rowid, body) SELECT r.id, {_BODY.format(gather='group_concat')}{_FROM} WHERE {where}"


def _sqlite_refresh(where: str) -> str:
    ids = f"SELECT r.id FROM portfolio_projectrequest r WHERE {where}"
    return f"DELETE FROM {TABLE} WHERE rowid IN ({ids}); {_sqlite_fill(where)};"


def _sqlite_triggers() -> list[str]:
    request = "portfolio_projectrequest"
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _WATCHED)
    forget = f"DELETE FROM {TABLE} WHERE rowid = OLD.id;"
    triggers = [
        f"CREATE TRIGGER {_PREFIX}request_insert AFTER INSERT ON {request} BEGIN {_sqlite_fill('r.id = NEW.id')}; END",
        f"CREATE TRIGGER {_PREFIX}request_update AFTER UPDATE ON {request} WHEN {changed}"
        f" BEGIN {forget} {_sqlite_fill('r.id = NEW.id')}; END",
        f"CREATE TRIGGER {_PREFIX}request_delete AFTER DELETE ON {request} BEGIN {forget} END",
    ]
    for table, column, where in _SOURCES:
        triggers.append(
            f"CREATE TRIGGER {_PREFIX}{table}_update AFTER UPDATE ON {table} WHEN OLD.{column} IS NOT NEW.{column}"
            f" BEGIN {_sqlite_refresh(where.format(row='NEW'))} END"
        )
    for event, row in (("insert", "NEW"), ("delete", "OLD")):
        triggers.append(
            f"CREATE TRIGGER {_PREFIX}comment_{event} AFTER {event.upper()} ON portfolio_comment"
            f" BEGIN {_sqlite_refresh(f'r.id = {row}.request_id')} END"
        )
    return triggers


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def _drop_postgresql(connection: BaseDatabaseWrapper) -> None:
    found = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(found, [f"{_OURS}%"])
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON {table}')


#: Signs that PostgreSQL's parser would build addresses, paths and signed numbers from; we want the bare words.
_SIGNS = "-_./\\:;,!?@#$%&*+=<>(){}[]|~^`´\"'’‘“”„«»–—…·"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _postgresql_fill(where: str) -> str:
    # Without positions: a search asks for words, not phrases, and the rows are half as big.
    document = f"strip(to_tsvector('simple', portfolio_search_fold({_BODY.format(gather='string_agg')})))"
    return (
        f"INSERT INTO {TABLE}(request_id, document) SELECT r.id, {document}{_FROM} WHERE {where}"
        " ON CONFLICT (request_id) DO UPDATE SET document = EXCLUDED.document"
    )


def _postgresql_trigger(name: str, event: str, table: str, body: str, when: str = "") -> list[str]:
    function = f"portfolio_search_{name}"
    scope = "STATEMENT" if event == "TRUNCATE" else "ROW"
    condition = f" WHEN ({when})" if when else ""
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body}; RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {_PREFIX}{name} AFTER {event} ON {table} FOR EACH {scope}{condition}"
        f" EXECUTE FUNCTION {function}()",
    ]


def _postgresql_triggers() -> list[str]:
    request = "portfolio_projectrequest"
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in _WATCHED)
    fold = (
        "CREATE OR REPLACE FUNCTION portfolio_search_fold(body text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT"
        f" lower(regexp_replace(normalize(translate(body, {_quoted(_SIGNS)}, {_quoted(' ' * len(_SIGNS))}), NFKD),"
        " '[\u0300-\u036f]', '', 'g')) $$"
    )
    fill = _postgresql_fill("r.id = NEW.id")
    statements = [fold]
    statements += _postgresql_trigger("request_insert", "INSERT", request, fill)
    statements += _postgresql_trigger("request_update", "UPDATE", request, fill, changed)
    statements += _postgresql_trigger(
        "request_delete", "DELETE", request, f"DELETE FROM {TABLE} WHERE request_id = OLD.id"
    )
    statements += _postgresql_trigger("request_truncate", "TRUNCATE", request, f"DELETE FROM {TABLE}")
    for table, column, where in _SOURCES:
        statements += _postgresql_trigger(
            f"{table}_update", "UPDATE", table, _postgresql_fill(where.format(row="NEW")),
            f"OLD.{column} IS DISTINCT FROM NEW.{column}",
        )  # fmt: skip
    for event, row in (("insert", "NEW"), ("delete", "OLD")):
        where = f"r.id = {row}.request_id"
        statements += _postgresql_trigger(
            f"comment_{event}", event.upper(), "portfolio_comment", _postgresql_fill(where)
        )
    return statements
