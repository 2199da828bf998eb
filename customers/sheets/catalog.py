"""Every sheet there is: one for each register, and the lists that are not registers. Apps above add theirs in their
module `registers` with `add_sheet`."""

from customers.registers import REGISTERS
from customers.sheets.assets import ASSETS
from customers.sheets.entries import entry_sheet
from customers.sheets.holdings import HOLDINGS
from customers.sheets.sheet import Sheet

SHEETS: dict[str, Sheet] = {sheet.slug: sheet for sheet in (HOLDINGS, ASSETS)}


def add_sheet(sheet: Sheet) -> None:
    """Add the list of another app."""
    SHEETS[sheet.slug] = sheet


def sheet_of(slug: str) -> Sheet | None:
    """The sheet of this name; None where there is none."""
    if slug not in REGISTERS:
        return SHEETS.get(slug)
    register = REGISTERS[slug]
    made: Sheet = register.sheet(register) if register.sheet else entry_sheet(register)
    return made
