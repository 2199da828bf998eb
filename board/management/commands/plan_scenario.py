"""`manage.py plan_scenario`: plan a scenario that is written in a file; see docs/planner.md."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from board.planner.plan import plan
from board.planner.problems import ScenarioProblem
from board.planner.read import read_plan, read_scenario
from board.planner.scenario import Scenario
from board.planner.why.document import left_out_of, reasons_of
from board.planner.why.reasons import Plan


class Command(BaseCommand):
    """Reads the file, plans, and prints the plan with its proven gap and its reasons."""

    help = "Plan a scenario written in JSON: which requests go, in which period, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, how long, and what to print."""
        parser.add_argument("--scenario", required=True, metavar="FILE.json", help="the scenario")
        parser.add_argument("--time-limit", type=_seconds, default=60.0, metavar="S", help="seconds (60)")
        parser.add_argument("--work-limit", type=_seconds, metavar="W", help="counted work instead of seconds: repeats")
        parser.add_argument("--seed", type=_seed, default=0, help="another seed searches in another order (0)")
        parser.add_argument("--previous", metavar="FILE.json", help="an earlier answer to begin from and keep to")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_: object, **options: Any) -> None:
        """Print what was found. Raises `CommandError` for what cannot be read or makes no sense."""
        scenario = read_scenario_file(options["scenario"])
        previous = _previous(options["previous"], scenario) if options["previous"] else None
        seconds, work = options["time_limit"], options["work_limit"]
        found = plan(scenario, seconds=seconds, work=work, seed=options["seed"], previous=previous)
        answer = answer_of(scenario, found)
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else in_words(answer))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ArgumentTypeError(f"must be a number of seconds, not “{text}”") from None
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"must be more than 0 seconds, not {text}")
    return seconds


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if seed < 0:
        raise ArgumentTypeError(f"must be a whole number of 0 or more, not “{text}”")
    return seed


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not text in UTF-8.") from error


def read_scenario_file(name: str) -> Scenario:
    """The scenario in the file. Raises `CommandError` with every problem and its path."""
    try:
        return read_scenario(_text(name))
    except ScenarioProblem as problem:
        raise CommandError(f"{name} cannot be planned as it is:\n{problem}") from problem


def _previous(name: str, scenario: Scenario) -> Mapping[str, int]:
    try:
        return read_plan(_text(name), scenario)
    except ScenarioProblem as problem:
        raise CommandError(f"{name} is no plan of this scenario:\n{problem}") from problem


def answer_of(scenario: Scenario, found: Plan) -> dict[str, Any]:
    """The plan as the file form of an answer: see docs/planner.md."""
    solution = found.solution
    return {
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": round(found.seconds, 3),
        "chosen": [{"id": start.id, "period": scenario.periods[start.period]} for start in solution.chosen],
        "left_out": left_out_of(found),
        "reasons": reasons_of(scenario, found),
    }


def in_words(answer: Mapping[str, Any]) -> str:
    """The answer for people."""
    lines = [f"{answer['status']}, {answer['seconds']:.1f} s"]
    if answer["objective"] is not None:
        lines.append(f"Worth {answer['objective']:,.6g}; no plan is worth more than {answer['bound'] or 0:,.6g}.")
    lines += [f"{start['period']}  {start['id']}" for start in answer["chosen"]]
    lines += [f"left out  {left['id']}: {left['reason']}" for left in answer["left_out"]]
    lines += [f"{reason['id']}: {reason['text']}" if "id" in reason else reason["text"] for reason in answer["reasons"]]
    return "\n".join(lines)
