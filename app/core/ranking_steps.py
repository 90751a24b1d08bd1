"""Making a ranking one press at a time: a next choice, one place higher, equal to the one above, off it."""

from collections.abc import Callable

from app.core.tally.notation import Ranking


def add(ranking: Ranking, option: int) -> Ranking:
    """Put an option in the place after the last; one that has a place already stays there."""
    return ranking if place_of(ranking, option) is not None else (*ranking, frozenset({option}))


def raise_(ranking: Ranking, option: int) -> Ranking:
    """Out of a shared place to one just above it, else before the place above."""
    place = place_of(ranking, option)
    if place is None:
        return ranking
    if len(ranking[place]) > 1:
        return (*ranking[:place], frozenset({option}), ranking[place] - {option}, *ranking[place + 1 :])
    if place == 0:
        return ranking
    return (*ranking[: place - 1], ranking[place], ranking[place - 1], *ranking[place + 1 :])


def level(ranking: Ranking, option: int) -> Ranking:
    """Into the place above."""
    place = place_of(ranking, option)
    if not place:
        return ranking
    rest = ranking[place] - {option}
    joined = (*ranking[: place - 1], ranking[place - 1] | {option})
    return (*joined, *((rest,) if rest else ()), *ranking[place + 1 :])


def take_off(ranking: Ranking, option: int) -> Ranking:
    left = (place - {option} for place in ranking)
    return tuple(place for place in left if place)


def place_of(ranking: Ranking, option: int) -> int | None:
    return next((place for place, options in enumerate(ranking) if option in options), None)


STEPS: dict[str, Callable[[Ranking, int], Ranking]] = {
    "add": add,
    "raise": raise_,
    "level": level,
    "off": take_off,
}
