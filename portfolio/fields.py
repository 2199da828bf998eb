"""Form fields that read what people really type: money with signs and separators, dates in several shapes."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]
YEARS = (2000, 2100)
MOST_MONEY = Decimal("999999999999.99")


class PlainText(forms.CharField):
    """Text whose line ends are all newlines, so that a browser's own do not look like a change."""

    def to_python(self, value: Any) -> str:
        """The text, trimmed."""
        text = super().to_python(value)
        return str(text or "").replace("\r\n", "\n").replace("\r", "\n")


class Day(forms.DateField):
    """A date. Years that can only be a slip of the key are refused; what cannot be read stays visible as text."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", DATE_FORMATS)
        options.setdefault(
            "error_messages", {"invalid": "This is not a date that exists. Write it as 2 March 2027 or 2027-03-02."}
        )
        super().__init__(**options)

    def validate(self, value: Any) -> None:
        """Refuse years outside 2000 to 2100."""
        super().validate(value)
        if isinstance(value, dt.date) and not YEARS[0] <= value.year <= YEARS[1]:
            raise ValidationError(f"The year {value.year} cannot be meant. Give a year from {YEARS[0]} to {YEARS[1]}.")


class Money(forms.CharField):
    """An amount in the organisation's currency, as people write it: 420000, 420,000, 420 000.50, €1.2 m is refused."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Stored amounts without needless noughts and with their thousands grouped; what was typed as it was typed."""
        if not isinstance(value, Decimal):
            return value
        return f"{value:,.2f}".removesuffix(".00")

    def clean(self, value: Any) -> Any:
        """The amount, or None for nothing. Raises ValidationError."""
        text = super().clean(value)
        return parse_money(text) if text else None


def parse_money(text: str) -> Decimal:
    """The amount that `text` means, rounded to cents. Raises ValidationError with what to do."""
    plain = re.sub(r"[\s\u00a0\u202f'’]|€|\$|£|[A-Z]{3}", "", text)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", plain) and (plain.count(".") > 1 or "," in plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    try:
        if not re.fullmatch(r"-?\d+(\.\d+)?", plain, re.ASCII):
            raise InvalidOperation
        amount = Decimal(plain).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValidationError("This is not an amount. Write digits only, such as 420000 or 420,000.50.") from None
    if amount < 0:
        raise ValidationError("A cost cannot be below nothing. Leave the minus out.")
    if amount > MOST_MONEY:
        raise ValidationError("This is more than Ombud can keep (12 digits). Check the number of noughts.")
    return amount
