from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired

from app.fields import FlaskForm, one_of


class ErasureForm(FlaskForm):
    words = one_of(
        _l("What happens to your proposals and statements?"),
        choices={
            "erase": _l("Erase my words too"),
            "keep": _l("Leave my words, without my name"),
        },
        default="erase",
    )
    is_sure = BooleanField(
        _l("I understand that this cannot be undone"), [DataRequired(_l("Tick this box to go on."))]
    )
