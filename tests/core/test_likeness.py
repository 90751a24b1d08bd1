from hypothesis import given
from hypothesis import strategies as st

from app.core.likeness import in_common, is_alike, telling_words


def test_what_every_proposal_says_tells_nothing():
    assert telling_words("Meer bomen voor onze buurt, meer bomen!") == ["bomen"]


def test_two_telling_words_in_common_are_enough():
    assert is_alike("Bankjes op het Lakerplein", "Op het Lakerplein staan geen bankjes meer.")
    assert not is_alike("Bankjes op het Lakerplein", "Het Lakerplein is bijna helemaal steen.")


def test_one_is_enough_of_a_title_that_has_no_more():
    assert is_alike("Een pluktuin", "Waar komt de pluktuin?") and not is_alike(
        "Meer voor ons", "Meer voor ons"
    )


def test_the_beginning_of_a_word_counts():
    assert in_common("Zonnepanelen", "zonnepaneel") == 0 and in_common("Lantaarnpalen", "Lantaarn") == 1


@given(st.text(), st.text())
def test_no_text_has_more_in_common_than_there_are_words(title, text):
    assert 0 <= in_common(title, text) <= len(telling_words(title))
