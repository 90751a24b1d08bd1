"""Dutch is complete: every word of the code has its own here, in short sentences and in the same form."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from app.config import LANGUAGES

ROOT = Path(__file__).parent.parent
SOURCE = "en"  # the language of the code itself
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(["_l"])
LONGEST_SENTENCE = 20  # words; longer is hard to read at level B1
SAME_IN_BOTH = {
    "Budget",
    "Dashboard",
    "Later",
    "Mails",
    "Menu",
    "Moderator",
    "Open",
    "Passkey",
    "Privacy",
    "Stop",
    "online",
}
LONG_SENTENCES = {}  # a sentence that must be longer, in either language: the reason why
# The first letters of words that people at level B1 stumble over, and that have a plainer one.
JARGON = {
    "nl": "aangaande authenti conform cruciaal desbetreffend faciliter geaggregeerd implement inzake "
    "methodiek optimalis problematiek pseudoniem quorum stakeholder teneinde verificatie",
    "en": "aforementioned aggregate algorithm authentic facilitat functionality herein implement leverage "
    "methodolog optimi participatory pseudonym pursuant quorum stakeholder thereof utili",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])|%%")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"\S*\w\S*")


def catalogue(language):
    path = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def dutch():
    return catalogue("nl")


@pytest.fixture(scope="module")
def in_code():
    """What the code asks to translate, taken out of it as `pybabel extract` does."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: mapping for mapping in mappings}
    return {found[2] for found in extract_from_dir(ROOT, methods, options, KEYWORDS)}


def entries(found):
    """Every entry as (forms in English, forms in Dutch): two forms with a plural, else one."""
    for message in found:
        if message.id:
            yield forms(message.id), forms(message.string)


def forms(text):
    return text if isinstance(text, tuple) else (text,)


def placeholders(text):
    return sorted(match.group() for match in PLACEHOLDER.finditer(text))


def test_every_language_but_the_source_has_its_words():
    folders = {path.parent.parent.name for path in (ROOT / "app/translations").glob("*/LC_MESSAGES/*.po")}
    assert folders == set(LANGUAGES) - {SOURCE}


def test_every_word_of_the_code_is_translated(in_code, dutch):
    translated = {message.id for message in dutch if message.id and all(forms(message.string))}
    assert sorted(map(str, in_code - translated)) == [], "update app/translations, and translate these"


def test_no_words_are_left_of_code_that_is_gone(in_code, dutch):
    kept = {message.id for message in dutch if message.id}
    assert sorted(map(str, kept - in_code)) == []
    assert list(dutch.obsolete) == []


def test_nothing_is_a_guess(dutch):
    assert not dutch.fuzzy
    assert [message.id for message in dutch if message.fuzzy] == []


def test_the_gaps_in_a_sentence_stay_the_same(dutch):
    # A form for one may leave a gap out in English ("one"), but Dutch fills the same gaps in each form.
    wrong = [
        (english, text) for english, texts in entries(dutch) for text in texts
        if placeholders(text) != placeholders(english[-1]) or "%" in PLACEHOLDER.sub("", text)
    ]  # fmt: skip
    assert wrong == []
    assert [(message.id, errors) for message, errors in dutch.check()] == []


def test_plurals_have_as_many_forms_as_dutch_has(dutch):
    assert dutch.plural_forms == "nplurals=2; plural=(n != 1);"
    assert [english for english, texts in entries(dutch) if len(texts) != len(english)] == []


def test_nothing_was_left_in_english(dutch):
    same = {text for english, texts in entries(dutch) for text in texts if text in english}
    assert same == SAME_IN_BOTH


def test_no_space_is_lost_or_added_around_a_sentence(dutch):
    def edges(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    wrong = [
        (english, texts) for english, texts in entries(dutch)
        if {edges(text) for text in texts} != {edges(text) for text in english}
        or any("  " in text for text in texts)
    ]  # fmt: skip
    assert wrong == []


def test_sentences_are_short_in_both_languages(dutch):
    texts = {text for both in entries(dutch) for texts in both for text in texts}
    found = {sentence for text in texts for sentence in sentences(text)}
    long = {sentence for sentence in found if len(WORD.findall(sentence)) > LONGEST_SENTENCE}
    assert long == set(LONG_SENTENCES)


def test_no_text_has_jargon(dutch):
    for language, side in (("en", 0), ("nl", 1)):
        heavy = re.compile(rf"\b({'|'.join(JARGON[language].split())})", re.I)
        said = {PLACEHOLDER.sub("", text) for both in entries(dutch) for text in both[side]}
        assert [text for text in said if heavy.search(text)] == []
        assert all(heavy.search(word) for word in JARGON[language].split())


def sentences(text):
    return END_OF_SENTENCE.split(text)


def test_the_header_names_nobody(dutch):
    header = dict(dutch.mime_headers)
    assert header["Language"] == "nl"
    assert header["Project-Id-Version"].startswith("Buurtstem")
    assert "@" not in dutch.header_comment + "".join(header.values())
