from flask_babel import lazy_gettext as _l

from app.accounts.models import MOST_CODES
from app.config import LANGUAGES
from app.fields import FlaskForm, ValidationError, choices_of, number, paragraphs, sentence, some_of


class BatchForm(FlaskForm):
    label = sentence(
        _l("For whom?"), 60, hint=_l("A street, a building or an evening. For example: Lindestraat.")
    )
    size = number(_l("How many codes?"), 1, MOST_CODES, hint=_l("One for each person."), default=25)


class CouncilForm(FlaskForm):
    name = sentence(_l("Name and role"), 120, hint=_l("For example: Daan de Wit, area coordinator."))


class NeighbourhoodForm(FlaskForm):
    name = sentence(_l("Name of the neighbourhood"), 60)
    purpose = paragraphs(
        _l("What is this site for?"), 400, hint=_l("One or two sentences, for somebody new.")
    )
    decider = sentence(_l("Who do you usually ask?"), 120, hint=_l("For example: the city council."))
    contact = sentence(
        _l("Who helps, and how can people reach them?"), 160, hint=_l("Name and phone number.")
    )
    languages = some_of(_l("Languages"), coerce=str)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.languages.choices = choices_of(LANGUAGES)

    def validate_languages(self, field):
        if not field.data:
            raise ValidationError(_l("Choose at least one language."))
