from flask_babel import lazy_gettext as _l

from app.dialogues.models import REASONS
from app.fields import FlaskForm, one_of

REASON_LABELS = {
    "duplicate": _l("It is there already"),
    "several_ideas": _l("It holds more than one idea"),
    "about_a_person": _l("It is about a person"),
    "off_topic": _l("It is not about this question"),
    "unclear": _l("It cannot be understood"),
    "unlawful": _l("It breaks the law"),
}


class RejectionForm(FlaskForm):
    reason = one_of(_l("Why not?"), choices=[(r, REASON_LABELS[r]) for r in REASONS], as_list=True)
