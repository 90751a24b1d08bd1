"""What must hold of every method: the order of ballots, the names of options and copies do not matter."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.tally import METHODS, Rule

from .elections import choices, elections

WITH_MONEY = {"greedy", "mes_cost", "mes_cardinality"}
NAMES = sorted(set(METHODS) - WITH_MONEY - {"yes_no"})
RULE = {"credits": 100, "seats": 1}


def cases(name):
    kind = METHODS[name].KIND
    return st.integers(2, 4).flatmap(
        lambda m: st.tuples(st.just(m), elections(choices(kind, m)), st.permutations(range(1, m + 1)))
    )


def renamed(choice, kind, names):
    if kind == "set":
        return frozenset(names[option] for option in choice)
    if kind == "ranking":
        return tuple(frozenset(names[option] for option in place) for place in choice)
    return tuple(sorted((names[option], grade) for option, grade in choice))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=40)
def test_the_order_of_the_ballots_changes_nothing(name, data):
    m, ballots, _ = data.draw(cases(name))
    mixed = dict(data.draw(st.permutations(list(ballots.items()))))
    options, rule = range(1, m + 1), Rule(**RULE)
    assert METHODS[name].count(ballots, options, rule) == METHODS[name].count(mixed, options, rule)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=40)
def test_renaming_options_renames_the_outcome(name, data):
    method = METHODS[name]
    m, ballots, order = data.draw(cases(name))
    names = dict(zip(range(1, m + 1), order, strict=True))
    other = {renamed(choice, method.KIND, names): number for choice, number in ballots.items()}
    rule, rule_renamed = Rule(**RULE), Rule(**RULE, priority=tuple(order))
    tally = method.count(ballots, range(1, m + 1), rule)
    turned = method.count(other, range(1, m + 1), rule_renamed)
    assert {names[option] for option in tally.winners} == set(turned.winners)
    assert {names[option] for option in tally.tied} == set(turned.tied)
    assert {names[option]: figure for option, figure in tally.counts.items()} == turned.counts
    assert tally.reason == turned.reason


@pytest.mark.parametrize("name", [name for name in NAMES if name != "stv"])  # its quota is rounded
@given(data=st.data())
@settings(max_examples=40)
def test_twice_the_same_electorate_decides_the_same(name, data):
    m, ballots, _ = data.draw(cases(name))
    twice = {choice: 2 * number for choice, number in ballots.items()}
    options, rule = range(1, m + 1), Rule(**RULE)
    once, doubled = (METHODS[name].count(b, options, rule) for b in (ballots, twice))
    assert (once.winners, once.tied, once.reason) == (doubled.winners, doubled.tied, doubled.reason)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=20)
def test_an_empty_ballot_decides_nothing_but_the_quorum(name, data):
    m, ballots, _ = data.draw(cases(name))
    method, options = METHODS[name], range(1, m + 1)
    empty = frozenset() if method.KIND == "set" else ()
    more = {**ballots, empty: ballots.get(empty, 0) + 3}
    before, after = method.count(ballots, options, Rule(**RULE)), method.count(more, options, Rule(**RULE))
    assert after.ballots == before.ballots + 3
    if name != "majority_judgment":  # there it is the lowest grade for everybody
        assert (before.winners, before.counts) == (after.winners, after.counts)
    few = method.count(ballots, options, Rule(**RULE, electorate=10**6, quorum=50))
    assert few.winners == few.tied == () and few.reason in ("no_quorum", "no_votes")


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=20)
def test_what_is_told_is_plain(name, data):
    """Only texts, whole numbers, lists and dicts: what is stored and published can be read by any program."""

    def is_plain(value):
        if isinstance(value, dict):
            return all(isinstance(key, str) and is_plain(inner) for key, inner in value.items())
        if isinstance(value, list | tuple):
            return all(map(is_plain, value))
        if isinstance(value, str):
            return "/" not in value or str(Fraction(value)) == value
        return value is None or isinstance(value, bool | int)

    m, ballots, _ = data.draw(cases(name))
    tally = METHODS[name].count(ballots, range(1, m + 1), Rule(**RULE))
    assert all(map(is_plain, tally.rounds)) and all(isinstance(n, int) for n in tally.counts.values())
