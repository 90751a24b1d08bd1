"""What the outcome of a secret vote may tell without telling what somebody voted.

Whoever reads an outcome knows some ballots already: their own, and those that they cast for others. What is
told must not give away the rest, not even by subtraction:
- of very few ballots the decision itself would tell what the others chose, so nothing is decided;
- of few ballots only the decision is told;
- when all, or all but the ballots that one reader may know and one more, are alike, exact figures would
  tell what the others did: among fewer than fifty ballots they are left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

PUBLISHED_FROM = 10  # ballots
NEARLY_ALL_BELOW = 50  # ballots


def least_to_decide(known: int = 1) -> int:
    """How many ballots it takes to decide, when one reader may know `known` of them.

    Where two thirds must say yes, and all the ballots of one reader say No, one ballot fewer would tell them
    of an adopted plan that all others say Yes. The test tries every small election, by every method.
    """
    return 3 * known + 1


def tells_figures(ballots: Mapping[Any, int], kind: str, known: int = 1) -> bool:
    """Whether figures may be told; `ballots` says how often each choice was made.

    Who knows that the figures are hidden knows as well that nearly all are alike. So one ballot more than
    a reader may know is left in doubt: the odd ones could be theirs only, or not.
    """
    total = sum(ballots.values())
    return total >= max(PUBLISHED_FROM, least_to_decide(known)) and not (
        total < NEARLY_ALL_BELOW and most_alike(ballots, kind) >= total - known - 1
    )


def most_alike(ballots: Mapping[Any, int], kind: str) -> int:
    """How many people did the same at least in one respect: supported an option, gave it the same grade,
    or filled in the whole ballot alike."""
    alike: Counter[Any] = Counter()
    for choice, number in ballots.items():
        for trait in traits(choice, kind):
            alike[trait] += number
    return max(alike.values(), default=0)


def traits(choice: Any, kind: str) -> Iterable[Any]:
    yield "whole", choice
    if kind == "set":
        yield from choice
    elif kind == "grades":
        yield from ((option, grade) for option, grade in choice if grade)
    elif choice:
        yield "first", choice[0]
