from datetime import timedelta

from flask_babel import lazy_gettext as _l

from app.clock import today
from app.fields import FlaskForm, ValidationError, choices_of, day, one_of, paragraphs, sentence
from app.moderation.models import LONGEST_BAN, OUTCOMES
from app.reasons import REASONS

A_REASON = {"": _l("Choose a reason"), **REASONS}
USUAL_BAN = timedelta(days=14)


class ReportForm(FlaskForm):
    reason = one_of(_l("What is wrong with it?"), choices=A_REASON, as_list=True)
    note = paragraphs(
        _l("Do you want to explain this?"), 500, required=False, hint=_l("Only moderators read it.")
    )


class AppealForm(FlaskForm):
    text = paragraphs(
        _l("Why should somebody else judge again?"),
        1000,
        hint=_l("Say what was overlooked. You can do this once."),
    )


class OneOfMany(FlaskForm):
    """A form that stands on a page several times, once for each thing: its ids tell them apart."""

    def __init__(self, key, **kwargs):
        super().__init__(**kwargs)
        self.key = key
        for field in self:
            field.id = f"{field.id}-{key}"


class RejectionForm(OneOfMany):
    reason = one_of(_l("Why not?"), choices=A_REASON, as_list=True)


class StatementRejectionForm(RejectionForm):
    """For a duplicate: also which statement stays, so that the author can find it."""

    kept = one_of(
        _l("Which one is there already?"),
        as_list=True,
        required=False,
        default="",
        hint=_l("Only for what is there already."),
    )

    def __init__(self, key, twins=(), **kwargs):
        super().__init__(key, **kwargs)
        self.twins = {str(statement.id): statement for statement in twins}
        texts = {number: statement.text for number, statement in self.twins.items()}
        self.kept.choices = choices_of({"": _l("None"), **texts})

    def validate_kept(self, field):
        if (self.reason.data == "duplicate") != bool(field.data):
            raise ValidationError(_l("Choose the other statement, or choose another reason."))

    @property
    def twin(self):
        return self.twins.get(self.kept.data)


class RemovalForm(OneOfMany):
    reason = one_of(_l("Why is it removed?"), choices=A_REASON, as_list=True)


class AppealDecisionForm(OneOfMany):
    outcome = one_of(_l("What do you decide?"), choices=OUTCOMES)
    answer = sentence(_l("Your reason, for the author"), 300)


class BanForm(OneOfMany):
    reason = one_of(_l("Why a ban?"), choices=A_REASON, as_list=True)
    until = day(_l("Last day of the ban"), hint=_l("At most three months from now."))

    def __init__(self, key, **kwargs):
        super().__init__(key, **{"until": today() + USUAL_BAN, **kwargs})

    def validate_until(self, field):
        if field.data and field.data > today() + LONGEST_BAN:
            raise ValidationError(_l("A ban lasts three months at most."))
