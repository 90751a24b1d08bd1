from app.fields import FlaskForm, paragraphs
from app.reports.participation import ASKED


class ParticipationForm(FlaskForm):
    """What a host knows of how it went, and this program does not. All of it may wait."""

    CHAPTERS = tuple(ASKED)

    def of(self, chapter):
        return [self[name] for name in ASKED[chapter]]

    @property
    def words(self):
        return {name: self[name].data for fields in ASKED.values() for name in fields}


for _fields in ASKED.values():
    for _name, _label in _fields.items():
        setattr(ParticipationForm, _name, paragraphs(_label, 3000, required=False))
