from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.models import CODE_DAYS, MOST_CODE_DAYS, MOST_CODES, Person
from app.accounts.roles import ROLE_MEANINGS, ROLE_NAMES
from app.admin.letters import KIND_NAMES
from app.collectives.models import Collective
from app.config import LANGUAGES
from app.db import db
from app.fields import (
    FlaskForm,
    ValidationError,
    choices_of,
    day,
    number,
    one_of,
    paragraphs,
    sentence,
    some_of,
    yes_or_no,
)

MOST_LETTER_TEXT = 350  # characters, so that two languages stay on one sheet


def all_collectives():
    return db.session.scalars(select(Collective).order_by(Collective.name)).all()


class BatchForm(FlaskForm):
    kind = one_of(_l("What do you want to print?"), choices=KIND_NAMES, default="letter")
    label = sentence(
        _l("For whom?"), 60, hint=_l("A street, a building or an evening. For example: Lindestraat.")
    )
    of = one_of(
        _l("For one collective?"),
        as_list=True,
        required=False,
        default="",
        hint=_l("Whoever comes in with such a code becomes a member at once."),
    )
    size = number(
        _l("How many codes?"),
        1,
        MOST_CODES,
        hint=_l("One for each person. Posters and door-hangers fill the last sheet."),
        default=25,
    )
    days = number(_l("How many days do the codes work?"), 1, MOST_CODE_DAYS, default=CODE_DAYS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.collectives = {str(collective.id): collective for collective in all_collectives()}
        names = {key: collective.name for key, collective in self.collectives.items()}
        self.of.choices = choices_of({"": _l("No, for the whole neighbourhood"), **names})

    @property
    def collective(self):
        return self.collectives.get(self.of.data)


class LostLetterForm(FlaskForm):
    number = number(_l("Number of the lost letter"), 1, MOST_CODES + 7, hint=_l("It stands beside the code."))


def letter_text_form(languages, texts):
    """A form with the letter's own paragraphs, in each of these languages."""
    fields = {
        language: paragraphs(
            LANGUAGES[language],
            MOST_LETTER_TEXT,
            required=False,
            hint=_l("When this is empty, the letter has the standard text."),
        )
        for language in languages
    }
    return type("LetterTextForm", (FlaskForm,), fields)(data=texts)


class RoleTermForm(FlaskForm):
    ends_on = day(_l("Last day"), hint=_l("A year is usual. A month before the end, the hosts are told."))
    deputy = one_of(
        _l("Who stands in when this person is away?"),
        as_list=True,
        required=False,
        default="",
        hint=_l("Somebody who gave a name here. A deputy may do the same."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.id): person for person in Person.with_a_name()}
        self.deputy.choices = self.choices_with(_l("Nobody yet"))

    def choices_with(self, nobody):
        return choices_of({"": nobody, **{key: person.name for key, person in self.people.items()}})

    @property
    def stand_in(self):
        return self.people.get(self.deputy.data)


class RoleForm(RoleTermForm):
    name = one_of(_l("Which role?"))
    of = one_of(
        _l("Of which collective?"),
        as_list=True,
        required=False,
        default="",
        hint=_l("Only for the host of a collective."),
    )
    person = one_of(
        _l("Who?"),
        as_list=True,
        required=False,
        default="",
        hint=_l("People who gave a name here, or somebody new."),
    )
    new_name = sentence(
        _l("Name and role of somebody new"),
        120,
        required=False,
        hint=_l("For example: Daan de Wit, area coordinator. You get a sign-in link to hand over."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.name.choices = choices_of(
            {key: f"{ROLE_NAMES[key]}: {ROLE_MEANINGS[key]}" for key in ROLE_NAMES}
        )
        self.collectives = {str(collective.id): collective for collective in all_collectives()}
        names = {key: collective.name for key, collective in self.collectives.items()}
        self.of.choices = choices_of({"": _l("The whole neighbourhood"), **names})
        self.person.choices = self.choices_with(_l("Somebody new"))

    def validate_of(self, field):
        if (self.name.data == "collective_host") != bool(field.data):
            raise ValidationError(_l("Choose a collective for its host, and none for another role."))

    def validate_new_name(self, field):
        if bool(field.data) == bool(self.person.data):
            raise ValidationError(_l("Choose somebody from the list, or fill in a name."))

    @property
    def role(self):
        return "host" if self.of.data else self.name.data

    @property
    def collective(self):
        return self.collectives.get(self.of.data)

    @property
    def somebody(self):
        return self.people.get(self.person.data)


class NeighbourhoodForm(FlaskForm):
    name = sentence(_l("Name of the neighbourhood"), 60)
    purpose = paragraphs(
        _l("What is this site for?"), 400, hint=_l("One or two sentences, for somebody new.")
    )
    decider = sentence(_l("Who do you usually ask?"), 120, hint=_l("For example: the city council."))
    contact = sentence(
        _l("Who helps, and how can people reach them?"), 160, hint=_l("A name, and where or when.")
    )
    phone = sentence(
        _l("Phone number for help"), 30, required=False, hint=_l("It stands on every letter and poster.")
    )
    languages = some_of(_l("Languages"), coerce=str)
    controller = sentence(
        _l("Who is responsible for people's data?"),
        160,
        required=False,
        hint=_l("Usually the association or collective itself, with its place."),
    )
    privacy_contact = sentence(
        _l("Where can people ask about their data?"),
        160,
        required=False,
        hint=_l("An e-mail address or a phone number."),
    )
    hoster = sentence(
        _l("On whose computer does this site run?"),
        160,
        required=False,
        hint=_l("The company or person that keeps the computer, and the country."),
    )
    holds_proposals = yes_or_no(
        _l("A moderator reads each proposal before others can see it"),
        hint=_l("Not those of hosts. Statements are always read first."),
    )
    releases_by_two = yes_or_no(
        _l("It takes two people of the council to publish an answer"),
        hint=_l("One writes it, another reads and releases it. Two people need the council role then."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.languages.choices = choices_of(LANGUAGES)

    def validate_languages(self, field):
        if not field.data:
            raise ValidationError(_l("Choose at least one language."))
