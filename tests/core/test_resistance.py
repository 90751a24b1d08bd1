from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.resistance import Resistance, rank


def of(*ratings):
    return Resistance.of({rating: ratings.count(rating) for rating in ratings})


HANDBOOK = {"passive": of(6, 7, 5, 8), "A": of(2, 9, 1, 0), "B": of(3, 4, 3, 4)}


def test_the_handbook_s_example():
    assert [HANDBOOK[name].share for name in ("passive", "A", "B")] == [
        Fraction(65, 100), Fraction(30, 100), Fraction(35, 100),
    ]  # fmt: skip
    ranking = rank(HANDBOOK, "passive")
    assert [option for option, _found in ranking.order] == ["A", "B", "passive"]
    assert ranking.best == ("A",) and ranking.changes_something
    assert ranking.gentler == ("B",)  # A wins though one person says 9


def test_spread_and_the_strongest_resistance():
    assert HANDBOOK["A"].spread == (3, 0, 1) and HANDBOOK["A"].highest == 9
    assert of().highest is None and of().mean == 0 and not of().is_risky


def test_a_fifth_with_much_resistance_is_a_risk():
    assert of(0, 0, 0, 0, 7).is_risky and not of(0, 0, 0, 0, 0, 7).is_risky
    assert of(*[0] * 20, 9).is_risky


def test_when_nothing_beats_the_passive_option_nothing_changes():
    ranking = rank({"passive": of(1, 2), "A": of(2, 1), "B": of(9, 9)}, "passive")
    assert not ranking.changes_something and ranking.may_be_adopted == frozenset()
    assert ranking.best == ("passive", "A")


def test_a_gentler_option_must_be_near():
    far = {"passive": of(9, 9, 9, 9), "A": of(0, 0, 0, 9), "B": of(4, 4, 4, 4)}
    assert rank(far, "passive").gentler == ()
    assert rank({**far, "B": of(3, 3, 3, 3)}, "passive").gentler == ("B",)


def test_what_is_no_rating_is_refused():
    for wrong in (-1, 11):
        with pytest.raises(ValueError, match="0 to 10"):
            Resistance.of({wrong: 1})
    with pytest.raises(KeyError):
        rank({"A": of(1)}, "passive")


people = st.lists(st.tuples(*[st.integers(0, 10)] * 3), min_size=1, max_size=30)


def ranking_of(rows, names=("passive", "A", "B")):
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    return rank({name: of(*ratings) for name, ratings in columns.items()}, names[0])


@given(people, st.randoms())
def test_the_order_of_people_changes_nothing(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert ranking_of(mixed) == ranking_of(rows)


@given(people)
def test_other_names_give_the_same_outcome_under_other_names(rows):
    other = {"passive": "x", "A": "y", "B": "z"}
    renamed = ranking_of(rows, ("x", "y", "z"))
    assert tuple(other[option] for option in ranking_of(rows).best) == renamed.best


@given(people)
def test_less_resistance_never_makes_an_option_lose(rows):
    before = ranking_of(rows)
    eased = [(passive, max(0, a - 1), b) for passive, a, b in rows]
    if "A" in before.best:
        assert "A" in ranking_of(eased).best


@given(people)
def test_only_what_beats_the_passive_option_can_be_adopted(rows):
    ranking = ranking_of(rows)
    found = dict(ranking.order)
    assert ranking.may_be_adopted == {o for o in "AB" if found[o].total < found["passive"].total}
    assert set(ranking.gentler) <= {"A", "B"} - set(ranking.best)
