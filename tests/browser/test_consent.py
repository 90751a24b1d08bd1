"""From the letter to the first answer that counts: three taps, and little to read on the way."""

import pytest

MOST_TAPS, MOST_WORDS = 3, 200


def words_of(phone):
    return len(phone.page.locator("main").inner_text().split())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_three_taps_from_the_letter_to_a_counted_answer(visit, server, new_codes, javascript, language):
    names = {
        "en": ("Take part", "Yes, keep my answers", "Agree", "Counted: you agree."),
        "nl": ("Doe mee", "Ja, bewaar mijn antwoorden", "Eens", "Geteld: je bent het ermee eens."),
    }[language]
    *taps, counted = names
    phone = visit(javascript=javascript, language=language)
    phone.goto(f"/code/{next(new_codes)}")
    words = words_of(phone)
    phone.press(taps[0])
    words += words_of(phone)
    assert phone.page.locator("#agree").count() == 0  # no answer before the permission
    phone.press(taps[1])
    statement = phone.page.locator("#card blockquote").inner_text()
    phone.press(taps[2]).sees(counted)
    assert phone.page.locator("#card blockquote").inner_text() != statement
    print(f"{language}: {len(taps)} taps, {words} words")
    assert len(taps) <= MOST_TAPS and words < MOST_WORDS
