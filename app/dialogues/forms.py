"""Dialogues: the remit card, and the steps of its course."""

from itertools import pairwise

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.dialogues.models import LEVELS
from app.dialogues.sheets import MOST_SHEETS, VOID_REASONS
from app.fields import (
    FlaskForm,
    ValidationError,
    choices_of,
    day,
    number,
    one_of,
    paragraphs,
    sentence,
    yes_or_no,
)


class DialogueForm(FlaskForm):
    """The remit card. Each format adds what it needs to begin."""

    question = sentence(_l("The question"), 140, hint=_l("Neutral and in plain words."))
    why_now = paragraphs(_l("Why now?"), 1000)
    fixed = paragraphs(_l("What is fixed already?"), 1000)
    still_open = paragraphs(_l("What is still open?"), 1000)
    level = one_of(_l("How much influence do people have?"), choices=LEVELS)
    decider = sentence(_l("Who decides?"), 120, hint=_l("Name and role, for example: Daan de Wit, alderman."))
    budget = sentence(_l("How much money is there?"), 120, required=False)
    who_may = sentence(_l("For whom is it?"), 120, required=False, hint=_l("For example: who lives here."))
    contact = sentence(_l("Whom can people ask?"), 120, required=False)
    closes_on = day(_l("Last day to take part"))
    answer_due_on = day(_l("By when is there an answer?"), required=False)

    CARD = (
        *("question", "why_now", "fixed", "still_open", "level", "decider", "budget", "who_may"),
        *("contact", "closes_on", "answer_due_on"),
    )

    def validate_answer_due_on(self, field):
        if field.data and self.closes_on.data and field.data < self.closes_on.data:
            raise ValidationError(_l("Choose a day after the last day to take part."))

    @property
    def card(self):
        return {
            name: self[name].data if name.endswith("_on") else self[name].data or "" for name in self.CARD
        }

    @property
    def own_words(self):
        """What its own fields hold, to fill them with again."""
        return {field.name: field.data for field in self.own_fields}

    @property
    def own_fields(self):
        """What this format asks besides the card."""
        return [field for field in self if field.name not in (*self.CARD, "csrf_token")]


EXAMPLE = {
    "why_now": _l("[Why now? For example: the plan is made next month.]"),
    "fixed": _l("[What cannot change? For example: the place and the money.]"),
    "still_open": _l("[What can people change? For example: how it looks, and when.]"),
    "who_may": _l("Everybody who lives here."),
}


class ChoiceForm(FlaskForm):
    """What helps to choose a format: what a host has in hand, and how many people are expected."""

    situation = one_of(_l("What do you have?"))
    expected = number(_l("How many people do you expect?"), 1, 100_000, default=20)

    class Meta:
        csrf = False  # it changes nothing, and its address can be sent on

    def __init__(self, suits, **kwargs):
        super().__init__(**kwargs)
        self.situation.choices = choices_of(suits)


class AnnouncementForm(FlaskForm):
    opens_on = day(_l("It opens on"))


class DaysForm(FlaskForm):
    """The days of a dialogue that is held once more."""

    closes_on = day(_l("Last day to take part"))
    answer_due_on = day(_l("By when is there an answer?"), required=False)

    validate_answer_due_on = DialogueForm.validate_answer_due_on


class PhaseForm(FlaskForm):
    """To which phase a dialogue goes now; going back takes a note."""

    phase = one_of(_l("Go to"))
    note = sentence(_l("Why?"), 300, required=False, hint=_l("Everybody reads this. Needed to go back."))

    def __init__(self, dialogue, reachable, **kwargs):
        super().__init__(**kwargs)
        self.earlier = [phase.name for phase in dialogue.earlier_phases]
        self.phase.choices = choices_of(reachable)
        if reachable and set(reachable) <= set(self.earlier):
            self.note.flags.optional = False
            self.note.description = _l("Everybody reads this.")

    def validate_note(self, field):
        if self.phase.data in self.earlier and not field.data:
            raise ValidationError(_l("Say why it goes back. Everybody can read it."))


class SheetsForm(FlaskForm):
    """How many sheets of paper to make."""

    new = number(_l("How many new sheets"), 0, MOST_SHEETS, default=20)
    again = yes_or_no(_l("Also for the numbers that took part before"))

    def validate_new(self, field):
        if field.data == 0 and not self.again.data:
            raise ValidationError(_l("Fill in how many sheets you want."))


class SheetForm(FlaskForm):
    """Which sheet somebody has in hand."""

    code = sentence(_l("Number of the sheet"), 20, hint=_l("With its two letters, for example 12RT."))

    class Meta:
        csrf = False  # it only finds a page


class VoidForm(FlaskForm):
    reason = one_of(_l("Why does it not count?"), choices=VOID_REASONS)


class TakingBackForm(FlaskForm):
    note = sentence(_l("Why do you take it back?"), 200, hint=_l("No names. Only hosts read this."))


class StopForm(FlaskForm):
    note = paragraphs(_l("Why does it stop?"), 500, least=10, hint=_l("Everybody reads this."))


