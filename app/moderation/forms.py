from flask_babel import lazy_gettext as _l

from app.dialogues.models import REASONS
from app.fields import FlaskForm, one_of


class RejectionForm(FlaskForm):
    reason = one_of(_l("Why not?"), choices=REASONS, as_list=True)
