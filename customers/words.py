"""How several things are named and counted in a sentence."""

import re
from collections.abc import Iterable

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Letters that run from the right: Hebrew, Arabic and their neighbours, their forms, and those beyond the first plane.
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _POP, _END = "\u2068", "\u202c", "\u2069"


def isolated(text: str) -> str:
    """The text so that what turns the direction of writing in it ends with it: a title with an override, or one in
    Arabic or Hebrew, turns nothing around that stands beside it, and a sentence that begins with it still runs from
    the left. Other texts are as they were."""
    if text.isascii() or not (_TURNS.search(text) or _FROM_THE_RIGHT.search(text)):
        return text
    open_ones: list[str] = []
    for sign in _TURNS.findall(text):
        if sign in "\u2066\u2067\u2068":
            open_ones.append(_END)
        elif sign == _END and _END in open_ones:
            while open_ones.pop() != _END:
                pass
        elif sign == _POP and open_ones[-1:] == [_POP]:
            open_ones.pop()
        elif sign not in (_POP, _END):
            open_ones.append(_POP)
    closed = text + "".join(reversed(open_ones))
    return closed if closed.startswith(_ISOLATE) and closed.endswith(_END) else f"{_ISOLATE}{closed}{_END}"


def listed(names: Iterable[object], most: int = 0) -> str:
    """'A, B and C'; with `most`, of more names 'A, B and 3 more': as many as `most` things are named then."""
    words = [str(name) for name in names]
    if most and len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def with_article(noun: str) -> str:
    """'an attribute', 'a system': for the nouns of registers, where a vowel in writing is one in speech."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


IS, WAS = ("is", "are"), ("was", "were")


def part_of(part: int, whole: int, thing: str, rest: str, *, things: str = "", verb: tuple[str, str] = IS) -> str:
    """'3 of 8 promises were kept' with the verb that fits: 'None of 8 promises was kept', 'All 8 promises were kept',
    and 'The only promise was not kept' where there is one. `things` where it is not `thing` with an s."""
    one, many = verb
    if whole == 1:
        return f"The only {thing} {one} {'' if part else 'not '}{rest}"
    all_of_them = f"{whole:,} {things or thing + 's'}"
    if part == whole:
        return f"All {all_of_them} {many} {rest}"
    return f"{f'{part:,}' if part else 'None'} of {all_of_them} {many if part > 1 else one} {rest}"
