"""What the outcome of a secret vote may tell without telling what somebody voted.

With few ballots only the decision is told. When everybody, or all but one, chose alike, exact figures
would tell of each person what they voted: among fewer than fifty people they are left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

PUBLISHED_FROM = 10  # ballots
NEARLY_ALL_BELOW = 50  # ballots
NEARLY_ALL = 90  # percent: all but one of ten


def tells_figures(ballots: Mapping[Any, int], kind: str) -> bool:
    """Whether figures may be told; `ballots` says how often each choice was made."""
    total = sum(ballots.values())
    return total >= PUBLISHED_FROM and not (
        total < NEARLY_ALL_BELOW and most_alike(ballots, kind) >= total - 1
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
