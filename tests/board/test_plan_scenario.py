"""`manage.py plan_scenario`: plain problems with known answers, and what it says of files that cannot be planned."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

PLAN = {
    "periods": ["2027Q1", "2027Q2"],
    "resources": [{"id": "budget", "capacity": [10, 5]}],
    "requests": [
        {"id": "A", "value": 5, "use": {"budget": [6, 2]}},
        {"id": "B", "value": 4, "use": {"budget": [5]}},
        {"id": "C", "value": 1, "use": {"budget": [4]}},
    ],
    "rules": [{"kind": "before", "first": "A", "then": "B"}],
}


def planned(folder: Path, document: object, *options: str) -> dict[str, Any]:
    """What the command prints for a scenario."""
    file = folder / "scenario.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    out = StringIO()
    call_command("plan_scenario", "--scenario", str(file), "--time-limit", "20", "--json", *options, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def knapsacks(text: str) -> list[tuple[float, dict[str, Any]]]:
    """The problems of OR-Library's mknap1, each with its known best value, in our file form."""
    numbers = iter(map(float, text.split()))
    found = []
    for _ in range(int(next(numbers))):
        columns, rows, best = int(next(numbers)), int(next(numbers)), next(numbers)
        values = [next(numbers) for _ in range(columns)]
        weights = [[next(numbers) for _ in range(columns)] for _ in range(rows)]
        limits = [next(numbers) for _ in range(rows)]
        document = {
            "periods": ["once"],
            "resources": [{"id": f"row {row}", "capacity": [limits[row]]} for row in range(rows)],
            "requests": [
                {
                    "id": f"item {n}",
                    "value": values[n],
                    "use": {f"row {row}": [weights[row][n]] for row in range(rows)},
                }
                for n in range(columns)
            ],
        }
        found.append((best, document))
    return found


def test_the_published_knapsacks_come_out_at_their_known_best(tmp_path: Path, shared_data: Path) -> None:
    problems = knapsacks((shared_data / "planner" / "orlib_mknap1.txt").read_text())
    assert len(problems) == 7
    for best, document in problems:
        answer = planned(tmp_path, document)
        assert answer["status"] == "optimal"
        assert answer["objective"] == pytest.approx(best, abs=1e-6)
        assert answer["bound"] == pytest.approx(best, abs=1e-6)


def test_the_answer_has_the_printed_keys(tmp_path: Path) -> None:
    answer = planned(tmp_path, PLAN)
    assert list(answer) == ["status", "objective", "bound", "gap", "seconds", "chosen", "left_out", "reasons"]
    assert answer["chosen"] == [{"id": "A", "period": "2027Q1"}, {"id": "C", "period": "2027Q1"}]
    assert (answer["status"], answer["objective"], answer["bound"], answer["gap"]) == ("optimal", 6, 6, 0)
    assert [left["id"] for left in answer["left_out"]] == ["B"]
    assert answer["left_out"][0]["reason"]


def test_with_a_limit_of_work_the_answer_repeats_to_the_letter(tmp_path: Path) -> None:
    document = {
        "periods": ["2027Q1", "2027Q2"],
        "resources": [{"id": "people", "capacity": 7}],
        "requests": [{"id": f"R{n}", "value": 5 + n % 3, "use": {"people": 2 + n % 2}} for n in range(9)],
    }
    one, two = (planned(tmp_path, document, "--work-limit", "0.5", "--seed", "3") for _ in range(2))
    assert one.pop("seconds") > 0
    assert two.pop("seconds") > 0
    assert one == two
    assert any(reason["about"] == "scarce" for reason in one["reasons"])


def test_without_json_it_speaks(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(PLAN))
    out = StringIO()
    call_command("plan_scenario", "--scenario", str(file), "--time-limit", "20", stdout=out)
    assert "optimal" in out.getvalue()
    assert "2027Q1  A" in out.getvalue()


def test_nothing_to_choose_from_is_a_plan(tmp_path: Path) -> None:
    answer = planned(tmp_path, {"periods": ["once"]})
    assert (answer["status"], answer["objective"], answer["chosen"]) == ("optimal", 0, [])


def test_an_impossible_one_is_said_to_be_so(tmp_path: Path) -> None:
    document = {
        "periods": ["once"],
        "resources": [{"id": "budget", "capacity": [0]}],
        "requests": [{"id": "A", "value": 5, "use": {"budget": [1]}, "mandatory": True}],
    }
    answer = planned(tmp_path, document)
    assert (answer["status"], answer["objective"], answer["bound"], answer["gap"]) == ("infeasible", None, None, None)
    assert answer["reasons"]


def test_it_keeps_to_the_previous_answer_among_equals(tmp_path: Path) -> None:
    twins = {
        "periods": ["P", "Q"],
        "resources": [{"id": "budget", "capacity": [2, 2]}],
        "requests": [{"id": name, "value": 1, "use": {"budget": [1]}} for name in "ABCDEF"],
    }
    chosen = [
        {"id": "F", "period": "P"},
        {"id": "E", "period": "Q"},
        {"id": "D", "period": "P"},
        {"id": "C", "period": "Q"},
    ]
    previous = tmp_path / "previous.json"
    previous.write_text(json.dumps({"chosen": [*chosen, {"id": "gone", "period": "P"}]}))
    answer = planned(tmp_path, twins, "--previous", str(previous))
    assert {(start["id"], start["period"]) for start in answer["chosen"]} == {
        (start["id"], start["period"]) for start in chosen
    }


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "is not JSON"),
        ({"periods": ["P"], "requests": [{"id": "A", "value": "x"}]}, r"requests\[0\].value: must be a number"),
        ({"periods": ["P"], "resources": [{"id": "r", "capacity": [-1]}]}, r"resources\[0\].capacity\[0\]: must be 0"),
    ],
)
def test_what_cannot_be_planned_is_said(tmp_path: Path, document: object, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        planned(tmp_path, document)


def test_a_missing_file_and_no_time_are_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("plan_scenario", "--scenario", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="more than 0 seconds"):
        call_command("plan_scenario", "--scenario", "x.json", "--time-limit", "0")


@pytest.mark.parametrize("seed", ["-4", "x", "9" * 5000])
def test_a_seed_below_nothing_is_refused(seed: str) -> None:
    with pytest.raises(CommandError, match="must be a whole number of 0 or more"):
        call_command("plan_scenario", "--scenario", "x.json", "--seed", seed)
