"""What is wrong with a scenario, by its path in the file form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `path` is where, such as `requests[3].use.budget[1]`; "" is the file as a whole."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ScenarioProblem(ValueError):
    """The scenario cannot be planned as it is written. `problems` has everything that was found, in reading order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))
