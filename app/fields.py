"""Form fields that tidy what people type, and say in plain words what is wrong."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.clock import today
from app.text import tidy

__all__ = [
    "FlaskForm",
    "ValidationError",
    "day",
    "lines_of",
    "number",
    "one_of",
    "paragraphs",
    "sentence",
    "some_of",
]


def presence(required, message=None):
    return DataRequired(message or _l("Fill this in.")) if required else Optional()


def sentence(label, most, required=True, hint="", autocomplete=None):
    """One line of text."""
    too_long = Length(max=most, message=_l("Make this shorter: at most %(max)d characters."))
    render = {"maxlength": most, "autocomplete": autocomplete or "off"}
    return StringField(
        label, [presence(required), too_long], filters=[tidy], description=hint, render_kw=render
    )


def paragraphs(label, most, required=True, hint="", least=0):
    """Longer text, in which simple Markdown works."""
    checks = [
        presence(required),
        Length(max=most, message=_l("Make this shorter: at most %(max)d characters.")),
    ]
    if least:
        checks.append(Length(min=least, message=_l("Say a little more: at least %(min)d characters.")))
    return TextAreaField(label, checks, filters=[tidy], description=hint)


def day(label, hint="", future=True):
    """A date, by default in the days to come."""
    checks = [DataRequired(_l("Fill in a date, for example 2026-12-31.")), *([not_past] if future else [])]
    return DateField(label, checks, description=hint)


def not_past(_form, field):
    if field.data and field.data < today():
        raise ValidationError(_l("Choose a day that is still to come."))


def number(label, least, most, hint="", default=None):
    in_range = NumberRange(least, most, _l("Fill in a number from %(min)s to %(max)s."))
    return IntegerField(label, [in_range], description=hint, default=default)


def one_of(label, choices=None, hint="", default=None, as_list=False):
    """One out of several; short lists are shown whole."""
    kind = SelectField if as_list else RadioField
    required = DataRequired(_l("Choose one."))
    return kind(label, [required], choices=choices, description=hint, default=default, validate_choice=True)


def some_of(label, hint=""):
    """Any number out of several."""
    return SelectMultipleField(
        label,
        description=hint,
        coerce=int,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


def lines_of(text):
    """The lines of a text that are not empty."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
