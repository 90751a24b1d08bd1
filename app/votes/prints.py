"""Ballot papers to print: a sheet of A4 with as many equal papers as fit. The printer makes the copies.

All papers of a vote are the same: no number, no mark, nothing that tells one from another.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import g
from flask_babel import force_locale, ngettext
from flask_babel import lazy_gettext as _l

from app.config import LANGUAGES
from app.i18n import day, said

CROSS = "cross"  # a box for a cross, a box for a number, or a row of grades to circle
NUMBER = "number"
GRADES = "grades"
SHAPES = {"set": CROSS, "ranking": NUMBER, "grades": GRADES}
WRITTEN_DOWN = ("dots", "quadratic")  # grades too many to stand in a row
FILLED_IN = {
    "yes_no": _l("Put one cross."),
    "approval": _l("Put a cross at each option that you support. As many as you like."),
    "score": _l("Circle one figure for each option. The higher, the better you like it."),
    "star": _l("Circle one figure for each option. The higher, the better you like it."),
    "majority_judgment": _l("Circle one word for each option."),
    "resistance": _l("Circle one figure for each option. 0 is nothing against it, 10 is very much."),
    "dots": _l("Write at each option how many dots it gets. In all you have %(credits)s."),
    "quadratic": _l(
        "Write at each option how many votes it gets. One vote costs 1 point, two 4, three 9, four 16. "
        "In all you have %(credits)s points."
    ),
    "greedy": _l("Put a cross at each project that you support. As many as you like."),
    "mes_cost": _l("Put a cross at each project that you support. As many as you like."),
    "mes_cardinality": _l("Put a cross at each project that you support. As many as you like."),
}
RANKED = _l("Write 1 at your first choice, 2 at your second, and so on. You may leave some open.")
WORDS = {
    "title": _l("Ballot paper"),
    "fold": _l("Fold it once, and put it in the box. Write nothing else on it."),
    "shown": _l("Neighbours see my name and what I choose."),
    "name": _l("Name"),
    "signature": _l("Signature"),
    "fingerprint": _l("Fingerprint of this vote:"),
}


PROXY_WORDS = {
    "title": _l("My vote for somebody else to cast"),
    "i": _l("Who gives their vote away"),
    "to": _l("Who votes for me"),
    "name": _l("Name"),
    "number": _l("Number in this vote, or show your letter"),
    "signature": _l("Signature"),
    "slip": _l("Number of this paper, from the teller"),
    "rules": _l("If I vote myself, my own ballot counts. I can take this back until it is used."),
    "shown": WORDS["shown"],
    "fingerprint": WORDS["fingerprint"],
}


@dataclass(frozen=True)
class Format:
    """How papers lie on a sheet, in millimetres and characters."""

    per_sheet: int
    room: int  # for the options
    characters: int  # on a line
    is_wide: bool = False  # grades stand beside their option, not under it


FORMATS = (Format(4, 68, 36), Format(2, 78, 62, is_wide=True), Format(1, 220, 62, is_wide=True))
ROW, LINE, GRADES_ROW = 9, 5, 8  # millimetres: an option, each further line of it, a row of grades
MANY = 20  # options that stand in two columns


@dataclass(frozen=True)
class Paper:
    """The one ballot paper of a vote. Each text is a list of (language, words)."""

    vote: Any
    words: dict
    shape: str
    grades: list
    format: Format

    @property
    def is_in_columns(self):
        return len(self.vote.options) > MANY and not self.grades


def paper_of(vote, in_all_languages=False):
    languages = languages_of(vote, in_all_languages)
    words = {name: said(words, languages) for name, words in WORDS.items()}
    filled_in = FILLED_IN.get(vote.method, RANKED)
    words["filled_in"] = said(lambda: str(filled_in) % {"credits": vote.credits}, languages)
    words["method"] = said(vote.method_name, languages)
    grades = grades_of(vote)
    return Paper(vote, words, shape_of(vote), grades, format_for(vote, grades, len(languages)))


@dataclass(frozen=True)
class ProxyPaper:
    """A form to give a proxy on paper. Each text is a list of (language, words)."""

    vote: Any
    words: dict


def proxy_paper_of(vote, in_all_languages=False):
    languages = languages_of(vote, in_all_languages)
    words = {name: said(words, languages) for name, words in PROXY_WORDS.items()}
    hand_in = _l("Give this to a teller, until %(day)s: %(tellers)s.")
    words["hand_in"] = said(
        lambda: str(hand_in) % {"day": day(vote.closes_on), "tellers": vote.names_of_tellers}, languages
    )
    words["limit"] = said(
        lambda: ngettext(
            "Nobody votes for more than %(num)s other.",
            "Nobody votes for more than %(num)s others.",
            vote.most_held,
        ),
        languages,
    )
    return ProxyPaper(vote, words)


def languages_of(vote, in_all_languages):
    """That of the vote; asked for all, then the neighbourhood's others."""
    if not in_all_languages:
        return [vote.language]
    others = [code for code in LANGUAGES if code in g.neighbourhood.languages and code != vote.language]
    return [vote.language, *others]


def shape_of(vote):
    return NUMBER if vote.method in WRITTEN_DOWN else SHAPES[vote.kind]


def grades_of(vote):
    if shape_of(vote) != GRADES:
        return []
    with force_locale(vote.language):
        return [vote.grade_name(grade) for grade in range(vote.rule.top + 1)]


def format_for(vote, grades, languages):
    """The smallest paper on which the options fit; else a whole sheet."""
    return next((one for one in FORMATS if height_in(one, vote, grades, languages) <= one.room), FORMATS[-1])


def height_in(one, vote, grades, languages):
    beside = grades and one.is_wide and len(" ".join(grades)) < one.characters / 2
    characters = one.characters / 2 if beside else one.characters
    lines = [max(1, ceil(len(option.label) / characters)) for option in vote.options]
    under = ceil(sum(len(grade) + 2 for grade in grades) / one.characters) if grades and not beside else 0
    row = LINE + 2 + under * GRADES_ROW if under else ROW
    options = sum(row + (number - 1) * LINE for number in lines)
    question = (ceil(len(vote.question) / (one.characters * 0.75)) - 2) * LINE
    name = 0 if vote.is_secret else 16
    return options + question + name + (languages - 1) * 18
