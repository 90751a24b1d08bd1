"""Systemic consensing (Schrotta and Visotschnig): the option that meets the least resistance wins.

Everybody rates how much resistance each option meets, from 0 (none) to 10; leaving things as they are
should be one of the options. Compared is the mean of the ratings that were given, which is the same as
the lowest sum when everybody rates every option; an option that nobody rated cannot win. Equal means tie.
`counts` are the sums: here the lowest is best. How ratings are read: `app/core/resistance.py`.

One round: `{"ratings": {option: how many}, "mean": {option: fraction}, "highest": {option: rating or null},
"high_share": {option: the share of ratings from 8}, "spread": {option: [how many feel little, some, much]}}`.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.core.resistance import MOST, Resistance
from app.core.tally.grading import check_grades
from app.core.tally.notation import Grades
from app.core.tally.outcome import Rule, Tally, highest, settle
from app.core.tally.ranking import told

NAME, KIND = "resistance", "grades"
HIGH_FROM = 8


def check(choice: Grades, options: Sequence[int], rule: Rule) -> None:
    check_grades(choice, options, MOST)


def count(ballots: Mapping[Grades, int], options: Sequence[int], rule: Rule) -> Tally:
    ratings: dict[int, dict[int, int]] = {option: {} for option in options}
    for choice, number in ballots.items():
        check(choice, options, rule)
        for option, rating in choice:
            ratings[option][rating] = ratings[option].get(rating, 0) + number
    found = {option: Resistance.of(counts) for option, counts in ratings.items()}
    rated = {option: -met.mean for option, met in found.items() if met.ratings}
    counts = {option: met.total for option, met in found.items()}
    return settle(ballots, rule, counts, *highest(rated, rule.seats), [told_of(found)])


def told_of(found: Mapping[int, Resistance]) -> dict[str, dict[str, Any]]:
    options = list(found)
    shares = {
        o: Fraction(sum(met.counts[HIGH_FROM:]), met.ratings) if met.ratings else Fraction(0)
        for o, met in found.items()
    }
    return {
        "ratings": {str(o): met.ratings for o, met in found.items()},
        "mean": {**told({o: met.mean for o, met in found.items()}, options)},
        "highest": {str(o): met.highest for o, met in found.items()},
        "high_share": {**told(shares, options)},
        "spread": {str(o): list(met.spread) for o, met in found.items()},
    }
