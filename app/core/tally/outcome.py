"""When a vote counts, and what a count gives: the same for every method."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

THRESHOLDS = ("majority", "two_thirds")


@dataclass(frozen=True)
class Rule:
    """What is agreed before a vote opens. A method reads what it needs and leaves the rest."""

    electorate: int = 0  # how many may vote
    quorum: int = 0  # in whole percent of the electorate
    threshold: str = "majority"
    seats: int = 1
    top: int = 5  # the highest grade or score
    credits: int = 0  # how many dots, or credits, each voter has
    budget: int = 0  # in whole cents, like the costs
    costs: Mapping[int, int] = field(default_factory=dict)
    completion: str = "none"  # of equal shares: what happens with what is left of the budget
    increment: int = 1  # by how much shares grow at a time (add1), in the unit of the budget
    priority: tuple[int, ...] = ()  # who goes first among equals; else the order on the ballot

    def in_order(self, options: Iterable[int]) -> list[int]:
        """Options in the order that breaks ties; `options` in the order on the ballot."""
        places = {option: place for place, option in enumerate(self.priority)}
        return sorted(options, key=lambda option: places.get(option, len(places)))


@dataclass(frozen=True)
class Tally:
    """The count: who won, why, and how it went.

    `reason` is a word: `adopted`, `rejected`, `no_quorum`, `no_votes`, `winner`, `winners`, `tie`.
    """

    ballots: int
    electorate: int
    quorum_met: bool
    winners: tuple[int, ...]  # in the order in which they won
    reason: str
    counts: Mapping[int, int]  # the figure that is shown of each option
    tied: tuple[int, ...] = ()  # equal for a place, where that mattered
    rounds: Sequence[Mapping[str, Any]] = ()  # the method's own trace, plain enough for JSON


def meets_quorum(ballots: int, electorate: int, quorum: int) -> bool:
    """Whether at least `quorum` percent of the electorate voted, in whole numbers."""
    return 100 * ballots >= quorum * electorate


def settle(
    ballots: Mapping[Any, int],
    rule: Rule,
    counts: Mapping[int, int],
    winners: Iterable[int],
    tied: Iterable[int] = (),
    rounds: Sequence[Mapping[str, Any]] = (),
) -> Tally:
    """The outcome of a count, unless nobody chose anything or too few people voted."""
    total = sum(ballots.values())
    quorum_met = meets_quorum(total, rule.electorate, rule.quorum)
    won, equal = tuple(winners), tuple(tied)
    if not any(number for choice, number in ballots.items() if choice):
        won, equal, reason = (), (), "no_votes"
    elif not quorum_met:
        won, equal, reason = (), (), "no_quorum"
    elif len(won) > rule.seats:
        reason = "tie"
    else:
        reason = "winner" if rule.seats == 1 else "winners"
    return Tally(total, rule.electorate, quorum_met, won, reason, counts, equal, rounds)


def the_one_seat(rule: Rule) -> None:
    """For a method that finds one winner. Raises ValueError when more seats are asked for."""
    if rule.seats != 1:
        raise ValueError("this method fills one seat")


def highest(figures: Mapping[int, Any], seats: int) -> tuple[list[int], list[int]]:
    """The options with the highest figures, as (those that won, those equal for the last seat).

    Where more are equal than there are seats left, all of them are named in both.
    """
    order = sorted(figures, key=lambda option: figures[option], reverse=True)
    if len(order) <= seats:
        return order, []
    last = figures[order[seats - 1]]
    above = [option for option in order if figures[option] > last]
    equal = [option for option in order if figures[option] == last]
    return above + equal, equal if len(above) + len(equal) > seats else []
