"""Dots on ideas: how many somebody may place, and which ideas have the most people behind them.

The rules are those of the domain handbook, 3.7 (M5): at most twelve options, three dots for up to eight
of them and else five, one a person on each option unless the host lets them be stacked. People are
counted first: three dots of one person are one person.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.order import place_of

MOST_OPTIONS = 12
FEW_OPTIONS, FEW_DOTS, MANY_DOTS = 8, 3, 5
SHOWN_FROM = 5  # people who placed dots; with fewer nothing is shown

Option = TypeVar("Option", bound=Hashable)


def dots_for(options: int) -> int:
    """How many dots each person has, with so many options."""
    return FEW_DOTS if options <= FEW_OPTIONS else MANY_DOTS


def is_allowed(
    dots: Mapping[Option, int], options: Collection[Option], most: int, can_stack: bool = False
) -> bool:
    """Whether somebody may place their dots so: on options only, no more than they have, stacked or not."""
    on_one = most if can_stack else 1
    known = all(option in options for option, number in dots.items() if number)
    return known and all(0 <= number <= on_one for number in dots.values()) and sum(dots.values()) <= most


@dataclass(frozen=True)
class Support:
    """What is behind one option. Equal options share a place."""

    place: int
    people: int
    dots: int


@dataclass(frozen=True)
class Shortlist(Generic[Option]):
    """The options, most people first. A shortlist, not a decision."""

    order: tuple[tuple[Option, Support], ...]
    people: int  # who placed a dot

    @property
    def is_shown(self) -> bool:
        return self.people >= SHOWN_FROM


def count(options: Sequence[Option], ballots: Iterable[Mapping[Option, int]]) -> Shortlist[Option]:
    """Count the dots: first how many people stand behind an option, then how many dots.

    What lies on something else is not counted; equal options stay in the order in which they are given.
    """
    counted = [{o: n for o, n in ballot.items() if n > 0 and o in options} for ballot in ballots]
    people = {option: sum(option in ballot for ballot in counted) for option in options}
    dots = {option: sum(ballot.get(option, 0) for ballot in counted) for option in options}
    weights = {option: (people[option], dots[option]) for option in options}
    order = sorted(options, key=lambda option: weights[option], reverse=True)
    placed = [(o, 1 + sum(weights[other] > weights[o] for other in options)) for o in order]
    return Shortlist(
        order=tuple((option, Support(place, *weights[option])) for option, place in placed),
        people=sum(bool(ballot) for ballot in counted),
    )


def least_read(reads: Mapping[Option, int], seed: str) -> Option | None:
    """The idea that somebody reads next: the one that was read least, among equals one by chance."""
    return min(reads, key=lambda idea: (reads[idea], place_of(idea, seed)), default=None)


def listed(picks: Mapping[Option, int], seed: str) -> list[Option]:
    """The ideas that go on to the dots: those that stood out to somebody, or all if none did.

    When there are more than twelve, the twelve that stood out most often; the last places by lot.
    """
    standing = [idea for idea in picks if picks[idea]] or list(picks)
    by_picks = sorted(standing, key=lambda idea: (-picks[idea], place_of(idea, seed)))
    chosen = set(by_picks[:MOST_OPTIONS])
    return [idea for idea in standing if idea in chosen]
