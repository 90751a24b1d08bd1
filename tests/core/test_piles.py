"""Two readings of one pile of papers: when they are the same, and where to look when they are not."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.core.piles import INVALID, Difference, differences, totals_of

PAPERS = st.sampled_from(["", "1", "2", "1,2", "1>2=3", INVALID])
PILES = st.lists(PAPERS, max_size=12)


def test_one_slip_is_found_at_its_place():
    found = differences(["1", "2", "1", "3"], ["1", "2", "2", "3"])
    assert found == [Difference(3, 3, "1", "2")]


def test_a_paper_that_one_of_two_skipped_is_found_and_the_rest_still_agrees():
    assert differences(["1", "3", "2"], ["1", "2"]) == [Difference(2, None, "3", None)]
    assert differences(["1", "2"], ["1", "3", "2"]) == [Difference(None, 2, None, "3")]


def test_another_order_is_the_same_pile():
    assert differences(["1", "2", "3"], ["3", "1", "2"]) == []


def test_two_slips_that_keep_the_sums_are_found_all_the_same():
    """Ballots of several options: equal sums an option are not equal papers."""
    assert differences(["1,2", ""], ["1", "2"]) != []


@given(PILES, PILES)
def test_piles_are_equal_just_when_nothing_differs(one, other):
    same = Counter(one) == Counter(other)
    assert (differences(one, other) == []) is same and (totals_of(one) == totals_of(other)) is same


@given(PILES, PILES)
def test_setting_right_what_differs_makes_the_piles_equal(one, other):
    put_right = Counter(one)
    for difference in differences(one, other):
        if difference.mine is not None:
            put_right[difference.mine] -= 1
        if difference.theirs is not None:
            put_right[difference.theirs] += 1
    assert +put_right == Counter(other)


@given(PILES, PILES)
def test_both_tellers_see_the_same_differences_each_from_their_own_side(one, other):
    here, there = differences(one, other), differences(other, one)
    assert bool(here) is bool(there)
    assert all(one[d.place - 1] == d.mine for d in here if d.place)
    assert all(other[d.other_place - 1] == d.theirs for d in here if d.other_place)
