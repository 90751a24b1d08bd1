from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, ValidationError, day, one_of, paragraphs, sentence
from app.responses.models import DECISIONS, SHORTEST_REASON, STATUSES


class RequestForm(FlaskForm):
    text = paragraphs(_l("What do you ask?"), 1000, hint=_l("One thing that somebody can say yes or no to."))
    decider = sentence(_l("Whom do you ask?"), 120)
    due_on = day(_l("Answer due on"), hint=_l("Six weeks is usual."))


class AsksForm(FlaskForm):
    """All that a harvest asks, sent at once."""

    due_on = day(_l("Answer due on"), hint=_l("Six weeks is usual."))


class ResponseForm(FlaskForm):
    decision = one_of(_l("Your answer"), choices=DECISIONS)
    reason = paragraphs(
        _l("Why?"),
        3000,
        least=SHORTEST_REASON,
        hint=_l("Residents read this. Say what weighed most, in plain words."),
    )
    changes = paragraphs(_l("What changes because of it?"), 2000, required=False)
    answered_by = sentence(
        _l("Who answers?"), 120, hint=_l("Name and role, for example: Daan de Wit, alderman.")
    )


class CommitmentForm(FlaskForm):
    text = paragraphs(_l("What do you promise?"), 1000)
    owner = sentence(_l("Who does it?"), 120)
    due_on = day(_l("Done by"))


class StatusForm(FlaskForm):
    status = one_of(_l("How is it going?"), choices=STATUSES)
    note = paragraphs(
        _l("What can you say about it?"), 500, required=False, hint=_l("Needed when you drop it.")
    )

    def validate_status(self, field):
        if field.data == "dropped" and not self.note.data:
            raise ValidationError(_l("Say why it is dropped."))
