"""Counting the votes over a decision. Pure: numbers in, words out.

The count is among those who are present, have a vote and do not stand aside. More than half, or two thirds, of them
must be for it: who abstains or says nothing is not. Where more than half are asked for and as many are for it as
against it, the vote of who is in the chair counts once more.
"""

from dataclasses import dataclass

FOR = "for"
TWO_THIRDS = "two_thirds"


@dataclass(frozen=True, slots=True)
class Count:
    """How the votes stand. `majority` is "majority" or "two_thirds", `present` how many may vote, `chair` how the chair
    voted; empty where they did not or may not."""

    majority: str
    present: int
    in_favour: int
    against: int
    abstained: int
    chair: str = ""

    @property
    def needed(self) -> int:
        """How many must be for it; at least one."""
        if self.majority == TWO_THIRDS:
            return max(-(-2 * self.present // 3), 1)
        return self.present // 2 + 1

    @property
    def silent(self) -> int:
        """How many may vote and have not."""
        return max(self.present - self.in_favour - self.against - self.abstained, 0)

    @property
    def is_tie(self) -> bool:
        """Whether as many are for it as against it, so that the chair's vote can decide."""
        return self.majority != TWO_THIRDS and self.in_favour == self.against > 0

    @property
    def by_chair(self) -> bool:
        """Whether it is carried only because the chair's vote counts once more."""
        return self.is_tie and self.chair == FOR and self.in_favour < self.needed <= self.in_favour + 1

    @property
    def carried(self) -> bool:
        """Whether the decision is carried."""
        return self.in_favour >= self.needed or self.by_chair

    @property
    def is_begun(self) -> bool:
        """Whether anybody voted."""
        return self.silent < self.present

    @property
    def words(self) -> str:
        """ "Carried: 4 of the 6 who may vote are for it, 2 against; 4 are needed (more than half)."."""
        share = "two thirds" if self.majority == TWO_THIRDS else "more than half"
        verb = "is" if self.in_favour == 1 else "are"
        votes = f"{self.in_favour} of the {self.present} who may vote {verb} for it"
        needed = f"{self.needed} {'is' if self.needed == 1 else 'are'} needed ({share})"
        if self.by_chair:
            return f"Carried by the chair\u2019s casting vote: {self.in_favour} for it, {self.against} against."
        others = [(self.against, "against"), (self.abstained, "abstained"), (self.silent, "not said")]
        rest = "".join(f", {count} {word}" for count, word in others if count)
        return f"{'Carried' if self.carried else 'Not carried'}: {votes}{rest}; {needed}."
