"""Score voting, or range voting (Smith 2000): grade every option from 0 to the top; the highest sum wins.

An option that a ballot does not grade gets 0 from it. Equal sums tie. One round: `{"grades": {option:
{grade: how often}}}`.
"""

from collections.abc import Mapping, Sequence

from app.core.tally.grading import check_grades, grades_told, sums_of
from app.core.tally.notation import Grades
from app.core.tally.outcome import Rule, Tally, highest, settle

NAME, KIND = "score", "grades"


def check(choice: Grades, options: Sequence[int], rule: Rule) -> None:
    check_grades(choice, options, rule.top)


def count(ballots: Mapping[Grades, int], options: Sequence[int], rule: Rule) -> Tally:
    for choice in ballots:
        check(choice, options, rule)
    sums = sums_of(ballots, options)
    rounds = [{"grades": grades_told(ballots, options)}]
    return settle(ballots, rule, sums, *highest(sums, rule.seats), rounds)
