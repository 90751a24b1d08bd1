from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, paragraphs, sentence


class CollectiveForm(FlaskForm):
    name = sentence(_l("Name of the collective"), 80)
    purpose = paragraphs(
        _l("Why does it exist?"),
        2000,
        hint=_l("For whom, and what do you do together? A few sentences are enough."),
    )
