"""The Schulze method, or beat path (Schulze 2011), by margins: no one beats a winner along a stronger path.

Options meet in duels. A path from a to b is a row of won duels, as strong as its weakest margin; a beats b
when its strongest path to b is stronger than b's strongest path to a. Some option is never beaten; where
there are more, they tie. Options that a ballot does not name stand below those that it names.
`counts` say how many options each one beats along paths.

Rounds: `{"duels": {a: {b: how many prefer a to b}}, "condorcet": the option that wins all its duels, or
null}`, then `{"paths": {a: {b: strength of the strongest path, 0 where there is none}}}`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.tally.notation import Ranking
from app.core.tally.outcome import Rule, Tally, settle, the_one_seat
from app.core.tally.pairwise import Duels, condorcet_winner, duels_of, duels_told, margins_of
from app.core.tally.ranking import check_ranking

NAME, KIND = "schulze", "ranking"


def check(choice: Ranking, options: Sequence[int], rule: Rule) -> None:
    check_ranking(choice, options)


def count(ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule) -> Tally:
    the_one_seat(rule)
    for choice in ballots:
        check(choice, options, rule)
    duels = duels_of(ballots, options)
    margins = margins_of(duels)
    paths = strongest_paths(margins)
    won = [a for a in options if all(paths[a][b] >= paths[b][a] for b in options)]
    counts = {a: sum(paths[a][b] > paths[b][a] for b in options) for a in options}
    rounds: list[dict[str, Any]] = [
        {"duels": duels_told(duels), "condorcet": condorcet_winner(margins)},
        {"paths": duels_told(paths)},
    ]
    return settle(ballots, rule, counts, won, won if len(won) > 1 else (), rounds)


def strongest_paths(margins: Duels) -> Duels:
    """The strength of the strongest path between each two options (Floyd and Warshall's way)."""
    paths = {a: {b: max(margin, 0) for b, margin in row.items()} for a, row in margins.items()}
    for through in paths:
        onward = paths[through]
        for a, row in paths.items():
            to_through = row[through]
            if a != through and to_through:
                for b in onward:
                    row[b] = max(row[b], min(to_through, onward[b]))
    return paths
