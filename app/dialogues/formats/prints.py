"""What a printed sheet says, in the dialogue's language or in each of the neighbourhood's."""

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import format_date
from flask_babel import gettext as _

from app.config import LANGUAGES
from app.dialogues.formats.paper import Paper
from app.i18n import said

SHORTEST = 220  # characters of what is open


@dataclass(frozen=True)
class PrintedTurn:
    """One part of a sheet: what is asked, and the items under it."""

    asks: list
    items: list
    columns: list  # (key, label in each language) above the boxes, when all items share them
    must_be_complete: bool
    labels: dict  # of what can be chosen, in each language, by item and key


@dataclass(frozen=True)
class Print:
    """One sheet, ready for the template. Each text is a list of (language, words)."""

    sheet: Any
    code: str
    words: dict
    turns: list


def prints_of(dialogue, papers: list[Paper], in_all_languages=False):
    languages = [dialogue.language]
    if in_all_languages:
        languages += [
            code for code in LANGUAGES if code in g.neighbourhood.languages and code not in languages
        ]
    words = {name: said(say, languages) for name, say in frame_of(dialogue).items()}
    return [
        Print(paper.sheet, paper.sheet.code, words, [printed(paper, turn, languages) for turn in paper.forms])
        for paper in papers
    ]


def frame_of(dialogue):
    """All around the questions. The consent says what templates/dialogues/_consent.html says on a screen."""
    contact = dialogue.contact or g.neighbourhood.contact

    def last_day():
        return format_date(dialogue.closes_on, "d MMMM")

    return {
        "sheet": lambda: _("Sheet"),
        "open": lambda: _("What is open:"),
        "decides": lambda: _("Who decides: %(decider)s.", decider=dialogue.decider or g.neighbourhood.name),
        "level": lambda: dialogue.level_name,
        "rules": lambda: _("One sheet for each person. Fill it in yourself. Write no names on it."),
        "agree": lambda: _("Yes, you may keep my answers."),
        "consent": lambda: _(
            "My answers can show my political views. They stand under the number of this sheet, without "
            "my name. They show what the neighbourhood thinks. Without this tick the sheet cannot count."
        ),
        "complete": lambda: _("Fill in every line of this part, or it cannot count."),
        "hand_in": lambda: _("Hand it in before %(day)s, or ask for help:", day=last_day()),
        "strip": lambda: _(
            "Keep this strip. With this number we can take your answers back, until %(day)s.",
            day=last_day(),
        ),
        "contact": lambda: contact,
    }


def printed(paper, turn, languages):
    items = paper.items_of(turn)
    return PrintedTurn(
        asks=said(turn.asks or paper.part.advice, languages),
        items=items,
        columns=columns_of(items, languages),
        must_be_complete=len(items) > 1 and all(item.field.flags.required for item in items),
        labels={
            item.key: [(key, said(words, languages)) for key, _value, words in item.choices]
            for item in items
            if not item.is_scale and item.kind != "box"
        },
    )


def columns_of(items, languages):
    """The labels that can stand once above all boxes: few, short, and the same for each item."""
    choosing = [item for item in items if item.kind == "choice"]
    if not choosing or len(choosing) < len(items) or choosing[0].is_scale or not choosing[0].is_short:
        return []
    shared = [(key, str(words)) for key, _value, words in choosing[0].choices]
    same = all([(key, str(words)) for key, _value, words in item.choices] == shared for item in choosing)
    if not same or len(shared) > 4:
        return []
    return [(key, said(words, languages)) for key, _value, words in choosing[0].choices]
