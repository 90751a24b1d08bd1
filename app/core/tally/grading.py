"""What the methods with grades share: what a ballot may hold, and adding up."""

from collections.abc import Collection, Mapping, Sequence

from app.core.tally.notation import Grades


def check_grades(choice: Grades, options: Collection[int], top: int) -> None:
    """Raises ValueError unless a ballot grades options of this vote, each at most once, from 0 to the top."""
    graded = [option for option, _ in choice]
    if not set(graded) <= set(options):
        raise ValueError("grade the options of this vote")
    if len(set(graded)) < len(graded):
        raise ValueError("grade each option once")
    if not all(0 <= grade <= top for _, grade in choice):
        raise ValueError(f"a grade is a whole number from 0 to {top}")


def sums_of(ballots: Mapping[Grades, int], options: Sequence[int]) -> dict[int, int]:
    """The sum of each option's grades. An option that a ballot does not name gets nothing from it."""
    sums = dict.fromkeys(options, 0)
    for choice, number in ballots.items():
        for option, grade in choice:
            sums[option] += grade * number
    return sums


def grades_told(ballots: Mapping[Grades, int], options: Sequence[int]) -> dict[str, dict[str, int]]:
    """How often each option got each grade, as it stands in a round."""
    found: dict[int, dict[int, int]] = {option: {} for option in options}
    for choice, number in ballots.items():
        for option, grade in choice:
            found[option][grade] = found[option].get(grade, 0) + number
    return {str(o): {str(grade): row[grade] for grade in sorted(row)} for o, row in found.items()}
