"""The registers of this app, shown and kept on the same pages as those of `customers`, which looks for this module."""

from customers.registers import Column, add_register
from customers.sheets.catalog import add_sheet
from portfolio.models import Objective, Skill
from portfolio.objective_sheets import READINGS, objective_sheet
from portfolio.sheets import CAPACITIES

add_register(
    Skill,
    title="Skills",
    singular="skill",
    why="What people must be able to do, and how much of it is there in each quarter.",
    fields=("name", "code", "description"),
    panel="portfolio:panel-skill-capacity",
    panel_title="How much is there",
)
add_register(
    Objective,
    Column("get_kind_display", "What it is"),
    Column("parent", "Serves"),
    Column("owner", "Who answers"),
    Column("measure", "Counted by"),
    Column("target", "Target", number=True),
    Column("due", "By"),
    title="Objectives",
    singular="objective",
    why="What we want to reach with our customers, and the objectives that serve it. One person answers for each.",
    fields=(
        "name",
        "code",
        "description",
        "kind",
        "parent",
        "owner",
        "measure",
        "baseline",
        "baseline_on",
        "target",
        "due",
    ),
    person_field="owner",
    panel="portfolio:panel-objective",
    panel_title="How far it is, and what serves it",
    sheet=objective_sheet,
)
add_sheet(CAPACITIES)
add_sheet(READINGS)
