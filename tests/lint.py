"""./dev lint: style, types, layers, templates, settings, migrations and lock files. --fix mends what can be mended.

Every check is a function that returns what it has against the code; the slow ones are processes, two at a time.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["board", "config", "customers", "impacts", "portfolio"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
LEFT_OUT = "requirements-left-out.txt"
MODULE_LINES = 400
BIN = Path(sys.executable).parent
DEVELOPMENT = {"DEBUG": "1"}
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k3y-for-the-check-alone-" + "".join(chr(97 + n * 7 % 26) for n in range(60)),
    "ALLOWED_HOSTS": "ombud.example.org",
    "OMBUD_SITE_URL": "https://ombud.example.org",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


def run(*command: str, **environ: str) -> str:
    """Run a command. Returns what it said when it failed, else nothing."""
    with tempfile.TemporaryDirectory(prefix="ombud-lint-") as folder:
        env = {**os.environ, "OMBUD_VAR_DIR": folder, **environ}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"ended with {done.returncode}"


def python(*arguments: str, **environ: str) -> str:
    """Run this Python. Returns what it said when it failed."""
    return run(sys.executable, *arguments, **environ)


def program(name: str, *arguments: str) -> str:
    """Run a program of the environment. Its script is called through Python: the folder's name may hold spaces."""
    path = BIN / name
    is_script = path.read_bytes()[:2] == b"#!"
    return python(str(path), *arguments) if is_script else run(str(path), *arguments)


def modules() -> list[Path]:
    """Every Python file of the project."""
    folders = [*APPS, "tests", "bench"]
    return sorted([ROOT / "manage.py", *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))])


def templates() -> list[str]:
    """Every template."""
    return [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]


def check_length() -> str:
    """Modules stay below 400 lines."""
    counts = {path: len(path.read_text().splitlines()) for path in modules() if "migrations" not in path.parts}
    long = {path: count for path, count in counts.items() if count > MODULE_LINES}
    return "\n".join(f"{path.relative_to(ROOT)}: {count} lines, {MODULE_LINES} at most" for path, count in long.items())


def check_locks_name_no_address() -> str:
    """Lock files name packages, versions and hashes, never a host."""
    found = []
    for name in LOCKS:
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            if re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|^\s*-[if] ", line):
                found.append(f"{name}:{number}: {line.strip()}")
    return "\n".join(found)


def check_locks_are_current() -> str:
    """Lock files are what pyproject.toml asks for: compiled again, with the locked versions preferred, they stay."""
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
    options += ["--overrides", LEFT_OUT]
    with tempfile.TemporaryDirectory(prefix="ombud-lock-") as folder:
        for name in ["pyproject.toml", LEFT_OUT, *LOCKS]:
            shutil.copy(ROOT / name, folder)
        sets = [[], ["-c", "requirements.lock", "--group", "dev"]]
        for name, extra in zip(LOCKS, sets, strict=True):
            command = [sys.executable, "-m", "uv", "pip", "compile", *options, "pyproject.toml", *extra, "-o", name]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
            if done.returncode:
                if re.search(r"error sending request|dns|connect|timed out|offline", done.stderr, re.IGNORECASE):
                    print("WARNING: NOT CHECKED HERE: the package index cannot be reached, so the lock files were not")
                    print("compared with pyproject.toml.", flush=True)
                    return ""
                return done.stderr.strip()
            if (Path(folder) / name).read_bytes() != (ROOT / name).read_bytes():
                return f"{name} is not what pyproject.toml asks for. Run ./dev lock."
    return ""


def check_typing() -> str:
    """The apps strictly, the tests gently."""
    return python("-m", "mypy", **DEVELOPMENT)


CHECKS: dict[str, Callable[[], str]] = {
    "types": check_typing,
    "ruff": lambda: program("ruff", "check", "--quiet", "."),
    "format": lambda: program("ruff", "format", "--check", "--quiet", "."),
    "layers": lambda: program("lint-imports", "--no-logo"),
    "templates": lambda: program("djade", "--target-version", "5.2", "--check", *templates()),
    "django-upgrade": lambda: program(
        "django-upgrade", "--target-version", "5.2", "--check", *(str(path) for path in modules())
    ),
    "system check": lambda: python("manage.py", "check", "--fail-level", "WARNING", **DEVELOPMENT),
    "deploy check": lambda: python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION),
    "migrations": lambda: python("manage.py", "makemigrations", "--check", "--dry-run", **DEVELOPMENT),
    "module length": check_length,
    "locks: no address": check_locks_name_no_address,
    "locks: current": check_locks_are_current,
}


def fix() -> None:
    """Mend what can be mended by itself."""
    program("ruff", "check", "--quiet", "--fix", ".")
    program("ruff", "format", "--quiet", ".")
    program("djade", "--target-version", "5.2", *templates())
    program("django-upgrade", "--target-version", "5.2", *(str(path) for path in modules()))


def main(arguments: list[str]) -> int:
    """Run all checks, or those that are named. Returns the exit status."""
    if "--fix" in arguments:
        fix()
    chosen = [name for name in arguments if name != "--fix"] or list(CHECKS)
    unknown = set(chosen) - set(CHECKS)
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        return 2

    def timed(name: str) -> tuple[str, float]:
        started = time.monotonic()
        return CHECKS[name](), time.monotonic() - started

    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for name, (complaint, seconds) in zip(chosen, pool.map(timed, chosen), strict=True):
            print(f"{'FAILED' if complaint else 'ok    '} {name} ({seconds:.1f} s)", flush=True)
            if complaint:
                failed += 1
                print(complaint, flush=True)
    print(f"{failed} of {len(chosen)} checks failed." if failed else f"All {len(chosen)} checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
