"""Systemic consensing: the option that meets the least resistance is the one most can live with.

The method of Schrotta and Visotschnig (systemic-consensing.at): everybody says of every option, also of
leaving things as they are (the passive option), how much resistance it meets, from 0 (none) to 10.
The bounds of `is_risky` are those of the domain handbook, 3.5 (M3).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

MOST = 10
LOW, HIGH = 2, 7  # up to here it is low; from here on it is high
UNBEARABLE = 9
MANY_HIGH = Fraction(20, 100)
NEAR = Fraction(10, 100)

Option = TypeVar("Option", bound=Hashable)


@dataclass(frozen=True)
class Resistance:
    """How often each rating from 0 to 10 was given to one option. Who gave none is in no figure."""

    counts: tuple[int, ...]

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> "Resistance":
        """From {rating: how often}; raises ValueError on a rating that is not 0 to 10."""
        if any(not 0 <= rating <= MOST for rating in counts):
            raise ValueError("a rating is 0 to 10")
        return cls(tuple(counts.get(rating, 0) for rating in range(MOST + 1)))

    @property
    def ratings(self) -> int:
        return sum(self.counts)

    @property
    def total(self) -> int:
        return sum(rating * count for rating, count in enumerate(self.counts))

    @property
    def mean(self) -> Fraction:
        return Fraction(self.total, self.ratings) if self.ratings else Fraction(0)

    @property
    def share(self) -> Fraction:
        """The group's resistance as a share of the most that it could be: total / (10 n)."""
        return self.mean / MOST

    @property
    def spread(self) -> tuple[int, int, int]:
        """How many people feel little (0-2), some (3-6) and much resistance (7-10)."""
        return sum(self.counts[: LOW + 1]), sum(self.counts[LOW + 1 : HIGH]), sum(self.counts[HIGH:])

    @property
    def highest(self) -> int | None:
        """The strongest resistance that anybody feels; None without ratings."""
        return max((rating for rating, count in enumerate(self.counts) if count), default=None)

    @property
    def is_risky(self) -> bool:
        """Whether somebody can hardly bear it (9 or 10), or a fifth feel much resistance (7 or more)."""
        return sum(self.counts[UNBEARABLE:]) > 0 or (
            self.ratings > 0 and Fraction(self.spread[2], self.ratings) >= MANY_HIGH
        )


@dataclass(frozen=True)
class Ranking(Generic[Option]):
    """The options in order of resistance, and what follows from it."""

    order: tuple[tuple[Option, Resistance], ...]  # the least resistance first
    best: tuple[Option, ...]  # those with the least; more than one is a tie
    may_be_adopted: frozenset[Option]  # that meet less resistance than the passive option
    gentler: tuple[Option, ...]  # near the best and without its risk: think twice

    @property
    def changes_something(self) -> bool:
        return any(option in self.may_be_adopted for option in self.best)


def rank(options: Mapping[Option, Resistance], passive: Option) -> Ranking[Option]:
    """Order the options by their mean resistance. Raises KeyError without the passive one.

    An option that meets as much resistance as leaving things as they are cannot be adopted, or more.
    """
    order = tuple(sorted(options.items(), key=lambda item: item[1].mean))
    least, of_passive = order[0][1].mean, options[passive].mean
    best = tuple(option for option, found in order if found.mean == least)
    return Ranking(
        order=order,
        best=best,
        may_be_adopted=frozenset(o for o, found in order if o != passive and found.mean < of_passive),
        gentler=gentler_than(best, order, passive),
    )


def gentler_than(
    best: tuple[Option, ...], order: tuple[tuple[Option, Resistance], ...], passive: Option
) -> tuple[Option, ...]:
    """The options within ten points of a risky best one that bear no risk themselves."""
    by_option = dict(order)
    if not all(by_option[option].is_risky for option in best):
        return ()
    limit = by_option[best[0]].share + NEAR
    others = [(option, found) for option, found in order if option not in best and option != passive]
    return tuple(option for option, found in others if found.share <= limit and not found.is_risky)
