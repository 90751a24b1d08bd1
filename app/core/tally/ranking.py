"""What the methods with ranked ballots share. Options that a ballot does not name come last."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from app.core.tally.notation import Ranking


def check_ranking(choice: Ranking, options: Collection[int]) -> None:
    """Raises ValueError unless a ranking names options of this vote, each at most once."""
    named = set().union(*choice)
    if not all(choice) or not named.issubset(options):
        raise ValueError("rank the options of this vote")
    if len(named) < sum(map(len, choice)):
        raise ValueError("rank each option once")


def highest_among(ranking: Ranking, remaining: frozenset[int]) -> frozenset[int]:
    """The options that a ballot puts first among those that remain; none when it is exhausted."""
    for place in ranking:
        if alive := place & remaining:
            return alive
    return frozenset()


def told(figures: Mapping[int, int | Fraction], options: Sequence[int]) -> dict[str, int | str]:
    """Figures of options as they stand in a round: whole numbers, and fractions as text."""
    return {str(option): plain(figures[option]) for option in options}


def plain(figure: int | Fraction) -> int | str:
    return int(figure) if figure == int(figure) else str(figure)
