"""Reading a file of PrefLib (Mattei and Walsh 2013): rankings (.soc .soi .toc .toi) or categories (.cat).

Header lines are `# KEY: value`; every other line is `count: 3,1,{2,4}`, where braces hold equals. In a
.cat file the places are categories, the best first: the first is what a voter chose, and all are grades.
"""

import re
from collections import Counter

from app.imports import Refused, lines_of, shown
from app.votes.ballots import Ballots, merged

NAME = re.compile(r"ALTERNATIVE NAME ([0-9]{1,9})")
PART = r"(?:\s*\{[^{}]*\}\s*|[^,{}]+)"
BALLOT = re.compile(rf"([0-9]{{1,12}})\s*:\s*({PART}(?:,{PART})*)?")
PLACE = re.compile(PART)
ID = re.compile(r"[0-9]{1,9}")
MOST_WITHOUT_NAMES = 1_000


def read(path):
    """The election in a file. Raises Refused."""
    names, said, lines = {}, {}, []
    for line, raw in enumerate(lines_of(path), 1):
        text = raw.strip()
        if text.startswith("#"):
            key, _, value = (part.strip() for part in text[1:].partition(":"))
            if found := NAME.fullmatch(key.upper()):
                names[int(found[1])] = value
            else:
                said[key.upper()] = value
        elif text:
            lines.append((line, text))
    election = Ballots(path.name)
    numbers = {id: election.add_option(id, names.get(id)) for id in ids_in(names, said, path.name)}
    rankings = Counter()
    for line, text in lines:
        try:
            number, ranking = ballot_in(text, numbers)
        except ValueError as error:
            raise Refused(path.name, line, error.args[0]) from error
        rankings[ranking] += number
    election.held = in_categories(rankings) if path.suffix.lower() == ".cat" else {"ranking": rankings}
    return election


def ids_in(names, said, file):
    """The ids of the alternatives in order: those with a name or, without names, as many as the file says."""
    number = said.get("NUMBER ALTERNATIVES", "")
    if names and ID.fullmatch(number) and int(number) != len(names):
        raise Refused(file, None, f"it says that there are {number} alternatives, and it names {len(names)}")
    if names:
        return sorted(names)
    if ID.fullmatch(number) and 0 < int(number) <= MOST_WITHOUT_NAMES:
        return range(1, int(number) + 1)
    raise Refused(file, None, "it names no alternatives, with lines such as '# ALTERNATIVE NAME 1: …'")


def ballot_in(text, numbers):
    """One line, as how many ballots and their ranking; a place may be empty. Raises ValueError."""
    found = BALLOT.fullmatch(text)
    if not found:
        raise ValueError(f"a line of ballots is 'count: 1,2,{{3,4}}', but here is '{shown(text)}'")
    ranking = []
    for place in PLACE.findall(found[2] or ""):
        inside = place.strip("{} \t")
        ids = [part.strip() for part in inside.split(",")] if inside else []
        ranking.append(frozenset(number_of(id, numbers) for id in ids))
        if len(ranking[-1]) < len(ids):
            raise ValueError(f"an alternative stands there twice: '{shown(text)}'")
    if len(frozenset().union(*ranking)) < sum(map(len, ranking)):
        raise ValueError(f"an alternative stands there twice: '{shown(text)}'")
    return int(found[1]), tuple(ranking)


def number_of(id, numbers):
    if not ID.fullmatch(id) or int(id) not in numbers:
        raise ValueError(f"'{shown(id)}' is none of the alternatives")
    return numbers[int(id)]


def in_categories(rankings):
    """What ballots in categories hold: the best category is chosen, and each is a grade, the last one 0."""
    worst = max(map(len, rankings), default=1) - 1
    return {
        "set": merged(rankings, lambda ranking: ranking[0] if ranking else frozenset()),
        "grades": merged(
            rankings,
            lambda ranking: tuple(
                sorted((option, worst - place) for place, held in enumerate(ranking) for option in held)
            ),
        ),
        "ranking": merged(rankings, without_empty),
    }


def without_empty(ranking):
    return tuple(place for place in ranking if place)
