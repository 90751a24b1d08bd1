"""The Borda count (Borda 1784): a point for every option that a ballot puts lower.

Options that a ballot ranks equal, or does not name, get half a point of each other: so a ballot that
names few options neither helps nor hurts them more than a full one (Gärdenfors 1973, symmetric). An empty
ballot gives nobody points. Equal scores tie. `counts` are half points, which are always whole numbers: 2
for each lower option and 1 for each equal one. One round: `{"points": {option: points}}`, as text where
they are not whole.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.core.tally.notation import Ranking
from app.core.tally.outcome import Rule, Tally, highest, settle
from app.core.tally.ranking import check_ranking, told

NAME, KIND = "borda", "ranking"


def check(choice: Ranking, options: Sequence[int], rule: Rule) -> None:
    check_ranking(choice, options)


def count(ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule) -> Tally:
    halves = dict.fromkeys(options, 0)
    to_all = 0  # what every option gets as if no ballot named it
    for choice, number in ballots.items():
        check(choice, options, rule)
        unnamed = lower = len(options) - sum(map(len, choice))
        to_all += number * (unnamed - 1) if choice else 0
        for place in reversed(choice):
            for option in place:
                halves[option] += number * (2 * lower + len(place) - 1 - (unnamed - 1))
            lower += len(place)
    halves = {option: points + to_all for option, points in halves.items()}
    points = {option: Fraction(number, 2) for option, number in halves.items()}
    rounds = [{"points": told(points, options)}]
    return settle(ballots, rule, halves, *highest(halves, rule.seats), rounds)
