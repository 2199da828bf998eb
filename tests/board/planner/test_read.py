"""The file form of a scenario: what is read, what is refused and where the message points."""

import json
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from board.planner.problems import ScenarioProblem
from board.planner.read import SCHEMA, read_plan, read_scenario, scenario_from
from board.planner.scenario import AtLeast, AtMost, Before, Exclude, Load, Scenario

WHOLE: dict[str, Any] = {
    "periods": ["2027Q1", "2027Q2", "2027Q3"],
    "resources": [{"id": "budget", "capacity": [10, 5.5, 0], "unit": "€"}, {"id": "days", "capacity": 4}],
    "requests": [
        {"id": "A", "value": 5, "use": {"budget": [6, 2], "days": 1}, "earliest": "2027Q2", "latest": 2},
        {"id": "B", "value": -1.5, "mandatory": True, "effects": {"customers": 10}, "barred": ["2027Q3"]},
        {"id": "C", "value": 2, "start": 0, "barred": {"2027Q2": "year-end freeze"}, "duration": 2, "cost_of_delay": 1},
    ],
    "rules": [
        {"kind": "before", "first": "A", "then": "B"},
        {"kind": "requires", "request": "A", "needs": "B"},
        {"kind": "exclude", "requests": ["A", "C"]},
        {"kind": "exactly_one", "requests": ["B", "C"]},
        {"kind": "at_most", "requests": ["A", "B", "C"], "limit": 2, "window": 2},
        {"kind": "at_least", "measure": "customers", "amount": 5, "by": "2027Q2"},
        {"kind": "share", "requests": ["B"], "measure": "customers", "least": 0.5},
        {"kind": "load", "starts": [{"request": "A", "period": 1, "amount": 3}], "limit": 4, "label": "letters"},
    ],
    "delay_discount": 0.1,
}


def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text()))


def test_the_schema_is_one_and_takes_the_whole_form() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))
    validator().validate(WHOLE)


def test_everything_that_the_file_says_is_read() -> None:
    scenario = read_scenario(json.dumps(WHOLE))
    assert scenario.periods == ("2027Q1", "2027Q2", "2027Q3")
    assert [resource.capacity for resource in scenario.resources] == [(10, 5.5, 0), (4, 4, 4)]
    a, b, c = scenario.requests
    assert (a.use, a.earliest, a.latest) == ({"budget": (6, 2), "days": (1,)}, 1, 2)
    assert (b.value, b.mandatory, b.effects, b.barred) == (-1.5, True, {"customers": 10}, {2: ""})
    assert (c.start, c.barred, c.duration, c.cost_of_delay) == (0, {1: "year-end freeze"}, 2, 1)
    assert b.cost_of_delay is None
    assert scenario.rules[0] == Before("A", "B", 1)
    assert scenario.rules[2] == Exclude(("A", "C"))
    assert scenario.rules[4] == AtMost(("A", "B", "C"), 2, 2)
    assert scenario.rules[5] == AtLeast("customers", 5, 1)
    assert scenario.rules[7] == Load({("A", 1): 3}, 4, "letters")
    assert scenario.delay_discount == 0.1


def test_periods_alone_are_enough() -> None:
    assert scenario_from({"periods": ["now"]}) == Scenario(("now",))


