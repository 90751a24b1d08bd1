"""Form fields that tidy what people type, and say in plain words what is wrong."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.clock import today
from app.text import LONGEST_EMAIL, read_email, read_link, read_money, tidy

__all__ = [
    "DataRequired",
    "FlaskForm",
    "OrNothing",
    "ValidationError",
    "amount",
    "choices_of",
    "day",
    "email",
    "file",
    "lines_of",
    "link",
    "number",
    "one_of",
    "paragraphs",
    "sentence",
    "some_of",
    "yes_or_no",
]


LONGEST_LINK = 500


class MayStayEmpty:
    """Only a mark for the page: what is empty still goes through the other checks."""

    field_flags = {"optional": True}

    def __call__(self, form, field):
        pass


class OrNothing(Optional):
    """Empty is fine, and ends the checks; what is no date is still told."""

    def __init__(self):
        super().__init__()
        self.field_flags = {"optional": True}


class WholeNumber(IntegerField):
    """A number; what is no number is for the range check to explain."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


def presence(required):
    return DataRequired(_l("Fill this in.")) if required else MayStayEmpty()


def no_longer_than(most):
    return Length(max=most, message=_l("Make this shorter: at most %(max)d characters."))


def sentence(label, most, required=True, hint="", autocomplete="off"):
    """One line of text."""
    checks = [presence(required), no_longer_than(most)]
    render = {"autocomplete": autocomplete}
    return StringField(label, checks, filters=[tidy], description=hint, render_kw=render)


def email(label, hint=""):
    """An e-mail address, in the form in which we write to it."""
    checks = [presence(True), no_longer_than(LONGEST_EMAIL), is_email]
    render = {"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}
    return EmailField(label, checks, filters=[tidy_email], description=hint, render_kw=render)


def tidy_email(typed):
    return read_email(tidy(typed)) or tidy(typed)


def is_email(_form, field):
    if read_email(field.data) is None:
        raise ValidationError(_l("This is not an e-mail address. It looks like name@example.nl."))


def link(label, required=True, hint=""):
    """The address of a page elsewhere, in the form in which we show it."""
    checks = [presence(required), no_longer_than(LONGEST_LINK), is_link]
    render = {"autocomplete": "off", "inputmode": "url"}
    return StringField(label, checks, filters=[tidy_link], description=hint, render_kw=render)


def tidy_link(typed):
    return read_link(tidy(typed)) or tidy(typed)


def is_link(_form, field):
    if field.data and read_link(field.data) is None:
        raise ValidationError(
            _l("This is not the address of a web page. It looks like https://example.nl/page.")
        )


def paragraphs(label, most, required=True, hint="", least=0):
    """Longer text, in which simple Markdown works."""
    checks = [presence(required), no_longer_than(most)]
    if least:
        checks.append(Length(min=least, message=_l("Say a little more: at least %(min)d characters.")))
    return TextAreaField(label, checks, filters=[tidy], description=hint)


def day(label, hint="", required=True):
    """A date in the days to come."""
    missing = DataRequired(_l("Fill in a date, for example 2026-12-31."))
    return DateField(label, [missing if required else OrNothing(), not_past], description=hint)


def not_past(_form, field):
    if field.data and field.data < today():
        raise ValidationError(_l("Choose a day that is still to come."))


def number(label, least, most, hint="", default=None):
    in_range = NumberRange(least, most, _l("Fill in a number from %(min)s to %(max)s."))
    return WholeNumber(label, [in_range], description=hint, default=default)


def amount(label, hint=""):
    """Money, in euros and cents."""
    render = {"autocomplete": "off", "inputmode": "decimal"}
    return StringField(label, [presence(True), is_amount], filters=[tidy], description=hint, render_kw=render)


def is_amount(_form, field):
    if not read_money(field.data):
        raise ValidationError(_l("This is not an amount. It looks like 1250 or 1.250,50."))


def one_of(label, choices=None, hint="", default=None, as_list=False, required=True):
    """One out of several, given as {value: words}; short lists are shown whole."""
    kind = SelectField if as_list else RadioField
    check = DataRequired(_l("Choose one.")) if required else MayStayEmpty()
    return kind(label, [check], choices=choices_of(choices or {}), description=hint, default=default)


def some_of(label, hint="", coerce=int):
    """Any number out of several."""
    return SelectMultipleField(
        label,
        description=hint,
        coerce=coerce,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


def file(label, accept, hint="", required=True):
    """A file of some kinds, chosen on the visitor's own device."""
    check = FileRequired(_l("Choose a file.")) if required else MayStayEmpty()
    return FileField(label, [check], description=hint, render_kw={"accept": accept})


def yes_or_no(label, hint=""):
    """One box to tick."""
    return BooleanField(label, description=hint)


def choices_of(words):
    """Choices from {value: words}."""
    return [SelectChoice(value, label) for value, label in words.items()]


def lines_of(text):
    """The lines of a text that are not empty."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
