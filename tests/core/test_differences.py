from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from app.core.differences import GONE, NEW, SAME, combine, differences

TEXTS = st.lists(st.sampled_from(["boom", "bank", " ", " ", ",", "\n\n", "é"]), max_size=30).map("".join)


def shown(old, new):
    signs = {SAME: "{}", GONE: "[-{}]", NEW: "[+{}]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in differences(old, new))


def test_one_word_in_place_of_another():
    assert shown("Vijf bomen op het plein.", "Zes bomen op het plein.") == "[-Vijf][+Zes] bomen op het plein."


def test_words_added_and_words_left_out():
    assert shown("Een bank.", "Een bank, met leuning.") == "Een bank[+, met leuning]."
    assert shown("Een bank, met leuning.", "Een bank.") == "Een bank[-, met leuning]."


def test_a_space_between_two_changes_reads_as_one_change():
    assert shown("de oude eik", "een jonge eik") == "[-de oude][+een jonge] eik"


def test_a_new_paragraph():
    assert shown("Eerst.", "Eerst.\n\nDan.") == "Eerst.[+\n\nDan.]"


def test_the_same_text_has_no_differences_and_nothing_has_no_pieces():
    assert shown("Een bank.", "Een bank.") == "Een bank." and differences("", "") == []


@given(TEXTS, TEXTS)
def test_without_the_new_words_stands_the_old_text_and_the_other_way_round(old, new):
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != NEW) == old
    assert "".join(piece.text for piece in pieces if piece.kind != GONE) == new
    assert all(piece.text for piece in pieces)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert {piece.kind for piece in differences(text, text)} <= {SAME}


def test_two_changes_in_different_places_go_together():
    base = "Vijf bomen en twee banken."
    assert (
        combine(base, "Zes bomen en twee banken.", "Vijf bomen en drie banken.")
        == "Zes bomen en drie banken."
    )
    assert combine("Eerst.", "Eerst.\n\nDan.", "Nu eerst.") == "Nu eerst.\n\nDan."


def test_two_changes_of_the_same_word_do_not():
    assert combine("Vijf bomen.", "Zes bomen.", "Tien bomen.") is None
    assert combine("Een bank.", "Een bank, rood.", "Een bank, blauw.") is None


@given(TEXTS, TEXTS, TEXTS)
def test_combining_asks_not_who_came_first_and_with_no_change_changes_nothing(base, one, other):
    assert combine(base, one, other) == combine(base, other, one)
    assert combine(base, base, one) == combine(base, one, one) == one


def test_the_longest_texts_take_no_long_time():
    odd = " ".join(str(number % 60) for number in range(4000))[:10_000]
    begin = process_time()
    for one, other in (("a " * 5000, "b a " * 2500), (odd, odd[::-1]), ("a b " * 2500, "b " * 5000)):
        differences(one, other)
    assert process_time() - begin < 8  # generous: the machine may be busy
