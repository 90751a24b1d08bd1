"""Ballots with a row of numbers, or of words, for each option: grades, resistance, dots and costly votes."""

from math import isqrt

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import RadioField

from app.core.tally.quadratic import cost_of
from app.fields import ValidationError, choices_of
from app.votes.choice_forms import BallotForm
from app.votes.rule import GRADE_NAMES, RESISTANCE_TOP


class GradesForm(BallotForm):
    """A row of numbers, or words, for each option."""

    shape = "grades"
    needs_all, in_words, has_prices = False, False, False
    default = None

    @classmethod
    def for_options(cls, vote, options):
        numbers = cls.numbers_of(vote)
        fields = {
            f"option_{option.number}": RadioField(
                option.label, choices=choices_of(numbers), default=cls.default, validate_choice=False
            )
            for option in options
        }
        return type(cls.__name__, (cls,), fields)

    @classmethod
    def filled(cls, choice):
        return {f"option_{option}": str(grade) for option, grade in choice}

    @classmethod
    def numbers_of(cls, vote):
        return {str(number): str(number) for number in range(vote.top + 1)}

    @property
    def rows(self):
        return [(self[f"option_{option.number}"], option) for option in self.options]

    @property
    def ends(self):
        """What the lowest and the highest number mean, where that has to be said."""
        return {0: _("bad"), self.vote.top: _("very good")}

    @property
    def hint(self):
        return _("Say how good you find each option. What you leave open gets 0.")

    @property
    def chosen(self):
        known = self.numbers_of(self.vote)
        given = ((option.number, row.data) for row, option in self.rows)
        return tuple(sorted((option, int(value)) for option, value in given if value in known))

    def validate(self, **kwargs):
        is_right, known = super().validate(**kwargs), self.numbers_of(self.vote)
        for row, _option in self.rows:
            if row.data not in known and (row.data or self.needs_all):
                row.errors = [_("Choose one of these.")]
                is_right = False
        return is_right

    def validate_ballot(self, field):
        super().validate_ballot(field)
        if not self.chosen:
            raise ValidationError(_("Choose something for at least one option."))


class WordsForm(GradesForm):
    in_words = True

    @classmethod
    def numbers_of(cls, vote):
        return {str(grade): vote.grade_name(grade) for grade in range(vote.top, -1, -1)}

    @property
    def ends(self):
        return None

    @property
    def hint(self):
        worst = GRADE_NAMES[0]
        return _("How good do you find each option? What you leave open counts as: %(worst)s.", worst=worst)


class ResistanceForm(GradesForm):
    needs_all = True

    @classmethod
    def numbers_of(cls, vote):
        return {str(number): str(number) for number in range(RESISTANCE_TOP + 1)}

    @property
    def ends(self):
        return {0: _("none"), RESISTANCE_TOP: _("cannot bear it")}

    @property
    def hint(self):
        return _("How much resistance do you feel? 0 is none at all, 10 is that you cannot bear it.")


class DotsForm(GradesForm):
    spends, default = True, "0"

    @classmethod
    def numbers_of(cls, vote):
        return {str(number): str(number) for number in range(vote.credits + 1)}

    @property
    def ends(self):
        return None

    @property
    def hint(self):
        have = self.vote.credits
        return ngettext(
            "You have %(num)s dot to place.",
            "You have %(num)s dots. You may put several on what matters most to you.",
            have,
        )

    @property
    def chosen(self):
        return tuple((option, number) for option, number in super().chosen if number)  # no dots: not named

    @property
    def spent(self):
        return sum(number for _option, number in self.chosen)

    @property
    def is_over(self):
        return self.spent > self.vote.credits

    @property
    def left(self):
        left = self.vote.credits - self.spent
        if left < 0:
            return ngettext(
                "That is %(num)s dot too many. Take one off.",
                "That is %(num)s dots too many. Take some off.",
                -left,
            )
        if left == 0:
            return _("All your dots are placed.")
        return ngettext("You have %(num)s dot left.", "You have %(num)s dots left.", left)


class QuadraticForm(DotsForm):
    """Votes whose price grows: each number shows what it costs."""

    has_prices = True

    @classmethod
    def numbers_of(cls, vote):
        return {str(number): str(number) for number in range(isqrt(vote.credits) + 1)}

    @property
    def hint(self):
        return _(
            "You have %(num)s points. For one option, 1 vote costs 1 point, 2 votes cost 4, 3 votes cost 9: "
            "the number times itself.",
            num=self.vote.credits,
        )

    @property
    def spent(self):
        return cost_of(self.chosen)

    @property
    def left(self):
        said = {"spent": self.spent, "have": self.vote.credits, "left": abs(self.vote.credits - self.spent)}
        if self.is_over:
            return _(
                "This costs %(spent)s points, and you have %(have)s. That is %(left)s too many: take votes "
                "off.",
                **said,
            )
        return _("This costs %(spent)s of your %(have)s points. You have %(left)s left.", **said)
