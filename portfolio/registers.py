"""The registers of this app, shown and kept on the same pages as those of `customers`, which looks for this module."""

from customers.registers import add_register
from customers.sheets.catalog import add_sheet
from portfolio.models import Skill
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
add_sheet(CAPACITIES)
