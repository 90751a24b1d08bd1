from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.order import shuffled
from app.core.phases import Phase, moved, phase_on, spread

MONDAY = date(2026, 3, 2)
ROUND = (Phase("stating", 0.7), Phase("reacting", 0.3))


def day(number):
    return MONDAY + timedelta(days=number)


def test_the_last_thirty_percent_of_a_statement_round_is_for_reacting():
    first, last = spread(ROUND, MONDAY, day(19))  # twenty days
    assert (first.ends_on, last.ends_on) == (day(13), day(19))


def test_a_phase_gives_way_after_its_last_day():
    phases = spread(ROUND, MONDAY, day(9))
    assert phase_on(phases, "stating", day(6)).name == "stating"
    assert phase_on(phases, "stating", day(7)).name == "reacting"
    assert phase_on(phases, "stating", day(50)).name == "reacting"


def test_a_phase_that_begins_early_gets_the_days_that_are_left():
    phases = moved(spread(ROUND, MONDAY, day(9)), "reacting", day(2), day(9))
    assert [phase.ends_on for phase in phases] == [day(1), day(9)]
    assert phase_on(phases, "reacting", day(3)).name == "reacting"


def test_going_back_gives_the_later_phases_their_days_again():
    phases = moved(spread(ROUND, MONDAY, day(9)), "stating", day(8), day(9))
    assert phase_on(phases, "stating", day(8)).name == "stating"
    assert phases[-1].ends_on == day(9)


def test_a_dialogue_without_phases_cannot_be_spread():
    with pytest.raises(ValueError, match="at least one"):
        spread((), MONDAY, day(3))


shares = st.lists(st.floats(0.05, 5), min_size=1, max_size=7)


@given(shares, st.integers(0, 200))
def test_phases_follow_each_other_and_fill_the_days(parts, days):
    phases = spread([Phase(str(n), share) for n, share in enumerate(parts)], MONDAY, day(days))
    ends = [phase.ends_on for phase in phases]
    assert ends == sorted(ends) and ends[-1] == day(days) and ends[0] >= MONDAY


@given(shares, st.integers(0, 60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6)), max_size=8))
def test_no_sequence_of_steps_leaves_the_days_or_loses_a_phase(parts, days, steps):
    phases = spread([Phase(str(n), share) for n, share in enumerate(parts)], MONDAY, day(days))
    names = [phase.name for phase in phases]
    for when, which in sorted(steps):
        name = names[which % len(names)]
        phases = moved(phases, name, day(when), day(days))
        assert [phase.name for phase in phases] == names
        assert phase_on(phases, name, day(when)).name == name
        assert phases[-1].ends_on == max(day(when), day(days))
        ends = [phase.ends_on for phase in phases]
        assert ends == sorted(ends)


@given(st.lists(st.integers(), unique=True, max_size=30), st.text(), st.integers())
def test_an_own_order_is_steady_and_takes_new_things_in(things, seed, new):
    order = shuffled(things, seed, key=str)
    assert order == shuffled(reversed(things), seed, key=str) and sorted(order) == sorted(things)
    if new not in things:
        assert [thing for thing in shuffled([*things, new], seed, key=str) if thing != new] == order


def test_orders_differ_between_people():
    assert len({tuple(shuffled(range(8), f"1:{person}", key=str)) for person in range(50)}) > 40
