"""What a letter, a poster or a door-hanger with access codes shows, in the neighbourhood's languages."""

from dataclasses import dataclass
from datetime import timedelta

from flask import g
from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import CODE_DAYS, CODES_ON_A_SHEET, CodeBatch
from app.clock import today
from app.config import LANGUAGES
from app.core.codes import spaced
from app.links import link_to, qr_of

SAMPLE_CODE = "7K2M9QXA4TD"  # the one in our hints; no letter has it
KIND_NAMES = {
    "letter": _l("Letters: one for each person, on a sheet of their own"),
    "poster": _l("Posters: large words, and eight codes to tear off"),
    "door_hanger": _l("Door-hangers: three on a sheet, to cut out"),
}


@dataclass(frozen=True)
class Letter:
    """One code, as it is printed."""

    number: int
    code: str

    @property
    def printed_code(self):
        return spaced(self.code)

    @property
    def qr(self):
        """The way in as a QR picture."""
        return qr_of(link_to("accounts.enter_by_link", code=self.code))


@dataclass(frozen=True)
class Words:
    """Everything that a sheet says in one language."""

    language: str
    headline: str
    for_whom: str
    text: list
    what_you_can_do: str
    things_to_do: list
    scan: str
    or_type: str
    your_code: str
    one_person: str
    until: str
    help: str
    on_paper: str
    tear_off: str


def words_in(language, batch):
    with force_locale(language):
        until = format_date(batch.expires_on, "d MMMM y")
        replaces = batch.is_replacement
        return Words(
            language=language,
            headline=_("Your place is yours again") if replaces else headline_for(batch),
            for_whom=_("For somebody who was here before") if replaces else for_whom(batch),
            text=replacement_text() if replaces else own_text(language),
            what_you_can_do=_("What you can do in a minute"),
            things_to_do=[
                _("Say what you think of a few short statements."),
                _("Vote on a plan. Nobody sees what you chose."),
                _("See what the council answers."),
            ],
            scan=_("Scan this with the camera of your phone."),
            or_type=_("Or go to this address:"),
            your_code=_("Your code"),
            one_person=_("For one person. You need no account and no e-mail."),
            until=_("Works until %(day)s.", day=until),
            help=_("Do you want help, or a form on paper?"),
            on_paper=_("You can take part on paper too."),
            tear_off=_("Tear one off, and scan it or type its code. Each is for one person."),
        )


def headline_for(batch):
    if batch.collective:
        return _("Take part in %(name)s", name=batch.collective.name)
    return _("Your voice in the neighbourhood")


def for_whom(batch):
    return _("For %(label)s", label=batch.label)


def own_text(language):
    """The paragraphs of the host, or else the standard ones; in the language that is being set."""
    text = g.neighbourhood.letter_text.get(language) or standard_text()
    return [paragraph for paragraph in text.splitlines() if paragraph.strip()]


def standard_text():
    return _(
        "In %(name)s we make plans together, and we decide together. Whoever we ask must answer, by a date "
        "that everybody can see. Your voice counts as much as anybody's.",
        name=g.neighbourhood.name,
    )


def replacement_text():
    return [
        _('Fill in this code, and open "Did you have a place here before?". Fill in your old code there.'),
        _("Then you get your old place back on this device. On every other device it ends."),
    ]


def standard_texts():
    """The standard text of a letter, in each of the neighbourhood's languages."""
    texts = {}
    for language in languages_on_paper():
        with force_locale(language):
            texts[language] = standard_text()
    return texts


def languages_on_paper():
    return [language for language in LANGUAGES if language in g.neighbourhood.languages]


def sheets_of(batch, letters, kind=None):
    """What the page with sheets shows: all words, and the letters by sheet."""
    kind = kind or batch.kind
    many = CODES_ON_A_SHEET[kind]
    return {
        "batch": batch,
        "kind": "letter" if kind == "replacement" else kind,
        "words": [words_in(language, batch) for language in languages_on_paper()],
        "sheets": [letters[start : start + many] for start in range(0, len(letters), many)],
        "site": link_to("accounts.enter").split("://", 1)[1],
    }


def example_of(kind):
    """One sheet that lets nobody in, to look at before codes are made."""
    expires_on = today() + timedelta(days=CODE_DAYS)
    batch = CodeBatch(kind=kind, label=_("Name of the street"), expires_on=expires_on)
    letters = [Letter(number, SAMPLE_CODE) for number in range(1, CODES_ON_A_SHEET[kind] + 1)]
    return sheets_of(batch, letters)
