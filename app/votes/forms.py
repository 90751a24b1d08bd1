from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.fields import (
    FlaskForm,
    ValidationError,
    choices_of,
    day,
    lines_of,
    number,
    one_of,
    paragraphs,
    sentence,
    some_of,
)
from app.votes.models import ELECTORATES, METHOD_NAMES, THRESHOLD_NAMES

YES_NO_LABELS = (_l("Yes"), _l("No"), _l("Abstain"))
MOST_OPTIONS = 30


class VoteForm(FlaskForm):
    question = sentence(_l("The question"), 140, hint=_l("One question, neutral and in plain words."))
    method = one_of(_l("How do people vote?"), choices=METHOD_NAMES, default="yes_no")
    options = paragraphs(
        _l("Options"),
        3000,
        required=False,
        hint=_l("For an approval vote: one on each line. For yes or no: leave this empty."),
    )
    electorate = one_of(_l("Who may vote?"), choices=ELECTORATES, default="residents")
    quorum = number(
        _l("What turnout is needed, in percent?"), 0, 100, hint=_l("0 means: no minimum."), default=0
    )
    threshold = one_of(
        _l("When is a plan adopted?"),
        choices=THRESHOLD_NAMES,
        default="majority",
        hint=_l("Only for yes or no."),
    )
    closes_on = day(_l("Last day to vote"))

    def validate_options(self, field):
        options = lines_of(field.data)
        if self.method.data == "yes_no":
            if options:
                raise ValidationError(_("A yes or no vote has no options of its own. Leave this empty."))
        elif not 2 <= len(options) <= MOST_OPTIONS:
            raise ValidationError(_("Write 2 to %(most)s options, one on each line.", most=MOST_OPTIONS))
        elif len({option.casefold() for option in options}) < len(options):
            raise ValidationError(_("The same option stands here twice."))

    @property
    def labels(self):
        """The labels on the ballot, in order."""
        if self.method.data == "yes_no":
            return [str(label) for label in YES_NO_LABELS]
        return lines_of(self.options.data)


class YesNoBallotForm(FlaskForm):
    choice = one_of(_l("Your choice"))

    def __init__(self, vote, **kwargs):
        super().__init__(**kwargs)
        self.choice.choices = choices_of({str(option.number): option.label for option in vote.options})

    @property
    def numbers(self):
        return frozenset({int(self.choice.data)})


class ApprovalBallotForm(FlaskForm):
    choice = some_of(
        _l("Which options do you support?"), hint=_l("Choose as many as you like. None is allowed too.")
    )

    def __init__(self, vote, **kwargs):
        super().__init__(**kwargs)
        self.choice.choices = choices_of({option.number: option.label for option in vote.options})

    @property
    def numbers(self):
        return frozenset(self.choice.data or ())


BALLOT_FORMS = {"yes_no": YesNoBallotForm, "approval": ApprovalBallotForm}
