"""Cumulative voting (Cole 1949): every voter has so many dots and may put several on one option.

The option with most dots wins; equal options tie. Who places fewer dots than they have just has less to say.
One round: `{"people": {option: how many placed a dot on it}}`.
"""

from collections.abc import Mapping, Sequence

from app.core.tally.grading import check_grades, sums_of
from app.core.tally.notation import Grades
from app.core.tally.outcome import Rule, Tally, highest, settle

NAME, KIND = "dots", "grades"


def check(choice: Grades, options: Sequence[int], rule: Rule) -> None:
    check_grades(choice, options, rule.credits)
    if sum(dots for _, dots in choice) > rule.credits:
        raise ValueError(f"place at most {rule.credits} dots")


def count(ballots: Mapping[Grades, int], options: Sequence[int], rule: Rule) -> Tally:
    people = dict.fromkeys(options, 0)
    for choice, number in ballots.items():
        check(choice, options, rule)
        for option, dots in choice:
            people[option] += number if dots else 0
    sums = sums_of(ballots, options)
    rounds = [{"people": {str(option): people[option] for option in options}}]
    return settle(ballots, rule, sums, *highest(sums, rule.seats), rounds)
