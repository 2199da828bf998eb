"""How whole numbers and money are written, everywhere: on pages, in papers, files and messages."""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.formats import number_format

NBSP = "\u00a0"
_CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CAD": "$", "AUD": "$"}


def _grouped(number: Decimal, places: int = 0) -> str:
    """Rounded half up, thousands grouped as the language does it. (`number_format` alone would cut, not round.)"""
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return str(number_format(rounded, places, use_l10n=True, force_grouping=True))


def count(value: object) -> str:
    """A whole number with its thousands grouped ("412,000"); nothing for None."""
    if value is None or value == "":
        return ""
    return _grouped(Decimal(str(value)))


def currency_sign() -> str:
    """What stands before an amount in the organisation's currency: its sign, or its code and a space."""
    code = str(settings.OMBUD_CURRENCY)
    return _CURRENCY_SIGNS.get(code, code + NBSP)


def money_text(amount: object, short: bool = False) -> str:
    """An amount in the organisation's currency (`settings.OMBUD_CURRENCY`), rounded to whole units.

    None reads "not said", which is not the same as nothing. `short` writes millions and
    billions: "€2.01 m", "€1.26 bn".
    """
    if amount is None or amount == "":
        return "not said"
    number = Decimal(str(amount))
    sign = currency_sign()
    minus = "\u2212" if number < 0 else ""
    number = abs(number)
    if short and number >= 999_995_000:
        return f"{minus}{sign}{_grouped(number / 1_000_000_000, 2)}{NBSP}bn"
    if short and number >= 1_000_000:
        return f"{minus}{sign}{_grouped(number / 1_000_000, 2)}{NBSP}m"
    return f"{minus}{sign}{_grouped(number)}"
