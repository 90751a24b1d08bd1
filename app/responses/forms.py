from flask_babel import lazy_gettext as _l
from wtforms import DateField

from app.clock import today
from app.config import MEGABYTES
from app.fields import (
    DataRequired,
    FlaskForm,
    ValidationError,
    day,
    file,
    link,
    not_past,
    one_of,
    paragraphs,
    sentence,
)
from app.responses.drafts import WORDS
from app.responses.models import DECISIONS, LONGEST_DELAY, SHORTEST_REASON, STATUSES
from app.responses.sightings import SEEN


class RequestForm(FlaskForm):
    text = paragraphs(_l("What do you ask?"), 1000, hint=_l("One thing that somebody can say yes or no to."))
    decider = sentence(_l("Whom do you ask?"), 120)
    due_on = day(_l("Answer due on"), hint=_l("Six weeks is usual."))


class AsksForm(FlaskForm):
    """All that a harvest asks, sent at once."""

    due_on = day(_l("Answer due on"), hint=_l("Six weeks is usual."))


class AnswerDraftForm(FlaskForm):
    """What will become an answer; all of it may still be empty."""

    decision = one_of(
        _l("Your answer"), choices={"": _l("Not decided yet"), **DECISIONS}, default="", required=False
    )
    returns_on = day(
        _l("When do you come back to it?"),
        required=False,
        hint=_l("Only for the answer Later. This becomes the new date, at most a year from now."),
    )
    reason = paragraphs(
        _l("Why?"),
        3000,
        required=False,
        hint=_l("Residents read this. Say what weighed most, in plain words."),
    )
    changes = paragraphs(_l("What changes because of it?"), 2000, required=False)
    answered_by = sentence(
        _l("Who answers?"),
        120,
        required=False,
        hint=_l("Name and role, for example: Daan de Wit, alderman."),
    )

    def validate_returns_on(self, field):
        if field.data and field.data > today() + LONGEST_DELAY:
            raise ValidationError(_l("Choose a day within a year."))

    @property
    def words(self):
        return {name: self[name].data for name in WORDS}


class ResponseForm(AnswerDraftForm):
    decision = one_of(_l("Your answer"), choices=DECISIONS)
    reason = paragraphs(
        _l("Why?"),
        3000,
        least=SHORTEST_REASON,
        hint=_l("Residents read this. Say what weighed most, in plain words."),
    )
    answered_by = sentence(
        _l("Who answers?"), 120, hint=_l("Name and role, for example: Daan de Wit, alderman.")
    )

    def validate_decision(self, field):
        if field.data == "later" and self.returns_on.data is None and not self.returns_on.errors:
            raise ValidationError(_l("Fill in below when you come back to it."))


class DisputeForm(FlaskForm):
    text = paragraphs(
        _l("Why do you not accept this answer?"),
        2000,
        least=SHORTEST_REASON,
        hint=_l("Everybody reads this. Say what the answer overlooks. It can be done once."),
    )


class ReplyForm(FlaskForm):
    reply = paragraphs(
        _l("What do you reply?"),
        2000,
        least=SHORTEST_REASON,
        hint=_l("Everybody reads this. It can be done once."),
    )
    replied_by = sentence(
        _l("Who replies?"), 120, hint=_l("Name and role, for example: Daan de Wit, alderman.")
    )


class CommitmentForm(FlaskForm):
    text = paragraphs(_l("What do you promise?"), 1000)
    owner = sentence(_l("Who does it?"), 120)
    due_on = day(_l("Done by"))


class ProgressForm(FlaskForm):
    status = one_of(_l("How is it going?"), choices=STATUSES)
    note = paragraphs(
        _l("What can you say about it?"),
        500,
        required=False,
        hint=_l("Needed when you drop it, or when it gets another date."),
    )
    link = link(_l("A page that shows it"), required=False)
    picture = file(
        _l("A picture that shows it"),
        "image/jpeg,image/png,image/webp",
        hint=_l("Of %(picture)s MB at most. Choose one without people who can be recognised.", **MEGABYTES),
        required=False,
    )
    picture_words = sentence(
        _l("What can be seen on the picture?"),
        200,
        required=False,
        hint=_l("Write it for who cannot see the picture."),
    )
    owner = sentence(_l("Who does it?"), 120)
    due_on = DateField(_l("Done by"), [DataRequired(_l("Fill in a date, for example 2026-12-31."))])

    def __init__(self, commitment, **kwargs):
        super().__init__(obj=commitment, **kwargs)
        self.commitment = commitment

    def validate_status(self, field):
        if field.data == "dropped" and not self.note.data:
            raise ValidationError(_l("Say why it is dropped."))
        if field.data == "done" and not (self.note.data or self.link.data or self.picture.data):
            raise ValidationError(_l("Say or show what was done."))

    def validate_due_on(self, field):
        if field.data == self.commitment.due_on:
            return
        not_past(self, field)
        if not self.note.data:
            raise ValidationError(_l("Say why it gets another date."))

    def validate_picture_words(self, field):
        if self.picture.data and not field.data:
            raise ValidationError(_l("Say what can be seen on the picture."))

    @property
    def facts(self):
        """What was filled in; the picture as it was sent."""
        facts = {name: self[name].data for name in ("status", "note", "link", "owner", "due_on")}
        raw = self.picture.data.read() if self.picture.data else None
        return facts | {"raw": raw, "words": self.picture_words.data}


class SightingForm(FlaskForm):
    seen = one_of(_l("Is it done?"), choices=SEEN)
    text = sentence(
        _l("What did you see?"), 200, required=False, hint=_l("Needed when it is not done: what is missing?")
    )

    def validate_seen(self, field):
        if field.data == "no" and not self.text.data:
            raise ValidationError(_l("Say in a few words what is not done yet."))
