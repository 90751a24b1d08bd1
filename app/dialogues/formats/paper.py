"""A dialogue on paper and by phone: what a sheet asks in any format, how it is typed in, how it counts.

Everything comes from the forms that the turns of a format have for paper (`Turn.paper`). Each of their
fields is an item, with its own number on the sheet, and a key for each thing that can be chosen.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField

from app.core.double_entry import BLANK
from app.db import db
from app.dialogues.formats.face import FORMATS
from app.dialogues.seat import PaperSeat
from app.dialogues.sheets import Sheet, numbers_for
from app.events import record
from app.fields import FlaskForm, ValidationError, choices_of
from app.text import tidy

CONSENT = "consent"
BLANK_SIGNS = ("-", "–", "—", ".", ",", "x", "X")
YES = "y"
FOR_PEOPLE = ("reaction", "statement")  # the doors that are not only for who leads or proposed it
SHORT = 14  # characters: labels up to here stand above a column of boxes


@dataclass(frozen=True)
class Item:
    """One thing to fill in on a sheet."""

    key: str
    number: int  # on this sheet; 0 is the consent
    field: Any

    @property
    def label(self):
        return self.field.label.text

    @cached_property
    def kind(self):
        kinds = {"RadioField": "choice", "SelectField": "choice", "SelectMultipleField": "choices"}
        kinds |= {"BooleanField": "box", "TextAreaField": "lines"}
        if self.field.type in kinds:
            return kinds[self.field.type]
        return "number" if isinstance(self.field, IntegerField) else "line"

    @cached_property
    def choices(self):
        """What can be chosen: (key to type, value, words)."""
        if self.kind == "box":
            return [("1", YES, self.label)]
        if self.kind not in ("choice", "choices"):
            return []
        options = [(str(option.data), option.label.text) for option in self.field]
        if all(value == str(words) and value.isdecimal() for value, words in options):
            return [(value, value, words) for value, words in options]
        return [(str(place), value, words) for place, (value, words) in enumerate(options, 1)]

    @property
    def is_scale(self):
        """Whether numbers are chosen, which are their own keys."""
        return self.kind == "choice" and all(key == str(words) for key, _value, words in self.choices)

    @property
    def is_short(self):
        return self.kind == "choice" and all(len(str(words)) <= SHORT for *_, words in self.choices)

    @property
    def is_written(self):
        return self.kind in ("line", "lines")

    @property
    def most(self):
        """How many characters a key has at most, when that is known."""
        return max((len(key) for key, *_ in self.choices), default=None)

    def read(self, typed):
        """What somebody meant who typed this; ValueError when it cannot be."""
        if typed in BLANK_SIGNS:
            return BLANK
        if self.kind in ("choice", "box"):
            return self.value_of(typed)
        if self.kind == "choices":
            chosen = {self.value_of(key) for key in typed.replace(",", " ").split()}
            return "\n".join(value for _key, value, _words in self.choices if value in chosen)
        return str(int(typed)) if self.kind == "number" else typed

    def value_of(self, typed):
        values = {key: value for key, value, _words in self.choices}
        if typed not in values:
            raise ValueError(typed)
        return values[typed]

    def values(self, answer):
        """An answer as a form takes it: a list, empty when it is blank."""
        return [value for value in (answer.split("\n") if self.choices else [answer]) if value]

    def spoken(self, answer):
        """An answer in the words that stand on the sheet."""
        if answer == BLANK:
            return _("left blank")
        words = {value: words for _key, value, words in self.choices}
        if self.kind == "box":
            return _("ticked")
        return ", ".join(str(words.get(value, value)) for value in self.values(answer)) if words else answer

    @property
    def advice(self):
        """Which keys there are, for who is about to type."""
        if self.is_scale:
            return _("%(least)s to %(most)s", least=self.choices[0][0], most=self.choices[-1][0])
        return " · ".join(f"{key} {words}" for key, _value, words in self.choices if self.kind != "box")


class Paper:
    """A sheet together with what its format asks on it."""

    def __init__(self, sheet, said=None):
        self.sheet, self.dialogue = sheet, sheet.dialogue
        self.face = FORMATS[self.dialogue.format]
        self.seat = PaperSeat(sheet, said)

    @cached_property
    def part(self):
        return next(part for part in self.face.parts if part.name == self.sheet.phase)

    @cached_property
    def forms(self):
        """The turns that stand on this sheet, with their forms."""
        asked = [(turn, turn.paper(self.seat)) for turn in turns_of(self.face, self.sheet.phase)]
        return {turn: form for turn, form in asked if form is not None and fields_of(form)}

    @cached_property
    def items(self):
        """All that can be filled in, as numbered when the sheet was made."""
        fields = {f"{turn.name}/{f.name}": f for turn, form in self.forms.items() for f in fields_of(form)}
        keys = self.sheet.items or list(fields)
        return [Item(key, number, fields[key]) for number, key in enumerate(keys, 1) if key in fields]

    def items_of(self, turn):
        return [item for item in self.items if item.key.split("/")[0] == turn.name]

    @property
    def missing(self):
        """The turns of its phase that stand on no sheet, with why."""
        return [turn for turn in turns_of(self.face, self.sheet.phase) if turn not in self.forms]

    @cached_property
    def open_turns(self):
        """The turns whose answers can count now."""
        in_its_phase = self.dialogue.is_in(self.sheet.phase)
        now = [turn for turn in self.forms if self.dialogue.is_in(*turn.phases)]
        return [turn for turn in now if in_its_phase or turn.lasts_on_paper]

    @cached_property
    def to_type(self):
        """The items to type in now, the consent first."""
        if not self.open_turns:
            return []
        consent = Item(CONSENT, 0, consent_form().agreed)
        return [consent, *(item for turn in self.open_turns for item in self.items_of(turn))]

    @property
    def parts_over(self):
        """The turns on this sheet whose time is over: what stands there no longer counts."""
        return [turn for turn in self.forms if turn not in self.open_turns]

    @property
    def keys(self):
        return [item.key for item in self.to_type]

    def filled(self, turn, answers):
        """The turn's form as the sheet has it; None when nothing of it was filled in."""
        values = {item.field.name: item.values(answers.get(item.key, BLANK)) for item in self.items_of(turn)}
        given = MultiDict({name: found for name, found in values.items() if found})
        if not given:
            return None
        self.forms[turn].process(given)
        return self.forms[turn]

    def count(self, by, answers):
        """Let the sheet count, and say so; without a yes, or with nothing that can count, it is void."""
        if answers.get(CONSENT, BLANK) == BLANK:
            return self.sheet.void(by, "no_consent")
        filled = [(turn, self.filled(turn, answers)) for turn in self.open_turns]
        begun = [(turn, form) for turn, form in filled if form is not None]
        complete = {turn: form for turn, form in begun if form.validate()}
        if not complete:
            return self.sheet.void(by, "empty")
        participant_id = self.sheet.admit()
        for turn, form in complete.items():
            turn.take_paper(self.dialogue, participant_id, form)
        left_out = [turn.name for turn, _form in begun if turn not in complete]
        return self.sheet.count(by, participant_id, left_out)