def phases_form(dialogue, titles):
    """A form with a last day for each phase that is not over."""
    left = [dialogue.phase, *dialogue.later_phases] if dialogue.is_open else dialogue.phases

    class PhasesForm(FlaskForm):
        names = tuple(phase.name for phase in left)

        @property
        def last_days(self):
            return {name: self[name].data for name in self.names}

        def validate(self, extra_validators=None):
            if not super().validate(extra_validators):
                return False
            days = list(self.last_days.values())
            if days != sorted(days):
                late = next(n for n, (a, b) in enumerate(pairwise(days), 1) if b < a)
                field = self[self.names[late]]
                field.errors = [_l("This day is before that of an earlier part.")]
                return False
            return True

    for phase in left:
        setattr(PhasesForm, phase.name, day(titles[phase.name]))
    form = PhasesForm()
    if not form.is_submitted():
        for phase in left:
            form[phase.name].data = phase.ends_on
    return form


def review_day():
    return day(_l("When do you look at it again?"))


class KeepForm(FlaskForm):
    """A reviewed agreement stays."""

    review_on = review_day()
    note = sentence(_l("What did you find?"), 300, required=False)


class ChangeForm(FlaskForm):
    """A reviewed agreement gets a new version."""

    text = paragraphs(_l("The agreement, in new words"), 5000)
    review_on = review_day()
    note = sentence(_l("Why does it change?"), 300)


class EndForm(FlaskForm):
    """A reviewed agreement ends."""

    note = sentence(_l("Why does it end?"), 300, hint=_l("Everybody reads this."))


class HarvestForm(FlaskForm):
    """What came of a dialogue, on one page; also what is asked of whom, and what people do themselves."""

    agreed = paragraphs(
        _l("What do we agree on?"), 3000, hint=_l("One point on each line. If there is none, say so.")
    )
    differ = paragraphs(
        _l("Where do we differ, and why?"), 3000, required=False, hint=_l("One point on each line.")
    )
    one_side = paragraphs(_l("What one side says, in their own words"), 2000, required=False)
    other_side = paragraphs(_l("What the other side says, in their own words"), 2000, required=False)
    absent = paragraphs(
        _l("Who was not at the table?"), 1000, hint=_l("Think of young and old, tenants, who works at night.")
    )
    PARTS = ("agreed", "differ", "one_side", "other_side", "absent", "asks", "actions")
    lines = range(1, 11)  # as many asks and actions as fit; the page shows a few more than are filled

    @classmethod
    def begin(cls, dialogue, words):
        """The page as it is filled in at first: from the harvest as it stands, or from the outcome."""
        listed = {f"of_{n}": dialogue.decider for n in cls.lines}
        for n, (text, decider) in enumerate(words.pop("asks", ()), 1):
            listed |= {f"ask_{n}": text, f"of_{n}": decider}
        for n, (text, who, when) in enumerate(words.pop("actions", ()), 1):
            listed |= {f"action_{n}": text, f"who_{n}": who, f"when_{n}": when}
        return cls(data=words | listed)

    def validate(self, extra_validators=None):
        is_valid = super().validate(extra_validators)
        for n in self.lines:
            needed = {f"ask_{n}": (f"of_{n}",), f"action_{n}": (f"who_{n}", f"when_{n}")}
            for name, others in needed.items():
                for other in others:
                    if self[name].data and not self[other].data:
                        self[other].errors = [_l("Fill this in.")]
                        is_valid = False
        return is_valid

    def shown(self, name):
        """The numbers of the lines that a page shows: all that are filled, and two more to fill."""
        filled = max((n for n in self.lines if self[f"{name}_{n}"].data), default=0)
        return self.lines[: max(filled + 2, 2)]

    @property
    def words(self):
        asks = [[self[f"ask_{n}"].data, self[f"of_{n}"].data] for n in self.lines]
        actions = [[self[f"{name}_{n}"].data for name in ("action", "who", "when")] for n in self.lines]
        return {
            **{name: self[name].data or "" for name in self.PARTS[:-2]},
            "asks": [ask for ask in asks if ask[0]],
            "actions": [action for action in actions if action[0]],
        }


for _n in HarvestForm.lines:
    for _name, _label, _most in (
        ("ask", _l("What do we ask?"), 1000),
        ("of", _l("Of whom?"), 120),
        ("action", _l("What do we do ourselves?"), 300),
        ("who", _l("Who does it?"), 80),
        ("when", _l("By when?"), 60),
    ):
        setattr(HarvestForm, f"{_name}_{_n}", sentence(_label, _most, required=False))


class CheckForm(FlaskForm):
    """Two buttons: it is right, or something is missing."""

    verdict = RadioField(choices=["right", "missing"])
    text = paragraphs(_l("What is missing or not right?"), 500, required=False)

    def validate_text(self, field):
        if self.verdict.data == "missing" and not field.data:
            raise ValidationError(_l("Say what is missing."))

    @property
    def missing(self):
        return self.text.data if self.verdict.data == "missing" else ""


class CommentForm(FlaskForm):
    text = paragraphs(_l("Your comment"), 500, hint=_l("At most 500 characters. No names."))


class MinorityReportForm(FlaskForm):
    text = paragraphs(
        _l("How do you see it?"), 2000, hint=_l("Your own words. Nobody can change them, also not the host.")
    )
