"""What a pulse says of few and of many answers."""

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.pulse import UNSURE, Answers

SCALE = range(1, 6)
tallies = st.dictionaries(st.sampled_from([*SCALE, UNSURE]), st.integers(0, 60))


def test_counts_are_kept_and_who_does_not_know_stands_apart():
    answers = Answers.of(SCALE, {5: 3, 1: 2, UNSURE: 4})
    assert answers.counts == (2, 0, 0, 0, 3)
    assert (answers.stands, answers.unsure, answers.people) == (5, 4, 9)


@pytest.mark.parametrize(("people", "shown"), [(0, False), (4, False), (5, True)])
def test_nothing_is_shown_below_five(people, shown):
    assert Answers.of(SCALE, {3: people}).is_shown() is shown


def test_the_bound_can_be_raised_but_not_lowered():
    assert not Answers.of(SCALE, {3: 9}).is_shown(10)
    assert not Answers.of(SCALE, {3: 4}).is_shown(1)


def test_a_percentage_takes_twenty_who_know():
    assert Answers.of(SCALE, {5: 12, 1: 7, UNSURE: 9}).share(5) is None
    answers = Answers.of(SCALE, {5: 12, 1: 8, UNSURE: 9})
    assert answers.share(5) == Fraction(3, 5)
    assert [round(end, 3) for end in answers.interval(5)] == [0.387, 0.781]  # 12 of 20, handbook 9


def test_all_or_none_of_few_is_noticed():
    few = Answers.of(SCALE, {4: 7})
    assert (few.extreme(4), few.extreme(1)) == ("all", "none")
    assert Answers.of(SCALE, {4: 20}).extreme(4) is None
    assert Answers.of(SCALE, {4: 6, 5: 1}).extreme(4) is None


def test_the_middle_is_the_median():
    assert Answers.of(range(11), {3: 1, 7: 1, 9: 1}).middle == 7
    assert Answers.of(range(11), {6: 1, 7: 1}).middle == Fraction(13, 2)
    assert Answers.of(range(11), {}).middle is None


def test_an_answer_that_was_not_offered_is_refused():
    with pytest.raises(ValueError, match="not offered"):
        Answers.of(range(2), {2: 1})


@given(tallies)
def test_every_answer_is_counted_once_and_the_order_of_the_answers_changes_nothing(tally):
    answers, turned = Answers.of(SCALE, tally), Answers.of(SCALE[::-1], tally)
    assert answers.people == sum(tally.values())
    assert answers.middle == turned.middle
    for value in SCALE:
        assert (answers.share(value), answers.extreme(value)) == (turned.share(value), turned.extreme(value))


@given(tallies)
def test_the_middle_is_what_the_standard_library_says(tally):
    given_ = [value for value, count in tally.items() for _ in range(count) if value != UNSURE]
    assert Answers.of(SCALE, tally).middle == (median(given_) if given_ else None)


@given(tallies)
def test_shares_add_up_to_one_and_lie_in_their_intervals(tally):
    answers = Answers.of(SCALE, tally)
    shares = [answers.share(value) for value in SCALE]
    if answers.stands >= 20:
        assert sum(shares) == 1
        for value in SCALE:
            low, high = answers.interval(value)
            assert low - 1e-9 <= answers.share(value) <= high + 1e-9
    else:
        assert set(shares) == {None}
