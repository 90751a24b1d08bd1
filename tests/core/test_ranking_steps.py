"""Making a ranking one press at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ranking_steps import STEPS
from app.core.tally.notation import read_ranking, write_ranking

PRESSES = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 6)), max_size=25)


def press(ranking, name, option):
    return write_ranking(STEPS[name](read_ranking(ranking), option))


@pytest.mark.parametrize(
    ("before", "name", "option", "after"),
    [
        ("", "add", 2, "2"),
        ("2", "add", 1, "2>1"),
        ("2>1", "add", 2, "2>1"),  # it has a place already
        ("2>1>3", "raise", 3, "2>3>1"),
        ("2>1", "raise", 2, "2>1"),  # nothing is above it
        ("1=2>3", "raise", 2, "2>1>3"),
        ("2>1>3", "level", 1, "1=2>3"),
        ("3>1=2", "level", 1, "1=3>2"),
        ("1=2>3", "level", 2, "1=2>3"),  # nothing is above it
        ("1=2>3", "off", 2, "1>3"),
        ("1>3", "off", 1, "3"),
        ("1>3", "raise", 2, "1>3"),  # it has no place
    ],
)
def test_a_step(before, name, option, after):
    assert press(before, name, option) == after


@given(PRESSES)
def test_whatever_is_pressed_an_option_has_at_most_one_place(presses):
    ranking, placed = (), set()
    for name, option in presses:
        ranking = STEPS[name](ranking, option)
        placed = placed | {option} if name == "add" else placed - {option} if name == "off" else placed
        assert all(ranking) and sorted(n for place in ranking for n in place) == sorted(placed)
        assert read_ranking(write_ranking(ranking)) == ranking


@given(st.permutations([1, 2, 3, 4]), st.permutations([1, 2, 3, 4]))
def test_every_order_can_be_made_from_every_other(one, other):
    ranking = tuple(frozenset({option}) for option in one)
    for option in reversed(other):
        while ranking[0] != {option}:
            ranking = STEPS["raise"](ranking, option)
    assert ranking == tuple(frozenset({option}) for option in other)
