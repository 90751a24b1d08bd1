"""Arguments for and against: examples that can be checked by hand, then properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.arguments import AGAINST, FOR, UNSURE, drawn, shift, top, weigh

SIDES = {"quiet": FOR, "safe": FOR, "dear": AGAINST, "dark": AGAINST}
given_weights = st.lists(
    st.tuples(st.sampled_from(sorted(SIDES)), st.sampled_from([1, 0, -1]), st.integers(0, 2)), max_size=40
)
stances = st.lists(st.tuples(st.sampled_from([1, 0, -1]), st.sampled_from([1, 0, -1])))


def test_what_the_other_side_finds_weighty_is_the_mean_of_who_is_against_it():
    weights = [("quiet", FOR, 2)] * 10 + [("quiet", AGAINST, 2)] * 4 + [("quiet", AGAINST, 1)] * 6
    found = weigh(SIDES, weights).standings["quiet"]
    assert (found.across.people, found.across.mean) == (10, Fraction(14, 10))
    assert (found.everyone.people, found.everyone.mean) == (20, Fraction(34, 20))


def test_who_is_not_sure_is_of_no_other_side():
    assert weigh(SIDES, [("dear", UNSURE, 2)] * 12).standings["dear"].across.people == 0


@pytest.mark.parametrize(
    ("others", "own", "shown"),
    [(10, 10, True), (9, 10, False), (10, 9, False), (10, 0, True), (0, 20, False), (25, 1, False)],
)
def test_the_other_side_is_shown_apart_only_if_nobody_can_be_told_from_it(others, own, shown):
    found = weigh(SIDES, [("dear", FOR, 1)] * others + [("dear", AGAINST, 1)] * own)
    assert found.standings["dear"].is_across_shown == shown
    assert found.across == (("dear",) if shown else ())


def test_fewer_than_five_weights_name_no_argument():
    assert weigh(SIDES, [("safe", FOR, 2)] * 4).heaviest[FOR] == ()
    assert weigh(SIDES, [("safe", FOR, 2)] * 5).heaviest[FOR] == ("safe",)


def test_three_of_a_side_are_named_and_who_shares_the_third_place():
    means = {"a": Fraction(1), "b": Fraction(2), "c": Fraction(1, 2), "d": Fraction(1, 2), "e": Fraction(0)}
    assert top(means) == ("b", "a", "c", "d")
    assert top({"a": Fraction(0)}) == top({}) == ()


def test_a_weight_is_0_1_or_2():
    with pytest.raises(ValueError, match="0, 1 or 2"):
        weigh(SIDES, [("safe", FOR, 3)])


def test_a_shift_is_counted_over_who_answered_twice():
    found = shift([(FOR, FOR), (AGAINST, UNSURE), (UNSURE, FOR), (FOR, AGAINST), (UNSURE, UNSURE)])
    assert found.before == {FOR: 2, AGAINST: 1, UNSURE: 2} and found.after == {FOR: 2, AGAINST: 1, UNSURE: 2}
    assert (found.towards_for, found.towards_against, found.same, found.people) == (2, 1, 2, 5)


@given(given_weights)
def test_who_weighs_in_which_order_changes_nothing(weights):
    assert weigh(SIDES, weights) == weigh(SIDES, weights[::-1]) == weigh(SIDES, sorted(weights))


@given(given_weights)
def test_for_and_against_are_treated_alike(weights):
    found = weigh(SIDES, weights)
    turned = weigh({a: -side for a, side in SIDES.items()}, [(a, -stance, w) for a, stance, w in weights])
    assert turned.standings == found.standings and turned.across == found.across
    assert turned.heaviest == {-side: named for side, named in found.heaviest.items()}


@given(given_weights)
def test_renaming_the_arguments_renames_the_outcome(weights):
    names = {"quiet": "1", "safe": "2", "dear": "3", "dark": "4"}
    found = weigh(SIDES, weights)
    renamed = weigh({names[a]: s for a, s in SIDES.items()}, [(names[a], s, w) for a, s, w in weights])
    assert renamed.across == tuple(names[a] for a in found.across)
    assert renamed.heaviest == {s: tuple(names[a] for a in of) for s, of in found.heaviest.items()}


@given(stances)
def test_everybody_who_moved_moved_one_way(pairs):
    found = shift(pairs)
    assert found.people == len(pairs) == sum(found.before.values()) == sum(found.after.values())
    back = shift([(now, was) for was, now in pairs])
    assert (back.towards_for, back.towards_against) == (found.towards_against, found.towards_for)


@given(st.integers(0, 9), st.integers(0, 9), st.text(max_size=5), st.sets(st.integers(0, 17), max_size=4))
def test_a_person_weighs_as_many_of_each_side_and_keeps_what_they_weighed(pro, con, seed, wanted):
    sides = dict.fromkeys(range(pro), FOR) | {n + 9: AGAINST for n in range(con)}
    first = drawn(sides, (), seed)
    assert sum(sides[a] == FOR for a in first) == min(3, pro)
    assert sum(sides[a] == AGAINST for a in first) == min(3, con)
    weighed = [a for a in first if a in wanted]
    more = sides | {n + 100: FOR for n in range(5)} | {n + 200: AGAINST for n in range(5)}
    assert set(weighed) <= set(drawn(more, weighed, seed)) and len(drawn(more, weighed, seed)) == 6


def test_the_draw_differs_between_people_and_stays_for_one():
    sides = dict.fromkeys(range(8), FOR) | {n + 8: AGAINST for n in range(8)}
    assert drawn(sides, (), "1:2") == drawn(sides, (), "1:2")
    assert len({tuple(drawn(sides, (), f"1:{person}")) for person in range(20)}) > 15
