"""Dots: examples that can be checked by hand, then properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.dots import MOST_OPTIONS, count, dots_for, is_allowed, least_read, listed

OPTIONS = ["bench", "tree", "pump"]
ballot = st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 3))
ballots = st.lists(ballot, max_size=15)


def found(ballots, options=OPTIONS):
    return {o: (s.place, s.people, s.dots) for o, s in count(options, ballots).order}


def test_people_are_counted_first_and_dots_second():
    """One who stacks three dots on the bench is one person; two with a dot each on the tree are two."""
    shortlist = count(OPTIONS, [{"bench": 3}, {"tree": 1, "pump": 1}, {"tree": 1, "pump": 2}])
    assert [option for option, _support in shortlist.order] == ["pump", "tree", "bench"]
    assert found([{"bench": 3}, {"tree": 1, "pump": 1}, {"tree": 1, "pump": 2}]) == {
        "pump": (1, 2, 3),
        "tree": (2, 2, 2),
        "bench": (3, 1, 3),
    }


def test_equal_options_share_a_place():
    assert found([{"bench": 1, "tree": 1}, {"tree": 1, "bench": 1}]) == {
        "bench": (1, 2, 2),
        "tree": (1, 2, 2),
        "pump": (3, 0, 0),
    }


def test_fewer_than_five_people_show_nothing():
    assert not count(OPTIONS, [{"bench": 1}] * 4 + [{}, {"tree": 0}]).is_shown
    assert count(OPTIONS, [{"bench": 1}] * 5).is_shown


@pytest.mark.parametrize(("options", "dots"), [(1, 3), (8, 3), (9, 5), (12, 5)])
def test_there_are_three_dots_for_up_to_eight_options_and_else_five(options, dots):
    assert dots_for(options) == dots


@pytest.mark.parametrize(
    ("dots", "can_stack", "allowed"),
    [
        ({"bench": 1, "tree": 1, "pump": 1}, False, True),
        ({}, False, True),
        ({"bench": 2}, False, False),
        ({"bench": 2, "tree": 1}, True, True),
        ({"bench": 3}, True, True),
        ({"bench": 2, "tree": 2}, True, False),
        ({"bench": 4}, True, False),
        ({"bench": -1, "tree": 1}, True, False),
        ({"moon": 1}, True, False),
    ],
)
def test_nobody_places_more_dots_than_they_have(dots, can_stack, allowed):
    assert is_allowed(dots, OPTIONS, dots_for(3), can_stack) == allowed


def test_the_idea_that_was_read_least_comes_next():
    assert least_read({"a": 2, "b": 0, "c": 1}, "1") == "b"
    assert least_read({}, "1") is None
    assert {least_read(dict.fromkeys("abcdef", 1), str(seed)) for seed in range(40)} == set("abcdef")


def test_what_stood_out_goes_on_and_never_more_than_twelve():
    assert listed({"a": 0, "b": 2, "c": 1}, "") == ["b", "c"]
    assert listed({"a": 0, "b": 0}, "") == ["a", "b"]
    assert listed({number: number for number in range(20)}, "") == list(range(8, 20))


@given(ballots)
def test_whose_ballot_comes_first_changes_nothing(ballots):
    assert count(OPTIONS, ballots) == count(OPTIONS, ballots[::-1])


@given(ballots)
def test_renaming_or_turning_the_options_renames_the_shortlist(ballots):
    names = {"bench": "x", "tree": "y", "pump": "z"}
    renamed = [{names[o]: n for o, n in ballot.items()} for ballot in ballots]
    assert found(renamed, ["z", "y", "x"]) == {names[o]: s for o, s in found(ballots).items()}


@given(ballots, ballot)
def test_one_more_person_adds_at_most_one_to_an_option(ballots, another):
    before, after = found(ballots), found([*ballots, another])
    for option in OPTIONS:
        assert after[option][1] - before[option][1] == (another.get(option, 0) > 0)
        assert after[option][2] - before[option][2] == another.get(option, 0)


@given(ballots)
def test_an_option_with_more_people_is_never_below_one_with_fewer(ballots):
    people = [support.people for _option, support in count(OPTIONS, ballots).order]
    assert people == sorted(people, reverse=True)


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 3)), st.text(max_size=4))
def test_what_stood_out_more_is_never_left_out_for_what_stood_out_less(picks, seed):
    chosen = listed(picks, seed)
    assert len(chosen) <= MOST_OPTIONS and set(chosen) <= set(picks) and bool(chosen) == bool(picks)
    left = [picks[idea] for idea in picks if idea not in chosen]
    assert not left or max(left) <= min(picks[idea] for idea in chosen)
