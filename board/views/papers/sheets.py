"""Long papers as pages: so many items at a time, the rest a link away."""

from dataclasses import dataclass
from typing import Any

from board.packs.paper import on_paper

ITEMS_A_PART = 40


@dataclass(frozen=True, slots=True)
class Part:
    """Which items are shown. `first` and `last`: what stands before and after the items is shown too. `address` is that
    of the page with an item's number to follow."""

    number: int
    count: int
    address: str

    @property
    def first(self) -> bool:
        """Whether it is the first part."""
        return self.number == 1

    @property
    def last(self) -> bool:
        """Whether it is the last part."""
        return self.number == self.count

    @property
    def others(self) -> list[dict[str, Any]]:
        """All parts with the number of their first item, to link to."""
        return [
            {"number": each, "item": (each - 1) * ITEMS_A_PART + 1, "here": each == self.number}
            for each in range(1, self.count + 1)
        ]


def part_of(document: dict[str, Any], item: str, address: str) -> tuple[dict[str, Any], Part | None]:
    """The document on paper with the items of the part that holds this one (a number as typed), and the part; all of it
    and None where it is short."""
    paper = on_paper(document)
    count = -(-len(document["pages"]) // ITEMS_A_PART)
    if count <= 1:
        return paper, None
    wanted = int(item) if item.isdecimal() and len(item) < 6 else 1
    number = min(max(-(-wanted // ITEMS_A_PART), 1), count)
    shown = paper["pages"][(number - 1) * ITEMS_A_PART : number * ITEMS_A_PART]
    return {**paper, "pages": shown}, Part(number, count, address)
