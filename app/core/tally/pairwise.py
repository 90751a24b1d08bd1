"""Duels: of each two options, how many ballots put the one above the other.

An option that a ballot does not name stands below those that it names; of two that it does not name,
or that it ranks equal, it prefers neither.
"""

from collections.abc import Mapping, Sequence

from app.core.tally.notation import Ranking

Duels = dict[int, dict[int, int]]  # duels[a][b]: how many prefer a to b


def duels_of(ballots: Mapping[Ranking, int], options: Sequence[int]) -> Duels:
    """Count all duels at once: an option that a ballot names beats whoever is not above or beside it.

    So it is enough to know of each named option who stood above or beside it, and how often; many
    ballots have that in common. Such a group is one whole number, with a bit for each option.
    """
    bits = {option: 1 << place for place, option in enumerate(options)}
    found: dict[tuple[int, int], int] = {}
    for ranking, number in ballots.items():
        passed = 0
        for place in ranking:
            for option in place:
                passed |= bits[option]
            for option in place:
                found[option, passed] = found.get((option, passed), 0) + number
    duels = {option: dict.fromkeys(options, 0) for option in options}
    for (option, passed), number in found.items():
        row = duels[option]
        for other in options:
            if not passed & bits[other]:
                row[other] += number
    return duels


def margins_of(duels: Duels) -> Duels:
    """By how much each option beats each other one; negative where it loses."""
    return {a: {b: row[b] - duels[b][a] for b in row} for a, row in duels.items()}


def condorcet_winner(margins: Duels) -> int | None:
    """The option that beats every other one (Condorcet 1785), if there is one."""
    for option, row in margins.items():
        if all(margin > 0 for other, margin in row.items() if other != option):
            return option
    return None


def smith_set(margins: Duels) -> list[int]:
    """The smallest group of options that each beat every option outside it (Good 1971; Smith 1973)."""
    wins = {a: sum(margin > 0 for margin in row.values()) for a, row in margins.items()}
    group = {option for option in margins if wins[option] == max(wins.values())}
    while more := {a for a in margins for b in group if a not in group and margins[b][a] <= 0}:
        group |= more
    return [option for option in margins if option in group]


def wins_of(margins: Duels) -> dict[int, int]:
    """How many other options each option beats."""
    return {a: sum(margin > 0 for margin in row.values()) for a, row in margins.items()}


def duels_told(duels: Duels) -> dict[str, dict[str, int]]:
    """Duels as they stand in a round."""
    return {str(a): {str(b): row[b] for b in row if b != a} for a, row in duels.items()}
