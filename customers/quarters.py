"""Quarters of the calendar. Pure: no Django and no rows. The engine, which imports no app, has its own module of them
(impacts/engine/quarters.py), and a test holds that both say the same."""

from datetime import date

Quarter = tuple[int, int]
"""Year and 1 to 4: (2027, 1) is January to March."""


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return day.year, (day.month - 1) // 3 + 1


def first_day(quarter: Quarter) -> date:
    """The first day of a quarter."""
    return date(quarter[0], 3 * quarter[1] - 2, 1)


def quarter_label(quarter: Quarter) -> str:
    """'Q1 2027'."""
    return f"Q{quarter[1]} {quarter[0]}"


def quarter_code(quarter: Quarter) -> str:
    """'2027Q1', as addresses and files write it."""
    return f"{quarter[0]}Q{quarter[1]}"


def read_quarter(words: str) -> Quarter | None:
    """The quarter that "2027Q1", "Q1 2027" or "2027-Q1" means; None for anything else."""
    plain = words.upper().replace(" ", "").replace("-", "")
    year, number = (plain[:4], plain[4:]) if not plain.startswith("Q") else (plain[2:], plain[:2])
    if number in {"Q1", "Q2", "Q3", "Q4"} and len(year) == 4 and year.isascii() and year.isdecimal():
        return (int(year), int(number[1])) if 2000 <= int(year) <= 2200 else None
    return None


def next_quarter(quarter: Quarter) -> Quarter:
    """The quarter after this one."""
    return (quarter[0] + 1, 1) if quarter[1] == 4 else (quarter[0], quarter[1] + 1)


def quarter_before(quarter: Quarter) -> Quarter:
    """The quarter before this one."""
    return (quarter[0] - 1, 4) if quarter[1] == 1 else (quarter[0], quarter[1] - 1)


def quarters_from(first: Quarter, number: int) -> list[Quarter]:
    """So many quarters that follow one another, `first` among them."""
    found = [first]
    while len(found) < number:
        found.append(next_quarter(found[-1]))
    return found
