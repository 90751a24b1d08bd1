"""Ballots on which options are chosen, or put in order.

A form says what was filled in as a choice (`chosen`), and why it cannot go in the box yet. `step` changes
it without casting: the next choice of a ranking. What is left to spend it tells with `left`.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from app.core.ranking_steps import STEPS, place_of
from app.core.tally.notation import read_ranking, write_ranking
from app.fields import FlaskForm, ValidationError, choices_of, one_of, sentence, some_of, yes_or_no
from app.i18n import money

OWN_DIGITS = re.compile("([0-9]{4})?")
STEP = re.compile(f"({'|'.join(STEPS)})-([0-9]{{1,6}})")


class BallotForm(FlaskForm):
    """What every ballot asks besides the choice: digits for the receipt, or a yes to showing the name."""

    hint, spends, is_over = "", False, False
    ballot = StringField(_l("Your ballot"))  # is never sent; what is wrong with the whole stands here
    own_digits = sentence(
        _l("Four digits of your own, for your receipt"),
        4,
        required=False,
        hint=_l("Any four. They show later that this receipt was made for you only."),
    )
    shows_name = yes_or_no(_l("Neighbours see my name and what I choose."))

    def __init__(self, vote, options, **kwargs):
        super().__init__(**kwargs)
        self.vote, self.options = vote, options
        if vote.is_secret:
            del self.shows_name
        if not vote.is_secret or vote.receipts == "none":
            del self.own_digits

    @classmethod
    def for_options(cls, vote, options):
        return cls

    def step(self, pressed):
        """Change what is filled in, without casting it. Most ballots know no steps."""

    def validate_ballot(self, field):
        if self.is_over:
            raise ValidationError(self.left)

    def validate_own_digits(self, field):
        if not OWN_DIGITS.fullmatch(field.data or ""):
            raise ValidationError(_("Fill in four digits, or leave this empty."))

    def validate_shows_name(self, field):
        if not field.data:
            raise ValidationError(_("This vote is open. Tick this, or do not vote."))

    @property
    def digits(self):
        return (self.own_digits.data or "") if self.own_digits else ""

    @property
    def rows(self):
        """What to press, with the option that it is about."""
        return zip(self.choice, self.options, strict=True)


class OneForm(BallotForm):
    shape = "set"
    choice = one_of(_l("Your choice"))

    def __init__(self, vote, options, **kwargs):
        super().__init__(vote, options, **kwargs)
        self.choice.choices = choices_of({str(option.number): option.label for option in options})

    @classmethod
    def filled(cls, choice):
        return {"choice": str(min(choice))}

    @property
    def chosen(self):
        return frozenset({int(self.choice.data)})


class SetForm(BallotForm):
    shape = "set"
    choice = some_of(_l("Which options do you support?"))

    def __init__(self, vote, options, **kwargs):
        super().__init__(vote, options, **kwargs)
        self.choice.choices = choices_of({option.number: option.label for option in options})
        self.choice.description = self.hint
        if vote.is_about_money:
            self.choice.label.text = _("Which projects do you choose?")

    @classmethod
    def filled(cls, choice):
        return {"choice": sorted(choice)}

    @property
    def hint(self):
        if self.vote.is_about_money:
            return _("Choose each project that is worth its money to you. You need not add anything up.")
        return _("Choose as many as you like. None is allowed too.")

    @property
    def chosen(self):
        return frozenset(self.choice.data or ())


class BudgetForm(SetForm):
    """Projects that have to fit in the budget together."""

    spends = True

    @property
    def hint(self):
        budget = money(self.vote.budget, self.vote.currency)
        return _("Choose what you would pay for. Together it has to fit in %(budget)s.", budget=budget)

    @property
    def spent(self):
        return self.vote.cost_of(self.chosen)

    @property
    def is_over(self):
        return self.spent > self.vote.budget

    @property
    def left(self):
        left = self.vote.budget - self.spent
        said = {"spent": self.spent, "left": abs(left), "budget": self.vote.budget}
        said = {name: money(amount, self.vote.currency) for name, amount in said.items()}
        if left < 0:
            return _(
                "This costs %(spent)s. That is %(left)s more than the budget of %(budget)s: leave something "
                "out.",
                **said,
            )
        return _("This costs %(spent)s. Of the budget of %(budget)s there is %(left)s left.", **said)


class RankingForm(BallotForm):
    """The next choice, and the next. The order so far travels in the form, as a ballot is written."""

    shape = "ranking"
    order = StringField(_l("Your order"))
    told, at = "", None  # what the last step did, and at which option somebody goes on

    @classmethod
    def filled(cls, choice):
        return {"order": write_ranking(choice)}

    @property
    def hint(self):
        return _("Choose what you want most, then what comes next. What you leave out comes last.")

    @property
    def chosen(self):
        """The ranking in the form; nothing where somebody made up another one."""
        try:
            ranking = read_ranking(self.order.data or "")
        except ValueError:
            return ()
        return ranking if {n for place in ranking for n in place} <= set(self.vote.numbers) else ()

    @property
    def places(self):
        """The options that have a place, from the first to the last place."""
        by_number = {option.number: option for option in self.options}
        return [[by_number[number] for number in sorted(place)] for place in self.chosen]

    @property
    def unplaced(self):
        return [option for option in self.options if place_of(self.chosen, option.number) is None]

    def step(self, pressed):
        found = STEP.fullmatch(pressed)
        option = found and next((o for o in self.options if o.number == int(found[2])), None)
        if not option:
            return
        before = [unplaced.number for unplaced in self.unplaced]
        ranking = STEPS[found[1]](self.chosen, option.number)
        self.order.data = write_ranking(ranking)
        place = place_of(ranking, option.number)
        self.at = option.number
        if option.number in before and self.unplaced:
            following = before.index(option.number)
            self.at = self.unplaced[min(following, len(self.unplaced) - 1)].number
        if place is None:
            self.told = _("%(option)s has no place any more.", option=option.label)
        else:
            self.told = _("%(option)s: place %(place)s.", option=option.label, place=place + 1)

    def validate_ballot(self, field):
        if not self.chosen:
            raise ValidationError(_("Choose at least your first option."))
