"""How plans are worded: days, counts."""

from datetime import date

from board.packs.words import day


def day_of(ordinal: int) -> str:
    """'3 March 2027'."""
    return day(date.fromordinal(ordinal))


def between(first: date, last: date) -> str:
    """'between 1 and 20 May 2027', 'between 28 April and 3 May 2027', 'on 3 May 2027'."""
    if first == last:
        return f"on {day(first)}"
    if first.year != last.year:
        return f"between {day(first)} and {day(last)}"
    return f"between {first:%-d}{'' if first.month == last.month else f'{first: %B}'} and {day(last)}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """'1 request', '9 requests'."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
