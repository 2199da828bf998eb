"""The way of a value story: one table says which step leads where and who may make it. Pure.

Whoever changes the words of a reviewed story takes it back to draft: what was reviewed are these words.
"""

from dataclasses import dataclass
from enum import StrEnum

DRAFT, REVIEWED, PUBLISHED = "draft", "reviewed", "published"


class StoryActor(StrEnum):
    """What somebody is to a story."""

    AUTHOR = "author"
    REVIEWER = "reviewer"  # who may review it: never its author
    KEEPER = "keeper"  # CIO or administrator


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One allowed step. `verb` is what the button says; `needs_reason` asks for a why."""

    source: str
    target: str
    actors: frozenset[StoryActor]
    verb: str
    needs_reason: bool = False


_ALL = frozenset(StoryActor)
_OWN = frozenset({StoryActor.AUTHOR, StoryActor.KEEPER})
STEPS: tuple[StoryStep, ...] = (
    StoryStep(DRAFT, REVIEWED, frozenset({StoryActor.REVIEWER}), "I checked it: it is right"),
    StoryStep(REVIEWED, PUBLISHED, _ALL, "Publish"),
    StoryStep(REVIEWED, DRAFT, _ALL, "Back to draft", needs_reason=True),
    StoryStep(PUBLISHED, DRAFT, _ALL, "Take back", needs_reason=True),
)


def steps_from(source: str, actors: frozenset[StoryActor]) -> list[StoryStep]:
    """The steps that somebody who is any of `actors` may make from `source`."""
    return [step for step in STEPS if step.source == source and step.actors & actors]


def step_between(source: str, target: str) -> StoryStep | None:
    """The step from `source` to `target`; None where the table has none."""
    return next((step for step in STEPS if step.source == source and step.target == target), None)
