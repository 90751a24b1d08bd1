"""Majority judgment (Balinski and Laraki 2007, 2010): the highest middle grade wins.

The middle grade is the lower median: at least half of the voters think the option deserves it, or more.
Where options share it, one such grade is taken away from each, and again, until their middle grades
differ; options with exactly the same grades tie. An option that a ballot does not grade has the lowest
grade from it, 0. `counts` are the middle grades.

Rounds: first `{"grades": {option: {grade: how often}}}`; then, where options share the highest middle
grade, one `{"taken": how many middle grades were taken away, "grades": {option: the next one}, "left":
[...]}` for each time that their next ones differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.tally.grading import check_grades, grades_told
from app.core.tally.notation import Grades
from app.core.tally.outcome import Rule, Tally, settle, the_one_seat

NAME, KIND = "majority_judgment", "grades"


def check(choice: Grades, options: Sequence[int], rule: Rule) -> None:
    check_grades(choice, options, rule.top)


def count(ballots: Mapping[Grades, int], options: Sequence[int], rule: Rule) -> Tally:
    the_one_seat(rule)
    for choice in ballots:
        check(choice, options, rule)
    values = {option: majority_value(grades_of(option, ballots)) for option in options}
    counts = {option: value[0] if value else 0 for option, value in values.items()}
    rounds: list[dict[str, Any]] = [{"grades": grades_told(ballots, options)}]
    left = [option for option in options if counts[option] == max(counts.values())]
    for taken in range(1, sum(ballots.values())):
        middle = {option: values[option][taken] for option in left}
        if len(set(middle.values())) > 1:
            left = [option for option in left if middle[option] == max(middle.values())]
            told = {str(option): grade for option, grade in middle.items()}
            rounds.append({"taken": taken, "grades": told, "left": left})
    return settle(ballots, rule, counts, left, left if len(left) > 1 else (), rounds)


def grades_of(option: int, ballots: Mapping[Grades, int]) -> list[int]:
    """All grades of one option, from low to high."""
    found: dict[int, int] = {}
    for choice, number in ballots.items():
        grade = dict(choice).get(option, 0)
        found[grade] = found.get(grade, 0) + number
    return [grade for grade in sorted(found) for _ in range(found[grade])]


def majority_value(grades: Sequence[int]) -> list[int]:
    """The middle grades in the order in which they are taken away.

    Taking away the lower median moves the middle to and fro: with an odd number of grades first one
    place down, with an even number first one place up, then two places the other way, and so on.
    """
    middle, number = (len(grades) - 1) // 2, len(grades)
    first = -1 if number % 2 else 1
    steps = [0, *(side * far for far in range(1, number) for side in (first, -first))]
    return [grades[middle + step] for step in steps[:number]]
