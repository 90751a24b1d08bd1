import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.receipts import spaced
from app.fields import (
    FlaskForm,
    ValidationError,
    sentence,
    some_of,
    yes_or_no,
)
from app.votes.box import read_receipt
from app.votes.tellers import TELLERS


class TellersForm(FlaskForm):
    tellers = some_of(
        _l("Who are the three tellers?"),
        hint=_l("Three people whom everybody trusts, and who do not live together. Ask them first."),
    )

    def __init__(self, people, **kwargs):
        super().__init__(**kwargs)
        self.people = {person.id: person for person in people}
        self.tellers.choices = [(person.id, person.name) for person in people]

    def validate_tellers(self, field):
        if len(field.data or ()) != TELLERS:
            raise ValidationError(_("Choose three people."))

    @property
    def chosen(self):
        return [self.people[person_id] for person_id in self.tellers.data]


def key_field(label):
    """A teller's key, typed over from paper. No browser keeps it."""
    field = sentence(label, 60, hint=_l("Twenty signs. Spaces and capitals make no difference."))
    field.kwargs["render_kw"] |= {"autocapitalize": "characters", "spellcheck": "false", "inputmode": "text"}
    return field


class KeyForm(FlaskForm):
    key = key_field(_l("Type over what is on your paper"))


class TwoKeysForm(FlaskForm):
    key_one = key_field(_l("The key of one teller"))
    key_two = key_field(_l("The key of another teller"))

    @property
    def keys(self):
        return self.key_one.data, self.key_two.data


class TableForm(FlaskForm):
    voter = sentence(
        _l("Who is at the table?"),
        60,
        hint=_l("The number on their screen, the code on their letter, or their name."),
    )


class ProxyForm(FlaskForm):
    holder = sentence(
        _l("Who votes for you?"),
        60,
        hint=_l("Ask for their number. It stands on their page of this vote."),
    )
    shows_name = yes_or_no(_l("Neighbours see my name and what is chosen for me."))

    def __init__(self, vote, **kwargs):
        super().__init__(**kwargs)
        if vote.is_secret:
            del self.shows_name

    def validate_shows_name(self, field):
        if not field.data:
            raise ValidationError(_("This vote is open. Tick this, or do not vote."))


class PaperProxyForm(FlaskForm):
    principal = sentence(
        _l("Who gives their vote away?"),
        60,
        hint=_l("The number on their screen, the code on their letter, or their name."),
    )
    holder = sentence(
        _l("Who votes for them?"),
        60,
        hint=_l("The number on their screen, the code on their letter, or their name."),
    )


class CountForm(TwoKeysForm):
    note = sentence(
        _l("Why are there more or fewer papers than marks? Everybody reads this."),
        300,
        hint=_l("For example: somebody was marked, and went home with the paper."),
    )


class VoidForm(FlaskForm):
    note = sentence(_l("Why? Everybody reads this."), 300)


class ReceiptForm(FlaskForm):
    receipt = sentence(_l("Your receipt"), 40, hint=_l("It stood on your screen when you had voted."))

    def validate_receipt(self, field):
        if read_receipt(field.data) is None:
            raise ValidationError(
                _("A receipt has 8 or 12 signs, such as %(example)s.", example=spaced("7K2M9QXA"))
            )


class SealForm(FlaskForm):
    seal = sentence(_l("The seal of your envelope"), 80, hint=_l("It stands under your receipt."))

    def validate_seal(self, field):
        typed = "".join(field.data.split()).lower()
        if not re.fullmatch("[0-9a-f]{12,64}", typed):
            raise ValidationError(_("A seal has 16 signs: digits, and letters from a to f."))
