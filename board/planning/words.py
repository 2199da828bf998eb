"""How plans are worded: days, numbers, money in short."""

from collections.abc import Sequence
from datetime import date

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def day_of(ordinal: int) -> str:
    """'3 March 2027'."""
    return day(date.fromordinal(ordinal))


def day(value: date) -> str:
    """'3 March 2027'."""
    return f"{value:%-d %B %Y}"


def between(first: date, last: date) -> str:
    """'between 1 and 20 May 2027', 'between 28 April and 3 May 2027', 'on 3 May 2027'."""
    if first == last:
        return f"on {day(first)}"
    if first.year != last.year:
        return f"between {day(first)} and {day(last)}"
    return f"between {first:%-d}{'' if first.month == last.month else f'{first: %B}'} and {day(last)}"


def number_word(number: int) -> str:
    """'nine', '41'."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """'1 request', '9 requests'."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def joined(names: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def amount(number: float) -> str:
    """'118', '2,010,000', '0.5'."""
    return f"{number:,.1f}".removesuffix(".0")
