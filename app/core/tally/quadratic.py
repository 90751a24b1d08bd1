"""Quadratic voting (Lalley and Weyl 2018): v votes for one option cost v * v of a voter's credits.

So a second vote for the same option costs three credits more, a third five more. Votes are whole numbers,
for an option and never against it. The option with most votes wins; equal options tie.
One round: `{"people": {option: how many voted for it}}`.
"""

from collections.abc import Mapping, Sequence

from app.core.tally.grading import check_grades, sums_of
from app.core.tally.notation import Grades
from app.core.tally.outcome import Rule, Tally, highest, settle

NAME, KIND = "quadratic", "grades"


def check(choice: Grades, options: Sequence[int], rule: Rule) -> None:
    check_grades(choice, options, rule.credits)
    if cost_of(choice) > rule.credits:
        raise ValueError(f"these votes cost {cost_of(choice)} credits, and there are {rule.credits}")


def cost_of(choice: Grades) -> int:
    return sum(votes * votes for _, votes in choice)


def count(ballots: Mapping[Grades, int], options: Sequence[int], rule: Rule) -> Tally:
    people = dict.fromkeys(options, 0)
    for choice, number in ballots.items():
        check(choice, options, rule)
        for option, votes in choice:
            people[option] += number if votes else 0
    sums = sums_of(ballots, options)
    rounds = [{"people": {str(option): people[option] for option in options}}]
    return settle(ballots, rule, sums, *highest(sums, rule.seats), rounds)
