"""What people can choose about their news."""

from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, one_of
from app.news.models import PACES


class PaceForm(FlaskForm):
    pace = one_of(_l("When do you want a mail?"), choices=PACES)
