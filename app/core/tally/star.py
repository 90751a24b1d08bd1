"""STAR, score then automatic runoff (Frohnmayer and Wolk 2014): the two best scores meet in a duel.

Each ballot in the duel goes to the finalist that it grades higher. Where several options share the second
score, or the first, every duel that could follow is held, and who wins one of them is a winner: a tie is
told and not broken by a further rule (parallel universes; so does pref-voting). In the same way a duel
that ends equal has two winners. An option that a ballot does not grade gets 0 from it.

Rounds: first `{"grades": {option: {grade: how often}}}`; then one
`{"duel": [a, b], "preferred": {a: ballots, b: ballots}, "won": [...]}` for each duel.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

from app.core.tally.grading import check_grades, grades_told, sums_of
from app.core.tally.notation import Grades
from app.core.tally.outcome import Rule, Tally, settle, the_one_seat

NAME, KIND = "star", "grades"


def check(choice: Grades, options: Sequence[int], rule: Rule) -> None:
    check_grades(choice, options, rule.top)


def count(ballots: Mapping[Grades, int], options: Sequence[int], rule: Rule) -> Tally:
    the_one_seat(rule)
    for choice in ballots:
        check(choice, options, rule)
    sums = sums_of(ballots, options)
    rounds: list[dict[str, Any]] = [{"grades": grades_told(ballots, options)}]
    winners = set(options) if len(options) == 1 else set()
    for a, b in finals(sums):
        for_a, for_b = preferred(ballots, a, b)
        won = [a] if for_a > for_b else [b] if for_b > for_a else [a, b]
        rounds.append({"duel": [a, b], "preferred": {str(a): for_a, str(b): for_b}, "won": won})
        winners.update(won)
    won = [option for option in options if option in winners]
    return settle(ballots, rule, sums, won, won if len(won) > 1 else (), rounds)


def finals(sums: Mapping[int, int]) -> list[tuple[int, int]]:
    """The duels that can follow: the best score against the second, or each two that share the best."""
    scores = sorted(set(sums.values()), reverse=True)
    best = [option for option, total in sums.items() if total == scores[0]]
    if len(best) > 1 or len(sums) == 1:
        return list(combinations(best, 2))
    return list(product(best, [option for option, total in sums.items() if total == scores[1]]))


def preferred(ballots: Mapping[Grades, int], a: int, b: int) -> tuple[int, int]:
    """How many ballots grade a above b, and b above a."""
    for_a = for_b = 0
    for choice, number in ballots.items():
        graded = dict(choice)
        difference = graded.get(a, 0) - graded.get(b, 0)
        for_a += number if difference > 0 else 0
        for_b += number if difference < 0 else 0
    return for_a, for_b