def turns_of(face, phase):
    """What people do in a phase, on paper or not."""
    return [turn for turn in face.turns if phase in turn.phases and turn.through in FOR_PEOPLE]


def fields_of(form):
    return [field for field in form if field.type not in ("CSRFTokenField", "HiddenField")]


def consent_form():
    class ConsentForm(FlaskForm):
        agreed = BooleanField(_l("The box for the consent"))

    return ConsentForm()


def phase_to_print(dialogue):
    """The phase for which sheets can be made: the one it is in, or the first before it opens."""
    if not dialogue.phases or dialogue.is_closed:
        return None
    return (dialogue.phase or dialogue.phases[0]).name


def goes_on_paper(dialogue):
    """Whether paper can ask anything now."""
    return phase_to_print(dialogue) is not None and bool(example_of(dialogue).items)


def example_of(dialogue, said=None):
    """A sheet that is not kept: what one would ask now."""
    said = dialogue.said() if said is None else said
    sheet = Sheet(dialogue=dialogue, phase=phase_to_print(dialogue), number=0, channel="paper", items=[])
    sheet.words = [words.id for words in said]
    return Paper(sheet, said)


def make_sheets(by, dialogue, new, again=False, channel="paper"):
    """Numbered sheets for the phase that a dialogue is in, each in an order of its own."""
    phase, said = phase_to_print(dialogue), dialogue.said()
    words, sheets = [one.id for one in said], []
    for number in numbers_for(dialogue, phase, new, again):
        sheet = Sheet(dialogue=dialogue, phase=phase, number=number, channel=channel, words=words, items=[])
        sheet.items = [item.key for item in Paper(sheet, said).items]
        sheets.append(sheet)
    db.session.add_all(sheets)
    db.session.flush()
    if channel == "phone":
        record("sheet.called", sheets[0], actor=by, code=sheets[0].code)
    else:
        record("sheet.made", dialogue, actor=by, size=len(sheets))
    return sheets


