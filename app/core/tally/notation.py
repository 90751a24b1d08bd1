"""One text for one choice: the same in an envelope, in the database, in a file and on a teller's sheet.

- a set: `1,3`, ascending; nothing chosen is the empty text;
- a ranking: `2>1=4>3`, ascending among equals; options that are not named come last;
- grades: `1:5,2:0`, ascending by option; an option that is not named has no grade.

Reading refuses every other way to write the same, so that equal choices have equal texts.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

Choices = frozenset[int]
Ranking = tuple[frozenset[int], ...]
Grades = tuple[tuple[int, int], ...]
Choice = TypeVar("Choice")

OPTION = "[1-9][0-9]{0,5}"
GRADE = "(?:0|[1-9][0-9]{0,8})"
SET_TEXT = re.compile(f"{OPTION}(?:,{OPTION})*")
RANKING_TEXT = re.compile(f"{OPTION}(?:[>=]{OPTION})*")
GRADES_TEXT = re.compile(f"{OPTION}:{GRADE}(?:,{OPTION}:{GRADE})*")


def write_set(choice: Choices) -> str:
    return ",".join(str(option) for option in sorted(choice))


def read_set(text: str) -> Choices:
    """The options that are chosen. Raises ValueError unless the text is just as we write it."""
    parts = matched(text, SET_TEXT).split(",") if text else []
    return as_written(frozenset(map(int, parts)), text, write_set)


def write_ranking(choice: Ranking) -> str:
    return ">".join("=".join(str(option) for option in sorted(place)) for place in choice)


def read_ranking(text: str) -> Ranking:
    """The options from first to last. Raises ValueError unless the text is just as we write it."""
    places = matched(text, RANKING_TEXT).split(">") if text else []
    ranking = tuple(frozenset(map(int, place.split("="))) for place in places)
    if len(frozenset().union(*ranking)) < sum(map(len, ranking)):
        raise ValueError("an option stands in a ranking once")
    return as_written(ranking, text, write_ranking)


def write_grades(choice: Grades) -> str:
    return ",".join(f"{option}:{grade}" for option, grade in sorted(choice))


def read_grades(text: str) -> Grades:
    """The options with their grades. Raises ValueError unless the text is just as we write it."""
    parts = matched(text, GRADES_TEXT).split(",") if text else []
    pairs = [tuple(map(int, part.split(":"))) for part in parts]
    grades = tuple(sorted((option, grade) for option, grade in pairs))
    if len({option for option, _ in grades}) < len(grades):
        raise ValueError("an option has one grade")
    return as_written(grades, text, write_grades)


def matched(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("this is not how a ballot is written")
    return text


def as_written(choice: Choice, text: str, write: Callable[[Choice], str]) -> Choice:
    if write(choice) != text:
        raise ValueError("a ballot is written in ascending order, each option once")
    return choice


def read_choice(kind: str, text: str) -> Any:
    """A ballot of this kind, from its text. Raises ValueError."""
    return {"set": read_set, "ranking": read_ranking, "grades": read_grades}[kind](text)


def write_choice(kind: str, choice: Any) -> str:
    writers: dict[str, Callable[[Any], str]]
    writers = {"set": write_set, "ranking": write_ranking, "grades": write_grades}
    return writers[kind](choice)
