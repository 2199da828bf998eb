"""./dev run: the database made ready, then web server, Celery worker and timetable together until Ctrl-C."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import env
from config.sign_ins import DEMO_PASSWORD, demo_sign_ins
from config.supervisor import Child, Supervisor
from portfolio.models import ProjectRequest

HOST = "127.0.0.1"


class Command(BaseCommand):
    """Runs everything that Ombud needs on one machine."""

    help = "Prepares the database (with the demo when it is empty) and runs web server, worker and timetable together."

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, and whether to start without the demo."""
        parser.add_argument("--port", type=int, default=None, help="Where to listen; PORT, or 8000, by default.")
        parser.add_argument("--no-demo", action="store_true", help="Leave an empty database empty.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody stops it. Raises CommandError when a process ends by itself."""
        port = options["port"] or env.integer("PORT", 8000, at_least=1)
        _refuse_taken_port(port)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=False)
        call_command("createcachetable", verbosity=0)
        if not options["no_demo"] and not ProjectRequest.objects.exists():
            self.stdout.write("The database is empty: loading the demo ...")
            call_command("demo")
        with Supervisor([_web(port), _worker()], _environ(port)) as supervisor:
            trouble = supervisor.watch(until=lambda: _answers(port), seconds=60)
            if not trouble and not supervisor.signals:
                self.stdout.write(_welcome(port))
                self.stdout.flush()
                trouble = supervisor.watch()
            self.stdout.write("Stopping ...")
        if trouble:
            raise CommandError(f"{trouble} Everything was stopped. What it said stands above.")
        self.stdout.write("Stopped.")


def _refuse_taken_port(port: int) -> None:
    """Raise CommandError where something else listens at the port, or it may not be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used ({error}). Stop what uses it, or choose another: PORT=8001 ./dev run"
            ) from error


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _environ(port: int) -> dict[str, str]:
    """What the processes inherit. Links in mails lead to where this one listens, unless an address is said."""
    here = {"OMBUD_SITE_URL": f"http://localhost:{port}"}
    path = os.pathsep.join(part for part in (str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")) if part)
    return {
        **here,
        **os.environ,
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        "OMBUD_VAR_DIR": str(settings.VAR_DIR.resolve()),
    }


def _web(port: int) -> Child:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"{HOST}:{port}"]
    command += ["--config", "python:config.gunicorn"]
    command += ["--workers", "2", "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"]
    return Child("web", [*command, "--log-level", "warning"])


def _worker() -> Child:
    schedule = settings.VAR_DIR.resolve() / "beat"
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "--quiet",
        "worker",
        "--beat",
        "--schedule",
        str(schedule),
    ]
    command += ["--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"]
    return Child("worker", [*command, "--without-gossip", "--without-mingle"], restarts=3)


def _welcome(port: int) -> str:
    lines = ["", f"Ombud runs on http://localhost:{port}/  (Ctrl-C stops it)"]
    people = demo_sign_ins()
    if people:
        lines += ["", f"Sign in with the password {DEMO_PASSWORD} as"]
        lines += [f"  {person.role:<16} {person.name:<16} {person.email}" for person in people]
    return "\n".join([*lines, ""])