@pytest.mark.parametrize(
    ("path", "value", "where", "message"),
    [
        (["requests", 0, "use", "budget", 1], "ten", "requests[0].use.budget[1]", 'must be a number, not "ten"'),
        (["requests", 0, "use", "budget", 1], -2, "requests[0].use.budget[1]", "must be 0 or more, not -2"),
        (["requests", 0, "use", "budget", 1], True, "requests[0].use.budget[1]", "must be a number, not true"),
        (["requests", 0, "use", "gold"], [1], "requests[0].use.gold", "there is no resource “gold”"),
        (["requests", 0, "value"], float("nan"), "requests[0].value", "must be a finite number"),
        (["requests", 0, "value"], 10**400, "requests[0].value", "must be a finite number"),
        (["requests", 0, "value"], None, "requests[0].value", "must be a number, not null"),
        (["requests", 2, "cost_of_delay"], "1", "requests[2].cost_of_delay", 'must be a number, not "1"'),
        (["requests", 2, "cost_of_delay"], float("inf"), "requests[2].cost_of_delay", "must be a finite number"),
        (["requests", 1, "id"], "A", "requests[1].id", "“A” stands twice"),
        (["requests", 1, "id"], "", "requests[1].id", "must not be empty"),
        (["requests", 1, "mandatory"], "yes", "requests[1].mandatory", 'must be true or false, not "yes"'),
        (["requests", 0, "latest"], "2027Q1", "requests[0].latest", "is before the earliest period"),
        (["requests", 0, "earliest"], "2027Q9", "requests[0].earliest", "there is no period “2027Q9”"),
        (["requests", 2, "start"], 7, "requests[2].start", "period 7 is not one of 0 to 2"),
        (["requests", 0, "start"], 0, "requests[0].start", "is before the earliest period"),
        (["resources", 0, "capacity", 2], -1, "resources[0].capacity[2]", "must be 0 or more, not -1"),
        (["resources", 0, "capacity"], [1], "resources[0].capacity", "one number for each of the 3 periods"),
        (["resources", 1, "id"], "budget", "resources[1].id", "“budget” stands twice"),
        (["rules", 0, "first"], "Z", "rules[0].first", "there is no request “Z”"),
        (["rules", 0, "then"], "A", "rules[0].then", "a request cannot stand before itself"),
        (["rules", 0, "kind"], "after", "rules[0].kind", "must be one of before, requires"),
        (["rules", 0, "lag"], 1.5, "rules[0].lag", "must be a whole number, not 1.5"),
        (["rules", 2, "requests", 1], "Z", "rules[2].requests[1]", "there is no request “Z”"),
        (["rules", 2, "requests"], "A", "rules[2].requests", 'must be a list, not "A"'),
        (["rules", 4, "limit"], -1, "rules[4].limit", "must be 0 or more"),
        (["rules", 4, "window"], 0, "rules[4].window", "must be 1 period or more"),
        (["rules", 5, "by"], 3, "rules[5].by", "period 3 is not one of 0 to 2"),
        (["rules", 6, "least"], 2, "rules[6].least", "must be from 0 to 1"),
        (["rules", 7, "starts", 0, "period"], 5, "rules[7].starts[0].period", "period 5 is not one of 0 to 2"),
        (["rules", 7, "starts", 0, "period"], None, "rules[7].starts[0].period", "must be a period, not null"),
        (["rules", 7, "starts"], None, "rules[7].starts", "must be a list of starts, not null"),
        (["rules", 4, "limit"], 10**400, "rules[4].limit", "is too large: at most 1e+15"),
        (["rules", 0, "lag"], 1e300, "rules[0].lag", "is too large: at most 1e+15"),
        (["resources", 0, "unit_cost"], float("nan"), "resources[0].unit_cost", "must be a finite number"),
        (["resources", 0, "unit_cost"], -1, "resources[0].unit_cost", "must be 0 or more, not -1"),
        (["requests", 1, "barred", 0], None, "requests[1].barred[0]", "must be a period, not null"),
        (["requests", 2, "barred", "2029"], "frozen", "requests[2].barred.2029", "there is no period “2029”"),
        (["requests", 0, "label"], "\ud800", "requests[0].label", "holds half of a character"),
        (["requests", 1, "effects", "\udfff"], 1, "requests[1].effects.\udfff", "holds half of a character"),
        (["rules", 1], 3, "rules[1]", "must be an object, not 3"),
        (["delay_discount"], 1.5, "delay_discount", "must be from 0 to 1"),
        (["extra"], 1, "extra", "is not known"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path: list[Any], value: object, where: str, message: str) -> None:
    document = deepcopy(WHOLE)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(ScenarioProblem) as error:
        read_scenario(json.dumps(document))
    found = {problem.path: problem.message for problem in error.value.problems}
    assert message in found[where]


def test_a_missing_field_and_a_name_that_stands_twice_are_said() -> None:
    with pytest.raises(ScenarioProblem, match=r"requests\[0\]\.value: is missing"):
        scenario_from({"periods": ["P"], "requests": [{"id": "A"}]})
    with pytest.raises(ScenarioProblem, match=r"requests\[0\]\.value: stands twice"):
        read_scenario('{"periods": ["P"], "requests": [{"id": "A", "value": 1, "value": 2}]}')


@pytest.mark.parametrize("text", ["", "[1, 2", "nothing", '{"periods": ["P"]} more'])
def test_what_is_no_json_is_said(text: str) -> None:
    with pytest.raises(ScenarioProblem, match=r"is not JSON: .* at line 1"):
        read_scenario(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"chosen": ' + "9" * 5000 + "}"])
def test_an_earlier_plan_that_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ScenarioProblem, match=r"^is nested too deeply$|^holds a number of too many digits$"):
        read_plan(text, Scenario(("P",)))
    with pytest.raises(ScenarioProblem, match=r"^is nested too deeply$|^holds a number of too many digits$"):
        read_scenario(text)


def test_there_are_periods_and_no_two_are_called_the_same() -> None:
    with pytest.raises(ScenarioProblem, match="periods: there must be at least one period"):
        scenario_from({"periods": []})
    with pytest.raises(ScenarioProblem, match=r"periods\[1\]: “P” stands twice"):
        scenario_from({"periods": ["P", "P"]})


def test_a_list_and_a_deep_nest_are_refused() -> None:
    with pytest.raises(ScenarioProblem, match="must be an object, not a list"):
        read_scenario("[]")
    with pytest.raises(ScenarioProblem, match="nested too deeply"):
        read_scenario("[" * 100_000)


def test_an_order_that_runs_in_a_circle_is_named() -> None:
    document = {
        "periods": ["P", "Q"],
        "requests": [{"id": name, "value": 1} for name in "ABC"],
        "rules": [
            {"kind": "before", "first": "A", "then": "B"},
            {"kind": "before", "first": "B", "then": "C", "lag": 0},
            {"kind": "before", "first": "C", "then": "A"},
        ],
    }
    with pytest.raises(ScenarioProblem, match=r"rules\[2\]: the order runs in a circle: “\w” before “\w” before"):
        scenario_from(document)


def test_two_that_need_each_other_or_start_together_are_no_circle() -> None:
    document = {
        "periods": ["P"],
        "requests": [{"id": "A", "value": 1}, {"id": "B", "value": 1}],
        "rules": [
            {"kind": "requires", "request": "A", "needs": "B"},
            {"kind": "requires", "request": "B", "needs": "A"},
            {"kind": "before", "first": "A", "then": "B", "lag": 0},
            {"kind": "before", "first": "B", "then": "A", "lag": 0},
        ],
    }
    assert len(scenario_from(document).rules) == 4
