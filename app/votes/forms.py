import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.receipts import spaced
from app.fields import (
    FlaskForm,
    ValidationError,
    day,
    lines_of,
    number,
    one_of,
    paragraphs,
    sentence,
    some_of,
)
from app.votes.box import read_receipt
from app.votes.electorate import ELECTORATES
from app.votes.models import RECEIPTS, SECRECIES
from app.votes.rule import METHOD_NAMES, MOST_OPTIONS, THRESHOLD_NAMES
from app.votes.tellers import TELLERS

YES_NO_LABELS = (_l("Yes"), _l("No"), _l("Abstain"))
ON_SCREEN = ("yes_no", "approval")


class VoteForm(FlaskForm):
    question = sentence(_l("The question"), 140, hint=_l("One question, neutral and in plain words."))
    method = one_of(
        _l("How do people vote?"), choices={name: METHOD_NAMES[name] for name in ON_SCREEN}, default="yes_no"
    )
    options = paragraphs(
        _l("Options"),
        3000,
        required=False,
        hint=_l("For an approval vote: one on each line. For yes or no: leave this empty."),
    )
    secrecy = one_of(_l("Secret or open?"), choices=SECRECIES, default="secret")
    receipts = one_of(
        _l("What does everybody see after a secret vote?"),
        choices=RECEIPTS,
        default="list",
        hint=_l("Each voter gets a code, and sees later that their ballot was counted."),
    )
    electorate = one_of(_l("Who may vote?"), choices=ELECTORATES, default="residents")
    batches = some_of(_l("Which streets or groups?"), hint=_l("Only when some streets or groups vote."))
    quorum = number(
        _l("What turnout is needed, in percent?"), 0, 100, hint=_l("0 means: no minimum."), default=0
    )
    threshold = one_of(
        _l("When is a plan adopted?"),
        choices=THRESHOLD_NAMES,
        default="majority",
        hint=_l("Only for yes or no."),
    )
    closes_on = day(_l("Last day to vote"), hint=_l("This cannot change any more once the vote is open."))

    def __init__(self, batches, **kwargs):
        super().__init__(**kwargs)
        self.batches.choices = [(batch.id, batch.label) for batch in batches]

    def validate_options(self, field):
        options = lines_of(field.data)
        if self.method.data == "yes_no":
            if options:
                raise ValidationError(_("A yes or no vote has no options of its own. Leave this empty."))
        elif not 2 <= len(options) <= MOST_OPTIONS:
            raise ValidationError(_("Write 2 to %(most)s options, one on each line.", most=MOST_OPTIONS))
        elif len({option.casefold() for option in options}) < len(options):
            raise ValidationError(_("The same option stands here twice."))

    def validate_batches(self, field):
        if bool(field.data) != (self.electorate.data == "batches"):
            raise ValidationError(
                _("Choose the streets or groups that vote, and only when not everybody votes.")
            )

    @property
    def labels(self):
        """The labels on the ballot, in order."""
        if self.method.data == "yes_no":
            return [str(label) for label in YES_NO_LABELS]
        return lines_of(self.options.data)

    @property
    def rules(self):
        """What is fixed with the question; the options and the codes are told apart."""
        apart = ("options", "batches", "csrf_token")
        return {name: value for name, value in self.data.items() if name not in apart}


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
