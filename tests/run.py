"""./dev test: the tests on SQLite, then on a real PostgreSQL.

Without arguments all tests run on SQLite, then all that touch the database again on PostgreSQL (a browser
does not notice the difference). With arguments for pytest those run on SQLite only, or, with --postgres in
front, on PostgreSQL only. OMBUD_TEST_POSTGRES names a server to use instead of the embedded one.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from tests.postgres import postgres_server

# Property tests draw the same examples in each whole run, so that a failure is the change's; run with arguments they
# draw new ones each time.
WHOLE = ["-n", "2", "--dist", "loadfile", "--hypothesis-profile", "repeatable"]
ON_POSTGRES = ["-m", "database and not browser"]


def run_pytest(title: str, database: str | None, arguments: list[str]) -> int:
    """Run pytest on the database at this address (None: SQLite). Returns its exit status; no tests chosen is fine."""
    print(f"\n== {title} ==", flush=True)
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    if database:
        environ["DATABASE_URL"] = database
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], env=environ)
    try:
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait(20)
        raise
    print(f"== {title}: {'passed' if status == 0 else f'failed ({status})'} in {time.monotonic() - started:.0f} s ==")
    return status


def run_on_postgres(arguments: list[str]) -> int:
    """Run pytest on PostgreSQL; says so loudly where there is none for this system."""
    title = "Tests on PostgreSQL"
    named = os.environ.get("OMBUD_TEST_POSTGRES")
    if named:
        return run_pytest(title, named, arguments)
    try:
        with postgres_server() as url:
            return run_pytest(title, url, arguments)
    except ImportError:
        print("WARNING: NOT TESTED HERE: PostgreSQL (no embedded server for this system; name one in")
        print("OMBUD_TEST_POSTGRES=postgresql://user:password@host/database)")
        return 0


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for. Returns the exit status."""
    if arguments[:1] == ["--postgres"]:
        return run_on_postgres(arguments[1:] or [*WHOLE, *ON_POSTGRES])
    if arguments:
        return run_pytest("Tests on SQLite", None, arguments)
    statuses = [run_pytest("Tests on SQLite", None, WHOLE), run_on_postgres([*WHOLE, *ON_POSTGRES])]
    return max(statuses)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
