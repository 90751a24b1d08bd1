"""Random elections for the tests, and short ways to write one down."""

from collections import Counter

from hypothesis import strategies as st

from app.core.tally import METHODS, Rule
from app.core.tally.notation import read_grades, read_ranking, read_set

READ = {"set": read_set, "ranking": read_ranking, "grades": read_grades}


def election(kind, lines):
    """`3 2>1; 1 1>2`: three ballots that say 2>1, and one that says 1>2. A lone number is empty ballots."""
    ballots = Counter()
    for line in lines.split(";"):
        number, _, text = line.strip().partition(" ")
        ballots[READ[kind](text)] += int(number)
    return ballots


def count(name, lines, options, **rule):
    method = METHODS[name]
    ballots = election(method.KIND, lines) if isinstance(lines, str) else lines
    return method.count(ballots, range(1, options + 1), Rule(**rule))


@st.composite
def rankings(draw, options, equals=True, cut=True):
    """One ranked ballot: perhaps with equals, perhaps not of all options."""
    order = draw(st.permutations(range(1, options + 1)))
    named = draw(st.integers(0, options)) if cut else options
    places = []
    for option in order[:named]:
        if equals and places and draw(st.integers(0, 2)) == 0:
            places[-1] |= {option}
        else:
            places.append(frozenset({option}))
    return tuple(places)


@st.composite
def choices(draw, kind, options, most=5):
    if kind == "set":
        return draw(st.frozensets(st.integers(1, options)))
    if kind == "ranking":
        return draw(rankings(options))
    graded = draw(st.dictionaries(st.integers(1, options), st.integers(0, most)))
    return tuple(sorted(graded.items()))


@st.composite
def elections(draw, ballot, most=9):
    """Some ballots of such a kind, identical ones merged."""
    found = draw(st.lists(st.tuples(ballot, st.sampled_from([1, 1, 2, 3])), min_size=1, max_size=most))
    ballots = Counter()
    for choice, number in found:
        ballots[choice] += number
    return ballots
