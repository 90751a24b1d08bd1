"""Whatever people do, in whatever order: nobody judges twice, bans alone, or shows what was removed."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Person, SignInLink
from app.accounts.roles import Role
from app.clock import today
from app.db import db
from app.demo import find_world
from app.dialogues.models import Statement
from app.exports.tables import TABLES
from app.moderation.models import Appeal, Ban, Judgement, Report
from app.proposals.models import Proposal, Revision
from app.text import render
from tests.conftest import keep_files, lay_out

WORDS = ("Kwartelkoning", "Roerdomp", "Zwaluwstaart", "Grutto")  # one rare word in each thing
ACTORS = ("amina", "bram", "fatima", "fleur", "wout")  # two residents, two moderators, the host
SUBJECTS = {"thing": None, "report": Report, "judgement": Judgement, "appeal": Appeal, "ban": Ban}
SOON = str(today() + timedelta(days=20))
ACTS = {
    # what somebody does: (to what, address, fields)
    "report": ("thing", "report", {"reason": "spam"}),
    "remove": ("report", "removal", {"reason": "threat"}),
    "leave": ("report", "dismissal", {}),
    "undo": ("judgement", "reversal", {}),
    "appeal": ("judgement", "appeal", {"text": "Nee"}),
    "uphold": ("appeal", "decision", {"outcome": "upheld", "answer": "Ja"}),
    "overturn": ("appeal", "decision", {"outcome": "overturned", "answer": "Ja"}),
    "propose": ("judgement", "ban", {"reason": "spam", "until": SOON}),
    "confirm": ("ban", "confirmation", {}),
    "lift": ("ban", "lifting", {}),
    "contest": ("ban", "appeal", {"text": "Nee"}),
}
acts = st.lists(
    st.tuples(st.sampled_from(ACTORS), st.sampled_from(tuple(ACTS)), st.integers(-3, 3)), max_size=14
)


@pytest.fixture(scope="module")
def stage(shared_app, demo_files, tmp_path_factory):
    """The demo with Amina's and Wout's words in it; a client for each actor, signed in."""
    lay_out(shared_app, demo_files[0])
    with shared_app.app_context():
        world = find_world()
        Role.give(world.wout, "moderator", by=world.fleur)
        authors = (world.amina, world.amina, world.wout)
        rounds = (world.parking_dialogue, world.solar_dialogue, world.parking_dialogue)
        for author, dialogue, words in zip(authors, rounds, WORDS, strict=False):
            Judgement.make(world.fleur, dialogue.add_statement(author, words), "published")
        for judgement in db.session.scalars(select(Judgement)):
            judgement.is_in_force = False  # what the demo's moderators did is no part of the play
        current = world.parking.current
        current.title, current.text, current.html = WORDS[3], WORDS[3], render(WORDS[3])
        db.session.commit()
        clients = {name: sign_in(shared_app, getattr(world, name)) for name in ACTORS}
        return clients, keep_files(shared_app, tmp_path_factory.mktemp("stage"))


def sign_in(app, person):
    client = app.test_client()
    token = SignInLink.make(person)
    db.session.commit()
    client.post(f"/sign-in/{token}")
    client.post("/me/spare-codes")
    return client


def things():
    statements = db.session.scalars(select(Statement).where(Statement.text.in_(WORDS)).order_by(Statement.id))
    query = select(Proposal).join(Revision, Revision.proposal_id == Proposal.id)
    parking = db.session.scalars(query.where(Revision.title == WORDS[3]))
    return [*statements, *parking]


def do(clients, who, act, pick):
    kind, noun, fields = ACTS[act]
    model = SUBJECTS[kind]
    subjects = things() if model is None else db.session.scalars(select(model).order_by(model.id)).all()
    if subjects:
        subject = subjects[pick % len(subjects)]
        kind = type(subject).__name__.lower()
        clients[who].post(f"/moderation/{kind}s/{subject.id}/{noun}", data=fields)


def public_text(visitor):
    addresses = ["/", "/proposals", "/council", "/moderation/log", "/open-data", "/search?q=xyz"]
    addresses += [f"/search?q={word}" for word in WORDS] + [f"/open-data/{name}" for name in TABLES]
    for statement in things()[:2]:
        start = f"/dialogues/{statement.dialogue_id}"
        addresses += [start, f"{start}/statements", f"{start}?statement={statement.id}"]
    start = f"/proposals/{things()[-1].id}"
    addresses += [start, f"{start}/revisions", f"{start}/revisions/1", f"{start}/revisions/2"]
    return {address: visitor.get(address).text for address in addresses}


A_LINE = [("bram", "report", 0), ("fatima", "remove", -1), ("amina", "appeal", -1)]
A_BAN = [*A_LINE, ("fatima", "propose", -1)]


@given(acts)
@example([*A_LINE, ("fatima", "overturn", -1), ("fleur", "uphold", -1), ("amina", "appeal", -1)])
@example([*A_BAN, ("fatima", "confirm", -1), ("fleur", "confirm", -1), ("amina", "contest", -1),
          ("fleur", "overturn", -1), ("fatima", "overturn", -1), ("wout", "overturn", -1)])  # fmt: skip
@example([("bram", "report", -1), ("fleur", "remove", -1), ("wout", "undo", -1)])
@example([("bram", "report", 2), ("fatima", "remove", -1), ("wout", "undo", -1), ("wout", "appeal", -1),
          ("wout", "overturn", -1)])  # fmt: skip
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_sequence_of_acts_breaks_a_rule(shared_app, stage, sequence):
    clients, files = stage
    lay_out(shared_app, files)
    with shared_app.app_context():
        for step in sequence:
            do(clients, *step)
        rules_hold()
        pages = public_text(shared_app.test_client())
        for thing in things():
            word = thing.text if isinstance(thing, Statement) else thing.current.title
            found = [address for address, text in pages.items() if shows(text, word)]
            assert bool(found) != thing.is_removed, (word, found)
        db.session.remove()


def shows(text, word):
    """A search page repeats the question, in its title and its field; what counts is a finding."""
    return f">{word}<" in text or f"{word}," in text or f"{word}\n" in text


def rules_hold():
    for appeal in db.session.scalars(select(Appeal)):
        first = {appeal.judgement.judge_id} if appeal.judgement else set()
        both = {appeal.ban.proposer_id, appeal.ban.confirmer_id} if appeal.ban else set()
        assert appeal.decided_by_id not in {appeal.appellant_id, *first, *both}
    against = [(appeal.judgement_id, appeal.ban_id) for appeal in db.session.scalars(select(Appeal))]
    assert len(against) == len(set(against))
    for ban in db.session.scalars(select(Ban)):
        assert ban.proposer_id != ban.person_id != ban.confirmer_id != ban.proposer_id
        assert not ban.holds or (ban.confirmer_id and ban.person.is_banned)
    held = {ban.person_id for ban in db.session.scalars(select(Ban)) if ban.holds}
    for person in db.session.scalars(select(Person)):
        assert person.is_banned == (person.id in held)
    for judgement in db.session.scalars(select(Judgement).where(Judgement.is_in_force)):
        assert judgement.thing.is_kept_back
