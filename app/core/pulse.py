"""A pulse: how often each answer to one question was given, said no more precisely than few people allow.

The bounds are those of the domain handbook, 4.7: nothing below five answers, no percentages below twenty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.core.inference import wilson

SHOWN_FROM = 5  # with fewer answers nothing is shown; a host may ask for more, not for fewer
PERCENT_FROM = 20
UNSURE = -1  # the value of "I do not know", which takes no part in shares


@dataclass(frozen=True)
class Answers:
    """How often each answer was given to one question, in the order in which the answers are offered."""

    values: tuple[int, ...]
    counts: tuple[int, ...]
    unsure: int = 0

    @classmethod
    def of(cls, values: Sequence[int], given: Mapping[int, int]) -> "Answers":
        """From {value: how often}; raises ValueError on a value that was not offered."""
        if set(given) - {*values, UNSURE}:
            raise ValueError("this answer was not offered")
        return cls(tuple(values), tuple(given.get(value, 0) for value in values), given.get(UNSURE, 0))

    @property
    def stands(self) -> int:
        """How many gave another answer than that they do not know."""
        return sum(self.counts)

    @property
    def people(self) -> int:
        return self.stands + self.unsure

    def is_shown(self, at_least: int = SHOWN_FROM) -> bool:
        return self.people >= max(SHOWN_FROM, at_least)

    def share(self, value: int) -> Fraction | None:
        """The share of those who know; None where a percentage would say more than is known."""
        return Fraction(self.count(value), self.stands) if self.stands >= PERCENT_FROM else None

    def interval(self, value: int) -> tuple[float, float] | None:
        """The Wilson interval around that share."""
        return wilson(self.count(value), self.stands) if self.stands >= PERCENT_FROM else None

    def extreme(self, value: int) -> str | None:
        """Whether, among few, `all` or `none` gave this answer: of a sensitive question nobody says so."""
        if not 0 < self.stands < PERCENT_FROM:
            return None
        return {0: "none", self.stands: "all"}.get(self.count(value))

    def count(self, value: int) -> int:
        return self.counts[self.values.index(value)]

    @property
    def middle(self) -> Fraction | None:
        """The median of those who know: half gave this or less, half this or more."""
        given = sorted(v for v, count in zip(self.values, self.counts, strict=True) for _ in range(count))
        if not given:
            return None
        return Fraction(given[(len(given) - 1) // 2] + given[len(given) // 2], 2)
