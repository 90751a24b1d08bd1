from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField

from app.fields import FlaskForm, OrNothing, number, paragraphs
from app.reports import challenge, impact, participation
from app.reports.challenge import WEEKS_BEFORE, WEEKS_TO_DECIDE


class ParticipationForm(FlaskForm):
    """What a host knows of how it went, and this program does not. All of it may wait."""

    ASKED = participation.ASKED

    @property
    def words(self):
        return {name: self[name].data for fields in self.ASKED.values() for name in fields}


class ChallengeForm(FlaskForm):
    """What only the group itself can say of the task that it wants to take over. All of it may wait."""

    ASKED = challenge.ASKED
    start_on = DateField(_l("When do you start?"), [OrNothing()])
    weeks_before = number(
        _l("How many weeks before the start must it be handed in?"),
        *(1, 104),
        hint=_l("Look in the by-law of your municipality. 18 is an example."),
        default=WEEKS_BEFORE,
    )
    weeks_to_decide = number(
        _l("Within how many weeks does the municipality decide?"),
        *(1, 104),
        hint=_l("Look in the by-law of your municipality. 10 is an example."),
        default=WEEKS_TO_DECIDE,
    )

    @classmethod
    def begin(cls, words):
        start_on = words.get("start_on")
        return cls(data={**words, "start_on": start_on and date.fromisoformat(start_on)})

    @property
    def words(self):
        texts = {name: self[name].data for fields in self.ASKED.values() for name in fields}
        start_on = self.start_on.data and self.start_on.data.isoformat()
        weeks = {name: self[name].data for name in ("weeks_before", "weeks_to_decide")}
        return {**texts, **weeks, "start_on": start_on}


class ImpactForm(FlaskForm):
    """What figures do not tell of a year."""

    ASKED = {"year": impact.ASKED}

    @property
    def words(self):
        return {name: self[name].data for name in self.ASKED["year"]}


for _form in (ParticipationForm, ChallengeForm, ImpactForm):
    for _fields in _form.ASKED.values():
        for _name, _label in _fields.items():
            setattr(_form, _name, paragraphs(_label, 3000, required=False))
