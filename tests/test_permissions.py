"""Every route, for every kind of person, against the one table: with what is theirs and with what is not."""

import pytest
from flask_login import AnonymousUserMixin

from app.accounts.consent import Consent
from app.accounts.models import CodeBatch, Person
from app.accounts.roles import Role
from app.clock import today
from app.collectives.models import Collective
from app.db import db
from app.dialogues.agreements import Agreement
from app.dialogues.harvest import Harvest
from app.dialogues.models import Dialogue, Statement
from app.dialogues.sheets import Sheet
from app.mail import Mail
from app.moderation.models import Appeal, Ban, Judgement, Report
from app.permissions import AsIf, may
from app.proposals.amendments import Amendment
from app.proposals.attachments import Attachment
from app.proposals.models import Proposal
from app.responses.disputes import Dispute
from app.responses.models import Commitment, Request
from app.responses.progress import Progress
from app.responses.sightings import Sighting
from app.rooms.models import Room
from app.votes.models import Vote

ROLES = {"odile": "operator", "hamid": "host"}  # who hold one role only, and came without a code
PEOPLE = ("visitor", "amina", "samira", "wout", "fatima", "fleur", "daan", "eva", "gast", *ROLES)
# What ends the visit, or makes somebody else of the visitor, is tried elsewhere
ENDS_THE_VISIT = {
    "accounts.sign_out",
    "accounts.sign_out_everywhere",
    "privacy.erase_me",
    "privacy.withdraw_consent",
    "asset",
}
FORMAT = {"format_name": "statement_round", "turn": "rating"}
OTHER = {
    "number": 1,
    "place": 1,
    "code": "00000000000",
    "token": "x",
    "language": "nl",
    "name": "x",
    "kind": "poster",
    "ending": "json",
    "year": today().year,
    **FORMAT,
}


def some_of(world):
    """Two of each kind: mostly one of Amina's or Fleur's collective, and one of somebody else's."""
    made = world.numbers
    return {
        Collective: (world.greens.id, world.warmth.id),
        Proposal: (world.parking.id, world.garden.id, world.evenings.id),
        Amendment: (made["amendment"],),
        Attachment: (made["attachment"],),
        Agreement: (made["agreement"],),
        Dialogue: (
            world.parking_dialogue.id,
            world.evenings_dialogue.id,
            world.shed_dialogue.id,
            made["checked"],
        ),
        Harvest: (world.solar_dialogue.id, made["checked"], made["commented"]),
        Vote: (
            *(world.roof_vote.id, world.evenings_vote.id, world.crossing_vote.id, world.trees.id),
            *(made["unsealed_vote"], made["proxy_vote"]),
        ),
        Request: (world.lamps_request.id, world.square_request.id, made["disputed"]),
        Commitment: (world.benches.id, world.lindens.id),
        Progress: (made["step"],),
        Dispute: (made["dispute"],),
        Sighting: (made["sighting"],),
        Statement: (made["pending"], made["seed"]),
        Sheet: tuple(made[f"{state}_sheet"] for state in ("blank", "differing", "called", "void")),
        Role: (3, 8),
        CodeBatch: (made["party"], made["withdrawn"]),
        Mail: (1,),
        Report: (made["report"],),
        Judgement: (made["judgement"],),
        Appeal: (made["appeal"],),
        Ban: (made["ban"], made["proposed_ban"]),
    }


def addresses(app, world):
    """Every route as (endpoint, method, address, action, model, number of the subject)."""
    numbers = some_of(world)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint in ENDS_THE_VISIT:
            continue
        model = getattr(view, "model", None)
        for number in numbers[model] if model else (None,):
            given = {**OTHER, f"{model.__name__.lower()}_id": number} if model else OTHER
            with app.test_request_context():
                address = rule.build({name: given[name] for name in rule.arguments})[1]
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield rule.endpoint, method, address, view.permission, model, number


def person_called(world, name):
    if name in ROLES:
        person = Person(name=name.title(), language="nl")
        db.session.add(person)
        Role.give(person, ROLES[name])
        db.session.commit()
        return person
    if name == "gast":
        guest = Room.open(world.fleur, world.parking_dialogue, 3, lets_in_guests=True).let_in("nl")
        Consent.give(guest)
        db.session.commit()
        return guest
    return None if name == "visitor" else getattr(world, name)


def is_allowed(person_id, permission, model, number):
    if permission == "public":
        return True
    if permission == "signed in":
        return person_id is not None
    person = db.session.get(Person, person_id) if person_id else AnonymousUserMixin()
    if person_id:
        person = AsIf(person, is_confirmed=bool(person.current_roles))
    return may(permission, db.session.get(model, number) if model else None, person)


@pytest.mark.parametrize("name", PEOPLE)
def test_each_route_lets_in_whom_the_table_says(shared_app, filled, as_, name):
    person = person_called(filled, name)
    routes = list(addresses(shared_app, filled))
    client, person_id = as_(person), person and person.id
    wrong, tried = [], 0
    for endpoint, method, address, permission, model, number in routes:
        if model and db.session.get(model, number) is None:
            continue
        allowed = is_allowed(person_id, permission, model, number)
        response = client.open(address, method=method)
        away = response.status_code in (401, 403) or response.location in ("/code",)
        hidden = response.status_code == 404 and not allowed
        tried += 1
        if permission != "public" and (away or hidden) == allowed:
            wrong.append((endpoint, method, address, allowed, response.status_code))
    print(f"{name}: {tried} visits")
    assert wrong == [] and tried > 100


def test_a_role_that_sleeps_opens_nothing(shared_app, filled, as_):
    """Who did not confirm is led to doing so, whatever the role."""
    routes = list(addresses(shared_app, filled))
    for person in (filled.fleur, filled.daan, filled.fatima, filled.samira):
        client = as_(person, confirmed=False)
        asked = 0
        for endpoint, method, address, permission, model, number in routes:
            if permission in ("public", "signed in") or is_allowed_asleep(
                person.id, permission, model, number
            ):
                continue
            response = client.open(address, method=method)
            assert response.status_code in (303, 403, 404), (endpoint, address)
            asked += (response.location or "").startswith("/me/confirmation")
        assert asked


def is_allowed_asleep(person_id, permission, model, number):
    person = AsIf(db.session.get(Person, person_id), is_confirmed=False)
    return may(permission, db.session.get(model, number) if model else None, person)
