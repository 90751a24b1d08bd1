import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.double_entry import (
    LEAST_SHOWN,
    Difference,
    alike,
    differences,
    settled,
    shown_by_channel,
)

ITEMS = ["a", "b", "c", "d"]
readings = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(["", "1", "2", "Meer banken."]))


def test_what_two_people_read_differently_is_found_in_the_order_of_the_sheet():
    first, second = {"a": "1", "b": "2", "c": "3"}, {"c": "4", "b": "2"}
    assert differences(first, second, ITEMS) == [Difference("a", "1", ""), Difference("c", "3", "4")]


def test_capitals_spaces_and_a_last_full_stop_are_no_difference():
    assert alike("Meer  banken in de zon.", "meer banken in de zon")
    assert not alike("Meer banken", "Minder banken") and not alike("1", "10")


def test_a_last_look_settles_what_differed():
    first, second = {"a": "1", "b": "2"}, {"a": "1", "b": "3"}
    assert settled(first, second, ["a", "b"], {"b": "4"}) == {"a": "1", "b": "4"}
    with pytest.raises(KeyError):
        settled(first, second, ["a", "b"], {})


@given(readings)
def test_two_equal_readings_have_no_differences(reading):
    assert differences(reading, dict(reading), ITEMS) == []


@given(readings, readings)
def test_who_typed_first_does_not_matter(one, other):
    mirrored = [Difference(d.item, d.second, d.first) for d in differences(other, one, ITEMS)]
    assert differences(one, other, ITEMS) == mirrored


@given(readings, readings)
def test_a_sheet_says_what_both_read_and_else_what_was_seen_at_the_last_look(one, other):
    found = differences(one, other, ITEMS)
    result = settled(one, other, ITEMS, {d.item: "9" for d in found})
    assert set(result) == set(ITEMS)
    for item in ITEMS:
        differs = item in {d.item for d in found}
        assert result[item] == ("9" if differs else one.get(item, ""))


@given(readings, st.sampled_from(ITEMS), st.sampled_from("56789"))
def test_one_slip_is_always_found(reading, item, slip):
    assert [d.item for d in differences(reading, {**reading, item: slip}, ITEMS)] == [item]


# How many by each channel


def test_channels_are_told_apart_when_no_number_is_small():
    assert shown_by_channel({"online": 38, "paper": 12}) == {"online": 38, "paper": 12}
    assert shown_by_channel({"online": 38, "paper": 12, "phone": 2}) == {"online": 38, None: 14}
    assert shown_by_channel({"online": 38, "paper": 4, "phone": 2}) == {"online": 38, None: 6}
    assert shown_by_channel({"online": 38, "paper": 2}) is None
    assert shown_by_channel({"online": 38}) is None and shown_by_channel({}) is None


@given(st.dictionaries(st.sampled_from(["online", "paper", "phone"]), st.integers(0, 30)))
def test_no_small_number_of_people_is_shown_and_nobody_is_lost(counts):
    shown = shown_by_channel(counts)
    if shown is not None:
        assert len(shown) > 1 and min(shown.values()) >= LEAST_SHOWN
        assert sum(shown.values()) == sum(counts.values())
