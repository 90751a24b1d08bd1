from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.core.chain import FIRST, Entry, Fault, first_fault, seal

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
VALUES = st.one_of(
    st.none(), st.integers(-9, 9), st.text(max_size=3), st.dictionaries(st.text(max_size=2), st.integers())
)


def chain(said, key=KEY):
    """Entries numbered from 1 that say these things, one value each, sealed in turn."""
    entries, before = [], FIRST
    for number, value in enumerate(said, 1):
        before = seal(key, before, [number, value])
        entries.append(Entry(number, [number, value], before))
    return entries


def fault(entries, noted=3, given_out=3):
    return first_fault(KEY, entries, given_out, {noted: chain("abc")[noted - 1].seal})


def test_what_was_written_is_unbroken():
    assert fault(chain("abc")) is None and first_fault(KEY, []) is None


def test_each_kind_of_fault_is_told_apart():
    a, b, c = chain("abc")
    assert fault([a, replace(b, facts=[2, "x"]), c]) == Fault("changed", 2, 2)
    assert fault([a, b, replace(c, facts=[3, "x"])]) == Fault("changed", 3, 3)
    assert fault([a, replace(b, facts=None), c]) == Fault("changed", 2, 2)
    assert fault([a, b, c, Entry(4, [4, "x"], "0" * 64)]) == Fault("added", 4, 4)
    assert fault([replace(a, number=0, facts=[0, "a"]), a, b, c]) == Fault("added", 0, 0)
    assert fault([a, c]) == Fault("missing", 2, 2)
    assert fault([c]) == Fault("missing", 1, 2)
    assert fault([a]) == Fault("cut off", 2, 3)
    assert fault([a], given_out=1) == Fault("older", 2, 3)
    assert fault([]) == Fault("cut off", 1, 3)


def test_a_chain_that_went_another_way_after_a_note_is_found_although_its_seals_fit():
    assert fault(chain("abxy")) == Fault("older", 3, 3)
    assert fault(chain("xbc"), noted=1) == Fault("older", 1, 1)


def test_seals_made_without_the_key_do_not_fit():
    assert fault(chain("abc", OTHER_KEY)) == Fault("added", 1, 1)


@given(st.lists(VALUES, min_size=1, max_size=8), st.data())
def test_no_change_of_one_entry_goes_unseen(said, data):
    entries = chain(said)
    latest = {len(entries): entries[-1].seal}
    place = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[place]
    other = data.draw(VALUES.filter(lambda value: value != entry.facts[1]))
    facts = [entry.number, other]
    before = entries[place - 1].seal if place else FIRST
    for put in (
        [],  # taken out
        [entry, entry],  # there twice
        [replace(entry, facts=facts)],
        [replace(entry, facts=facts, seal=seal(OTHER_KEY, before, facts))],
        [replace(entry, seal=entry.seal[::-1])] if entry.seal != entry.seal[::-1] else [],
        [replace(entry, number=entry.number + 1)],
    ):
        found = first_fault(KEY, [*entries[:place], *put, *entries[place + 1 :]], 0, latest)
        assert found and found.first <= entry.number + 1, put


@given(st.lists(VALUES, min_size=2, max_size=8), st.data())
def test_no_two_entries_change_places_unseen(said, data):
    entries = chain(said)
    one, other = sorted(data.draw(st.sets(st.integers(0, len(said) - 1), min_size=2, max_size=2)))
    swapped = list(entries)
    swapped[one] = replace(entries[other], number=one + 1)
    swapped[other] = replace(entries[one], number=other + 1)
    assert first_fault(KEY, swapped).first == one + 1
