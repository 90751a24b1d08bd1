"""Reading ABIF, the Aggregated Ballot Information Format (electowiki.org/wiki/ABIF).

`27: Alice/5 > Bob/4 = [Carla C.]/4` says what 27 ballots hold: an order, grades after a slash, or both;
with commas between the options their grades make the order. A line `=Alice:[Alice Ames]` names a token,
`{max_rating: 5}` tells something about the election, and `#` begins a comment.
"""

import re
from collections import Counter

from app.imports import Refused, lines_of, shown
from app.votes.ballots import Ballots, ranked_by_grade

TOKEN = r"(\[[^\[\]]+\]|\"[^\"]+\"|[^\s\[\]\">=,/:{}]+)"
CANDIDATE = re.compile(rf"=\s*{TOKEN}\s*(?::\s*(.*))?")
BALLOTS = re.compile(r"([0-9]{1,12})\s*[:*]\s*(.*?)\s*(?::\s*\{.*\})?")
OPTION = re.compile(rf"\s*{TOKEN}\s*(?:/\s*([^\s\[\]\">=,/:{{}}]+))?\s*([>=,]|$)")
COMMENT = re.compile(r"(^|\s)#[^\]]*$")
TOP = re.compile(r"\"?max_rating\"?\s*:\s*\"?([0-9]{1,9})\b")
GRADE = re.compile(r"[0-9]{1,9}")


def read(path):
    """The election in a file. Raises Refused."""
    election, numbers, lines, metadata = Ballots(path.name), {}, [], ""
    for line, raw in enumerate(lines_of(path), 1):
        text = COMMENT.sub("", raw.strip()).strip()
        if text.startswith("{") or (metadata and not metadata.endswith("}")):
            metadata = text if metadata.endswith("}") else f"{metadata} {text}"
            if found := TOP.search(text):
                election.rule["top"] = int(found[1])
        elif found := CANDIDATE.fullmatch(text):
            name_option(found, election, numbers)
        elif text:
            lines.append((line, text))
    election.held = held_in(lines, election, numbers)
    return election


def name_option(found, election, numbers):
    number = number_of(found[1], election, numbers)
    election.names[number - 1] = (found[2] or "").strip("[] ") or election.names[number - 1]


def number_of(token, election, numbers):
    id = token.strip('[]" ')
    if id not in numbers:
        numbers[id] = election.add_option(id)
    return numbers[id]


def held_in(lines, election, numbers):
    """What the ballots hold: rankings and, when all options that they name are graded, grades."""
    rankings, grades, named, marked = Counter(), Counter(), 0, 0
    for line, text in lines:
        try:
            number, ranking, marks = ballots_in(text, election, numbers)
        except ValueError as error:
            raise Refused(election.file, line, error.args[0]) from error
        rankings[ranking] += number
        grades[marks] += number
        named, marked = named + sum(map(len, ranking)), marked + len(marks)
    return {"ranking": rankings, **({"grades": grades} if named == marked and marked else {})}


def ballots_in(text, election, numbers):
    """One line: how many ballots, their ranking and their grades. Raises ValueError."""
    found = BALLOTS.fullmatch(text)
    if not found:
        raise ValueError(f"a line of ballots is 'count:A>B>C', but here is '{shown(text)}'")
    places, place, seen, marks, has_commas = [], set(), set(), {}, False
    for token, grade, separator in options_in(found[2]):
        option = number_of(token, election, numbers)
        if option in seen:
            raise ValueError(f"the option '{shown(token)}' stands there twice")
        seen.add(option)
        place.add(option)
        if grade is not None:
            marks[option] = grade_in(grade)
        has_commas = has_commas or separator == ","
        if separator in (">", ""):
            places.append(frozenset(place))
            place = set()
    graded = tuple(sorted(marks.items()))
    return int(found[1]), ranked_by_grade(graded) if has_commas and graded else tuple(places), graded


def options_in(text):
    """The options of a line, each with its grade, or None, and the sign that follows it."""
    start = 0
    while start < len(text):
        part = OPTION.match(text, start)
        start = part.end() if part else len(text)
        if not part or (part[3] and start == len(text)):
            raise ValueError(f"a line of ballots is 'count:A>B>C', but here is '{shown(text)}'")
        yield part.groups()


def grade_in(text):
    if not GRADE.fullmatch(text):
        raise ValueError(f"a grade must be a whole number from 0, but here is '{shown(text)}'")
    return int(text)
