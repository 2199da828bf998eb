"""Understands what people write for money, days and yes or no. Each function raises ValueError with what to do."""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

#: Words that say "not known (yet)": the cell stays empty, with a warning that names the word.
NOT_KNOWN = frozenset(
    {"-", "–", "—", "?", "n/a", "na", "n.a.", "none", "nil", "null", "tbd", "tba", "tbc", "unknown", "not known", "nfp",
     "ongoing", "ongoing - no end date", "not for publication", "not available", "to be determined", "to be confirmed"}
)  # fmt: skip
#: Ways to write a day that can mean only one day. Those with slashes are read as the mapping says.
DAY_FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y/%m/%d", "%Y%m%d",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
SLASHED = {"day": "%d/%m/%Y", "month": "%m/%d/%Y"}
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2199, 12, 31)
MOST = Decimal("999999999999.99")

_MONEY = re.compile(
    r"^(?:[A-Z]{3}\s?|[A-Z]{0,3}[$€£¥]\s?)?(?P<number>\d[\d.,' ]*)\s?(?P<scale>[a-z]+)?(?:\s?[A-Z]{3}|\s?[$€£¥])?$"
)
_SCALES = {
    "k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "mio": 1_000_000, "million": 1_000_000,
    "millions": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip
_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0", ""}


def is_not_known(text: str) -> bool:
    """Whether the text says that nothing is known."""
    return " ".join(text.lower().split()) in NOT_KNOWN


def read_money(value: object, *, decimal: str = ".", unit: int = 1) -> Decimal:
    """An amount of at least nothing. `decimal` is the sign before the cents; `unit` multiplies (1,000,000 where the
    file counts in millions). Understands a currency before or after, grouped thousands, and k, m, million, bn."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError(f"“{value}” is not an amount. Write a number such as 1400000.")
    if not isinstance(value, str):
        return _amount(Decimal(str(value)) * unit, value)
    text = " ".join(value.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").split())
    if text.startswith("="):
        raise ValueError(f"“{text[:40]}” is a formula. Put its value in its place.")
    found = _MONEY.match(text)
    if found is None:
        raise ValueError(f"“{text[:40]}” is not an amount. Write a number such as 1400000, without words or signs.")
    scale = _SCALES.get(found["scale"] or "", None if found["scale"] else 1)
    if scale is None:
        raise ValueError(f"“{found['scale']}” in “{text[:40]}” is not understood. Write the number in full.")
    return _amount(_plain_number(found["number"].strip(), decimal, text) * scale * unit, text)


def _plain_number(number: str, decimal: str, text: str) -> Decimal:
    group = "," if decimal == "." else "."
    whole, _, cents = number.partition(decimal)
    parts = re.split(f"[{re.escape(group)}' ]", whole)
    grouped = len(parts) == 1 or (all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3)
    if not grouped or (cents and not cents.isdecimal()) or not all(part.isdecimal() for part in parts):
        raise ValueError(
            f"“{text[:40]}” can be read in two ways. The sign before the cents is set to “{decimal}”; write the number "
            "with it, or change that setting."
        )
    return Decimal("".join(parts) + (f".{cents}" if cents else ""))


def _amount(amount: Decimal, raw: object) -> Decimal:
    if not amount.is_finite() or amount < 0 or amount > MOST:
        raise ValueError(f"“{raw}” is not between nothing and {MOST:,}.")
    return amount.quantize(Decimal("0.01"))


def read_day(value: object, *, slashes: str = "") -> dt.date:
    """A day between 1970 and 2199. `slashes` is "day" or "month": which stands first in 03/04/2026; without it such a
    day is refused, because it could mean two."""
    if isinstance(value, dt.datetime):
        return _day(value.date(), value)
    if isinstance(value, dt.date):
        return _day(value, value)
    return _written_day(" ".join(str(value).split()), slashes)


@lru_cache(maxsize=4096)
def _written_day(text: str, slashes: str) -> dt.date:
    for form in (*DAY_FORMATS, *([SLASHED[slashes]] if slashes else [])):
        try:
            day = dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
        return _day(day, text)
    if "/" in text and not slashes:
        raise ValueError(
            f"“{text[:40]}” can mean two days. Say whether day or month stands first, or write 2026-06-30."
        )
    raise ValueError(f"“{text[:40]}” is not a day. Write it as 2026-06-30 or 30 June 2026.")


def _day(day: dt.date, raw: object) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"“{raw}” is not between 1970 and 2199.")
    return day


def read_yes(value: object) -> bool:
    """Yes or no."""
    text = str(value).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError(f"“{str(value)[:40]}” is neither yes nor no.")
