"""Amounts, dates and counts as the pack and meeting mode write them. No Django."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

NBSP = "\u00a0"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_word(count: int) -> str:
    """Small numbers in words, as in running text; others in digits."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """ "one overlap", "three overlaps"."""
    return f"{number_word(count)} {one if count == 1 else many or one + 's'}"


def amount(value: Decimal | None, currency: str) -> str:
    """Whole units with grouped thousands, "not said" for None. `currency` is a sign or a code that ends in a space."""
    if value is None:
        return "not said"
    minus = "\u2212" if value < 0 else ""
    return f"{minus}{currency}{abs(value):,.0f}"


def short_amount(value: str, currency: str) -> str:
    """A decimal text in thousands, millions or billions: "€1.26 bn", "€2.01 m", "€420 k", "€900"; "not said" for none.
    What would round to a thousand of a unit is one of the next."""
    if not value:
        return "not said"
    number = Decimal(value)
    for size, sign in ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")):
        if abs(number) >= size - Decimal(size) / 200_000:
            return f"{currency}{(number / size).quantize(Decimal('0.01')).normalize():f}{NBSP}{sign}"
    return amount(number, currency)


def total(values: Iterable[Decimal | None], currency: str) -> str:
    """The sum, and how many are missing from it; "not said" where all are."""
    rows = list(values)
    said = [value for value in rows if value is not None]
    if not said:
        return "not said"
    missing = len(rows) - len(said)
    return amount(sum(said, Decimal(0)), currency) + (f", {counted(missing, 'amount')} not said" if missing else "")


def day(value: date | None) -> str:
    """ "2 March 2026"; "not said" for None."""
    return f"{value.day} {value:%B} {value.year}" if value else "not said"


def short_day(value: date) -> str:
    """ "2 Mar 2026", for tables."""
    return f"{value.day} {value:%b} {value.year}"


def span(days: Sequence[date]) -> str:
    """ "2 March 2026", or "2 March 2026 to 1 June 2026"; "no date said" for none."""
    if not days:
        return "no date said"
    first, last = min(days), max(days)
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def listed(words: Sequence[str], most: int = 0) -> str:
    """ "a, b and c"; with `most`, "a, b and 3 more"."""
    if most and len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def cut(text: str, most: int) -> str:
    """The text on one line, shortened at a word to at most `most` characters, "…" at the end where text is left out."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head
    return at_word.rstrip(" ,;:.") + "…"


_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-Z0-9“€])")


def whole_sentences(text: str, most: int) -> str:
    """As many whole sentences from the start as have room in `most` characters; shortened at a word where the first is
    longer than that."""
    line = " ".join(text.split())
    kept = ""
    for each in _SENTENCE.split(line):
        longer = f"{kept} {each}".strip()
        if len(longer) > most:
            break
        kept = longer
    return kept or cut(line, most)


def quoted(text: str) -> str:
    """The text in quotation marks; those within it become single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def in_sentence(name: str) -> str:
    """A name as it stands within a sentence: "card holders"; "IT staff" and "SMEs" keep their capitals."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def sentence(text: str) -> str:
    """The text with a capital at the start and a full stop at the end."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!…" else ".")


def order_words(places: Mapping[str, int]) -> str:
    """An order in words, by what has which place: "A and B, then C"."""
    ranks = sorted(set(places.values()))
    return ", then ".join(listed([name for name, rank in places.items() if rank == each]) for each in ranks)
