from dataclasses import asdict
from json import dumps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.tally import METHODS, Rule
from app.core.tally.notation import (
    read_grades,
    read_ranking,
    read_set,
    write_grades,
    write_ranking,
    write_set,
)

OPTIONS = (1, 2, 3, 4)
sets = st.frozensets(st.integers(1, 999))
grades = st.dictionaries(st.integers(1, 999), st.integers(0, 500)).map(lambda g: tuple(sorted(g.items())))


@st.composite
def rankings(draw):
    order = draw(st.lists(st.integers(1, 999), unique=True, max_size=9))
    cuts = sorted(draw(st.sets(st.sampled_from(range(1, len(order))))) if len(order) > 1 else [])
    starts, ends = [0, *cuts], [*cuts, len(order)]
    return tuple(frozenset(order[a:b]) for a, b in zip(starts, ends, strict=True) if a < b)


@given(sets, rankings(), grades)
def test_what_is_written_is_read_as_it_was(choice, ranking, graded):
    assert read_set(write_set(choice)) == choice
    assert read_ranking(write_ranking(ranking)) == ranking
    assert read_grades(write_grades(graded)) == graded


def test_the_texts_are_these():
    assert write_set(frozenset({3, 1})) == "1,3"
    assert write_ranking((frozenset({2}), frozenset({4, 1}), frozenset({3}))) == "2>1=4>3"
    assert write_grades(((1, 5), (2, 0))) == "1:5,2:0"
    assert write_set(frozenset()) == write_ranking(()) == write_grades(()) == ""


WRONG = {
    read_set: ["3,1", "1,1", "0", "01", "1,", ",1", "1, 2", " 1", "1\n", "-1", "1:2", "x", "١", "1" * 7],
    read_ranking: ["4=1", "1>1", "1=2>2", ">1", "1>", "1>>2", "1=", "0>1", "1>02", "1,2", "1 > 2"],
    read_grades: ["2:0,1:5", "1:5,1:5", "1:5,1:4", "1", "1:", ":1", "1:05", "1:-1", "1:1.5", "0:1", "1:1,"],
}


@pytest.mark.parametrize(("read", "text"), [(read, text) for read, texts in WRONG.items() for text in texts])
def test_one_choice_has_one_text(read, text):
    with pytest.raises(ValueError, match=r"ballot|option"):
        read(text)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_the_same_face(name):
    method = METHODS[name]
    assert name == method.NAME and method.KIND in ("set", "ranking", "grades")
    assert method.__doc__ and callable(method.check)
    tally = method.count({}, OPTIONS, Rule(electorate=10, budget=100, costs=dict.fromkeys(OPTIONS, 50)))
    assert (tally.ballots, tally.electorate, tally.winners, tally.reason) == (0, 10, (), "no_votes")
    assert set(tally.counts) == set(OPTIONS)
    dumps(asdict(tally))
