"""What every export to a spreadsheet must do, in one place."""

from typing import Any

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """The value as a CSV cell that no spreadsheet takes for a formula: text that starts like one gets an apostrophe.

    Source: OWASP, "CSV Injection". Numbers and dates are left alone.
    """
    if isinstance(value, str) and value.startswith(_STARTS_FORMULA):
        return "'" + value
    return value
