"""Whether something new is perhaps there already: by the telling words of its title."""

import re

SHORTEST = 4
ENOUGH = 2  # telling words in common; of a title with one such word, that one
# Words that say nothing about what a proposal is about, in the languages of the site
SAY_NOTHING = """
alle alleen andere beter betere buurt daar daarom deze door drie echt eens even gaan geen geven goed
goede graag haar heel hele hier hoeveel iedereen jaar jullie kunnen laat laten lang maak maar maken
meer mensen minder moet moeten naar naast nieuw nieuwe niet nodig onder onze over plaats samen
straat sommige tegen terug tijd tijdens tussen twee vaak vaker veel verder voor vragen waar waarom
wanneer want weer wijk wordt worden willen zelf zijn zoals zonder zouden about after again also
another around because been before better both could district does each every everybody from give
good have here into just keep less like made make many more most much must near need neighbourhood
never next only other over please place should some street such than that their them then there
these they this those together very want were what when where which while will with without would
your
"""
COMMON = frozenset(SAY_NOTHING.split())


def telling_words(text: str) -> list[str]:
    """The words that say what a text is about, each once, in order."""
    words = (word.casefold() for word in re.findall(r"[^\W\d_]+", text))
    telling = (word for word in words if len(word) >= SHORTEST and word not in COMMON)
    return list(dict.fromkeys(telling))


def in_common(title: str, text: str) -> int:
    """How many telling words of a title a text has too, also where one is the beginning of the other."""
    theirs = telling_words(text)
    return sum(any(is_like(word, other) for other in theirs) for word in telling_words(title))


def is_like(word: str, other: str) -> bool:
    return word.startswith(other) or other.startswith(word)


def is_alike(title: str, text: str) -> bool:
    """Whether a text has enough of the telling words of a title."""
    return 0 < min(ENOUGH, len(telling_words(title))) <= in_common(title, text)
