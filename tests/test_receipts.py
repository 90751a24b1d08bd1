"""Every voter finds their own ballot, and whoever alters the published ballots is found, by any method."""

import re
import types
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.models import Person
from app.core.published import digest_of, outcome_of, read_published, recount
from app.core.receipts import fingerprint
from app.core.tally import METHODS
from app.db import db
from app.votes.recount import script_for
from tests.tellers import counted
from tests.test_recount import CAST, published
from tests.test_votes import opened, residents

MANY = 120  # more than one page of the list holds
ACTS = ("alter", "add", "drop", "receipt", "twice", "swap")


@cache
def program(method):
    """The one file that anybody can take away, as Python loads it."""
    alone = types.ModuleType(f"recount_{method}")
    exec(compile(script_for(method), alone.__name__, "exec"), alone.__dict__)
    return alone


def by_us_and_by_the_program(method, text, expected=""):
    """Whether our command says that all is right, and whether the program does."""
    alone = program(method)
    ours = recount(text.encode(), METHODS, expected)[1]
    return ours, alone.recount(text.encode(), {method: alone}, expected)[1]


@st.composite
def altered(draw, method):
    """The published ballots of a random election, and the same with one thing done to one line."""
    known = CAST.get(method) or CAST[METHODS[method].KIND]
    cast = draw(st.lists(st.sampled_from(known), min_size=2, max_size=12).filter(lambda c: len(set(c)) > 1))
    text = published(method, cast=cast)
    lines = text.splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if not line.startswith("#"))
    place, act = draw(st.integers(start, len(lines) - 1)), draw(st.sampled_from(ACTS))
    receipt, ballot = lines[place].rstrip("\n").split(";")
    other = draw(st.sampled_from([choice for choice in known if choice != ballot]))
    if act == "alter":
        lines[place] = f"{receipt};{other}\n"
    elif act == "add":
        lines.insert(place, f"{receipt}0;{other}\n")
    elif act == "drop":
        del lines[place]
    elif act == "receipt":
        lines[place] = f"{receipt[:-1]}X;{ballot}\n"
    elif act == "twice":
        lines.insert(place, lines[place])
    else:
        change_places(lines, place, start, receipt, ballot)
    return text, "".join(lines)


def change_places(lines, place, start, receipt, ballot):
    """Give two voters each other's ballot: the count stays the same."""
    for there in range(start, len(lines)):
        whose, says = lines[there].rstrip("\n").split(";")
        if says != ballot:
            lines[place], lines[there] = f"{receipt};{says}\n", f"{whose};{ballot}\n"
            return


def with_all_hashes_anew(method, text):
    """The same lie, told well: who forges counts again, and writes all that the file says of itself anew."""
    head, ballots = split(text)
    found = read_published(text)
    tally = METHODS[method].count(found.choices(METHODS[method].KIND), list(found.labels), found.rule)
    canonical = program(method).canonical
    head["outcome"] = canonical(outcome_of(tally))
    head["ballots"] = canonical(digest_of(head["paper"], [line.rstrip("\n") for line in ballots]))
    kept = [f"# {key}: {said}\n" for key, said in head.items()]
    return "".join([*kept, *sorted(ballots)])


def split(text):
    lines = text.splitlines(keepends=True)
    head = dict(line[2:].rstrip("\n").split(": ", 1) for line in lines if line.startswith("# "))
    return head, [line for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40)
@given(st.data())
def test_any_line_altered_added_or_dropped_is_found_by_our_command_and_by_the_program(method, data):
    right, wrong = data.draw(altered(method))
    assert by_us_and_by_the_program(method, right) == (True, True)
    assert by_us_and_by_the_program(method, right, fingerprint(right)) == (True, True)
    assert by_us_and_by_the_program(method, wrong) == (False, False)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20)
@given(st.data())
def test_a_forgery_that_fits_in_itself_is_found_by_the_hash_that_was_published(method, data):
    right, wrong = data.draw(altered(method).filter(lambda pair: pair[0] != pair[1]))
    forged = with_all_hashes_anew(method, wrong)
    assert by_us_and_by_the_program(method, forged, fingerprint(right)) == (False, False)


@given(st.data())
def test_and_by_the_voter_whose_ballot_it_is_or_by_the_number_of_seals(data):
    right, wrong = data.draw(altered("approval"))
    mine = [line.rstrip("\n").split(";") for line in split(right)[1]]
    there = [line.rstrip("\n").split(";") for line in split(wrong)[1]]
    assert len(there) != len(mine) or any(ballot not in there for ballot in mine)


# By HTTP, with more voters than stand on one page


@pytest.fixture
def crowd(world):
    """A counted vote of many voters, and what each receipt should say."""
    (first,) = residents(world, 1)
    people = [Person(batch=first.batch) for _one in range(MANY)]
    db.session.add_all(people)
    db.session.commit()
    vote, keys = opened(world, world.shed)
    given_out = {}
    for number, person in enumerate(people):
        receipt, _seal = vote.cast(person, frozenset({1 + number % 3}), "1966" if number % 5 else "")
        given_out[receipt] = vote.options[number % 3].label
    db.session.commit()
    return counted(vote, keys), given_out


def test_every_voter_finds_their_own_ballot_in_the_list_in_the_file_and_by_asking(visitor, crowd):
    vote, given_out = crowd
    pages = [visitor.get(f"/votes/{vote.id}/ballots?page={page}").text for page in (1, 2)]
    rows = [re.findall(r'class="mark">([^<]+)</td><td[^>]*>([^<]+)<', page) for page in pages]
    listed = {"".join(code.split()): label.strip() for code, label in [*rows[0], *rows[1]]}
    assert listed == given_out
    _head, lines = split(visitor.get(f"/votes/{vote.id}/ballots/file").text)
    labels = {str(option.number): option.label for option in vote.options}
    assert {r: labels[choice] for r, choice in (line.strip().split(";") for line in lines)} == given_out
    for receipt, label in given_out.items():
        found = visitor.post(f"/votes/{vote.id}/receipt", data={"receipt": receipt}).text
        assert f">{label}<" in found
