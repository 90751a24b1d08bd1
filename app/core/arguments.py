"""Arguments for and against: which ones somebody weighs, what weighs with whom, and who changed their mind.

The method is that of the domain handbook, 3.6 (M4); what is too few to show, that of its 4.7. A stance is
1 (for), -1 (against) or 0 (not sure yet); the side of an argument is 1 or -1; a weight is 0, 1 or 2.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from app.core.order import shuffled

FOR, AGAINST, UNSURE = 1, -1, 0
MOST_WEIGHT = 2
A_SIDE = 3  # how many of each side one person weighs, and how many of each are named as the weightiest
SHOWN_FROM = 5  # with fewer answers nothing is shown
GROUP_FROM = 10  # a part of the people is only shown apart if it, and the rest, are at least so many

Argument = TypeVar("Argument", bound=Hashable)


def drawn(sides: Mapping[Argument, int], weighed: Iterable[Argument], seed: str) -> list[Argument]:
    """The arguments that one person weighs: of each side three, by chance, in an order by chance.

    What they weighed already stays theirs, also when others come in; the seed is the person's own.
    """
    before = set(weighed)
    chosen: list[Argument] = []
    for side in (FOR, AGAINST):
        of_side = shuffled((a for a, its_side in sides.items() if its_side == side), seed, key=str)
        chosen += sorted(of_side, key=lambda argument: argument not in before)[:A_SIDE]
    return shuffled(chosen, seed, key=str)


@dataclass(frozen=True)
class Weight:
    """What an argument weighs with some people: how many they are, and the sum of their weights."""

    people: int = 0
    total: int = 0

    @property
    def mean(self) -> Fraction:
        """Between 0 (does not count) and 2 (counts heavily); 0 when nobody weighed it."""
        return Fraction(self.total, self.people) if self.people else Fraction(0)


@dataclass(frozen=True)
class Standing:
    """What an argument weighs with everybody, and with the people of the other stance."""

    everyone: Weight
    across: Weight

    @property
    def is_shown(self) -> bool:
        return self.everyone.people >= SHOWN_FROM

    @property
    def is_across_shown(self) -> bool:
        """Whether the other side can be shown apart: it, and the rest, are large enough to hide in.

        The rest counts too, since who knows the whole and one part knows the other part.
        """
        rest = self.everyone.people - self.across.people
        return self.across.people >= GROUP_FROM and (rest >= GROUP_FROM or rest == 0)


@dataclass(frozen=True)
class Weighing(Generic[Argument]):
    """The standing of each argument, and which of them weigh most."""

    standings: Mapping[Argument, Standing]
    heaviest: Mapping[int, tuple[Argument, ...]]  # of each side, with everybody
    across: tuple[Argument, ...]  # of both sides, with the people of the other stance


def weigh(sides: Mapping[Argument, int], weights: Iterable[tuple[Argument, int, int]]) -> Weighing[Argument]:
    """Weigh the arguments by (argument, stance of who weighs, weight). Raises ValueError on another weight.

    Equal means share a place, so more than three can be named; what weighs nothing never is.
    """
    all_, across = {a: [0, 0] for a in sides}, {a: [0, 0] for a in sides}
    for argument, stance, weight in weights:
        if not 0 <= weight <= MOST_WEIGHT:
            raise ValueError("a weight is 0, 1 or 2")
        for counted in (all_, across) if stance == -sides[argument] else (all_,):
            counted[argument][0] += 1
            counted[argument][1] += weight
    standings = {a: Standing(Weight(*all_[a]), Weight(*across[a])) for a in sides}
    shown = {a: found.everyone.mean for a, found in standings.items() if found.is_shown}
    return Weighing(
        standings=standings,
        heaviest={side: top({a: m for a, m in shown.items() if sides[a] == side}) for side in (FOR, AGAINST)},
        across=top({a: found.across.mean for a, found in standings.items() if found.is_across_shown}),
    )


def top(means: Mapping[Argument, Fraction], places: int = A_SIDE) -> tuple[Argument, ...]:
    """The arguments with the highest means, and all that share the last place with them."""
    order = sorted((a for a in means if means[a] > 0), key=lambda argument: -means[argument])
    return tuple(a for a in order if means[a] >= means[order[min(places, len(order)) - 1]])


@dataclass(frozen=True)
class Shift:
    """Where the same people stood before and after. What moved them is not in it."""

    before: Mapping[int, int]
    after: Mapping[int, int]
    towards_for: int
    towards_against: int
    same: int

    @property
    def people(self) -> int:
        return self.towards_for + self.towards_against + self.same

    @property
    def is_shown(self) -> bool:
        return self.people >= SHOWN_FROM


def shift(stances: Sequence[tuple[int, int]]) -> Shift:
    """Count the stances, (before, after) of each person who gave both."""
    stances_known = (FOR, AGAINST, UNSURE)
    before, after = Counter(was for was, _is in stances), Counter(now for _was, now in stances)
    return Shift(
        before={stance: before[stance] for stance in stances_known},
        after={stance: after[stance] for stance in stances_known},
        towards_for=sum(was < now for was, now in stances),
        towards_against=sum(was > now for was, now in stances),
        same=sum(was == now for was, now in stances),
    )