# Typing it in


class Readable:
    """Something is typed, and it is one of the keys; nothing typed is not the same as blank on paper."""

    def __init__(self, item):
        self.item = item

    def __call__(self, form, field):
        if not field.data:
            raise ValidationError(_("Type what is there, or - when it is blank."))
        try:
            self.item.read(field.data)
        except ValueError:
            raise ValidationError(_("This is not on the sheet. Choose from: %(keys)s.",
                                    keys=self.item.advice or "1")) from None  # fmt: skip


def entry_form(paper):
    """A form with a short field for each item that can be typed in now."""

    class EntryForm(FlaskForm):
        place = HiddenField()
        alone = BooleanField(_l("Nobody else can do this. I typed the first one too."))
        names = {f"item_{item.number}": item for item in paper.to_type}

        @property
        def answers(self):
            return {item.key: item.read(self[name].data) for name, item in self.names.items()}

    for name, item in EntryForm.names.items():
        setattr(EntryForm, name, field_for(item))
    return EntryForm()


def field_for(item):
    render = {"autocomplete": "off"} if item.is_written else {"autocomplete": "off", "inputmode": "decimal"}
    return StringField(item.label, [Readable(item)], filters=[tidy], render_kw=render)


def last_look_form(differences, items):
    """For each item that was read differently: which reading is right, or what the paper says instead."""
    by_key = {item.key: item for item in items}

    class LastLookForm(FlaskForm):
        names = {f"item_{by_key[difference.item].number}": difference for difference in differences}

        @property
        def readings(self):
            return {d.item: self.reading(name, d) for name, d in self.names.items()}

        def reading(self, name, difference):
            chosen = self[name].data
            if chosen == "other":
                return by_key[difference.item].read(self[f"{name}_other"].data)
            return difference.first if chosen == "first" else difference.second

    for name, difference in LastLookForm.names.items():
        item = by_key[difference.item]
        first, second = item.spoken(difference.first), item.spoken(difference.second)
        choices = choices_of({"first": first, "second": second, "other": _l("Something else")})
        setattr(LastLookForm, name, RadioField(item.label, [Chosen()], choices=choices))
        other = StringField(_l("What the paper says"), [OtherReading(name, item)], filters=[tidy])
        setattr(LastLookForm, f"{name}_other", other)
    return LastLookForm()


class Chosen:
    def __call__(self, form, field):
        if field.data not in ("first", "second", "other"):
            field.errors = []
            raise ValidationError(_("Choose one."))


class OtherReading(Readable):
    """Asked only when neither reading is right."""

    def __init__(self, name, item):
        super().__init__(item)
        self.name = name

    def __call__(self, form, field):
        if form[self.name].data == "other":
            super().__call__(form, field)
