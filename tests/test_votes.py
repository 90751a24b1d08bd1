import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from app.accounts.models import AccessCode, CodeBatch, Person, draw_code
from app.accounts.roles import Role
from app.clock import now, today
from app.collectives.models import Collective
from app.db import db
from app.events import Event
from app.jobs import tick
from app.keys import digest
from app.proposals.models import Proposal
from app.votes.box import key_file
from app.votes.models import Ballot, Envelope, Vote, Voter

RULES = {
    "question": "Zullen we een schuur bouwen?",
    "method": "yes_no",
    "options": "",
    "electorate": "residents",
    "quorum": "0",
    "threshold": "majority",
    "closes_on": str(today() + timedelta(days=5)),
}


def cast(client, vote, *numbers):
    return client.post(f"/votes/{vote.id}/ballot", data={"choice": list(numbers)})


def prepared(client, proposal, **changes):
    response = client.post(f"/votes/new/{proposal.id}", data={**RULES, **changes})
    assert response.status_code == 303, response.text
    return db.session.get(Vote, int(response.location.rsplit("/", 1)[1]))


def opened(client, proposal, **changes):
    vote = prepared(client, proposal, **changes)
    client.post(f"/votes/{vote.id}/opening")
    assert vote.is_open
    return vote


def residents(world, number):
    batch = db.session.scalar(select(CodeBatch).order_by(CodeBatch.id))
    return [person for person in db.session.query(type(world.amina)).all() if person.batch is batch][:number]


def test_a_ballot_goes_into_the_box_and_nobody_can_read_it(world, as_):
    envelopes = db.session.query(Envelope).count()
    assert cast(as_(world.amina), world.roof_vote, 1, 2).status_code == 303
    assert db.session.query(Envelope).count() == envelopes + 1
    assert db.session.get(Voter, (world.roof_vote.id, world.amina.id))
    assert db.session.query(Ballot).where(Ballot.vote_id == world.roof_vote.id).count() == 0


def test_a_second_ballot_replaces_the_first(world, as_):
    vote = opened(as_(world.fleur), world.shed)
    people = residents(world, 12)
    for person in people:
        cast(as_(person), vote, 2)
    for person in people:
        cast(as_(person), vote, 1)
    as_(world.fleur).post(f"/votes/{vote.id}/closure")
    assert vote.tally["counts"] == {"1": 12, "2": 0, "3": 0} and vote.tally["reason"] == "adopted"


def test_all_envelopes_have_one_length_whatever_is_in_them(world, as_):
    for person, choice in ((world.amina, (1,)), (world.bram, (1, 2, 3))):
        cast(as_(person), world.roof_vote, *choice)
    assert set(db.session.scalars(select(func.length(Envelope.sealed)))) == {560}


def test_after_the_count_nothing_ties_a_ballot_to_a_person(world, as_):
    vote = opened(as_(world.fleur), world.shed)
    people = residents(world, 15)
    for person in people:
        cast(as_(person), vote, 1 + person.id % 2)
    assert key_file(vote.id).exists()
    as_(world.fleur).post(f"/votes/{vote.id}/closure")
    tick()
    assert not key_file(vote.id).exists()
    assert db.session.query(Envelope).where(Envelope.vote_id == vote.id).count() == 0
    ballots = db.session.execute(text("SELECT * FROM ballot WHERE vote_id = :id"), {"id": vote.id}).all()
    assert len(ballots) == 15 and set(Ballot.__table__.columns.keys()) == {"vote_id", "receipt", "choice"}


def test_the_envelopes_cannot_be_dug_up_from_the_files(app, world, as_):
    vote = opened(as_(world.fleur), world.shed)
    for person in residents(world, 15):
        cast(as_(person), vote, 1)
    sealed = db.session.scalars(select(Envelope.sealed).where(Envelope.vote_id == vote.id)).all()
    db.session.rollback()

    def dug_up():
        files = [path.read_bytes() for path in app.config["INSTANCE"].glob("buurtstem.db*")]
        return sum(envelope[:64] in file for envelope in sealed for file in files)

    assert dug_up() >= 15  # the test can find them while they are there
    as_(world.fleur).post(f"/votes/{vote.id}/closure")
    tick()
    assert dug_up() == 0


def test_no_event_tells_that_or_when_somebody_voted(world, as_):
    before = db.session.query(Event).count()
    cast(as_(world.amina), world.roof_vote, 1)
    assert db.session.query(Event).count() == before


@pytest.mark.parametrize("name", [None, "amina", "fleur", "daan"])
def test_results_are_hidden_from_everybody_until_the_vote_closes(world, as_, name):
    person = name and getattr(world, name)
    page = as_(person).get(f"/votes/{world.roof_vote.id}").text
    assert "people voted" not in page and 'class="bar"' not in page
    assert "roof" not in as_(person).get("/open-data/votes").text


def test_a_closed_vote_takes_no_ballots(world, as_):
    assert cast(as_(world.amina), world.lamps_vote, 1).status_code == 403


def test_a_vote_closes_and_counts_itself_after_its_last_day(world, as_):
    vote = world.roof_vote
    with time_machine.travel(now() + timedelta(days=(vote.closes_on - today()).days + 1)):
        assert cast(as_(world.amina), vote, 1).status_code == 403
        tick()
        assert vote.is_closed and vote.tally["ballots"] == 17


def test_who_came_after_the_opening_is_not_on_the_list(world, as_):
    _batch, codes = CodeBatch.make(None, "Te laat", 1)
    late = AccessCode.named(codes[0]).spend("nl")
    db.session.commit()
    assert cast(as_(late), world.roof_vote, 1).status_code == 403
    assert "not on the list" in as_(late).get(f"/votes/{world.roof_vote.id}").text


def test_a_place_given_back_votes_on_and_nobody_is_counted_twice(world, as_):
    size = world.roof_vote.count_electorate()
    old = draw_code()
    world.amina.place = digest("place", old)
    _batch, new = CodeBatch.make_replacement(None, "Vervangende brief")
    db.session.commit()
    phone = as_(None)
    assert phone.post("/code", data={"code": new, "old_code": old}).status_code == 303
    assert cast(phone, world.roof_vote, 1).status_code == 303
    assert db.session.get(Voter, (world.roof_vote.id, world.amina.id))
    assert world.roof_vote.count_electorate() == size


def test_codes_withdrawn_at_the_opening_and_restored_later_are_not_on_the_list(world, as_):
    batch, codes = CodeBatch.make(None, "Weg", 3)
    early = AccessCode.named(codes[0]).spend("nl")
    db.session.commit()
    vote = prepared(as_(world.fleur), world.square)
    size = vote.count_electorate()
    with time_machine.travel(now() + timedelta(days=1)):
        batch.revoke(by=None)
        db.session.commit()
        as_(world.fleur).post(f"/votes/{vote.id}/opening")
        assert vote.electorate_size == size - 2
    with time_machine.travel(now() + timedelta(days=2)):
        batch.restore(by=None)
        late = AccessCode.named(codes[1]).spend("nl")
        db.session.commit()
        assert vote.includes(early) and not vote.includes(late)


def test_hosts_without_a_code_the_council_and_strangers_do_not_vote(world, as_):
    for person in (world.eva, world.daan):
        assert cast(as_(person), world.roof_vote, 1).status_code == 403
    assert cast(as_(None), world.roof_vote, 1).location == "/code"


def test_a_members_vote_is_for_members(world, as_):
    proposal = world.square  # of greens, which has members enough
    vote = opened(as_(world.fleur), proposal, electorate="members")
    assert vote.electorate_size == sum(m.person.is_resident for m in world.greens.memberships)
    assert cast(as_(world.amina), vote, 1).status_code == 303
    outsider = next(
        p for p in residents(world, 60) if all(m.collective_id != world.greens.id for m in p.memberships)
    )
    assert cast(as_(outsider), vote, 1).status_code == 403


def test_among_too_few_people_no_secret_vote_opens(app, as_):
    host = Person(name="Fleur")
    db.session.add(host)
    Role.give(host, "host")
    proposal = Proposal.draft(host, Collective.found(host, "Klein", "Klein", "nl"), "Iets", "Iets", "nl")
    proposal.submit(host)
    db.session.commit()
    fleur = as_(host)
    vote = prepared(fleur, proposal)
    fleur.post(f"/votes/{vote.id}/opening")
    assert not vote.is_public and not key_file(vote.id).exists()
    assert "at least 10 people" in fleur.get(f"/votes/{vote.id}").text


def test_with_few_ballots_only_the_decision_is_told(world, as_, visitor):
    vote = opened(as_(world.fleur), world.shed)
    for person in residents(world, 4):
        cast(as_(person), vote, 1)
    as_(world.fleur).post(f"/votes/{vote.id}/closure")
    page = visitor.get(f"/votes/{vote.id}").text
    assert "Adopted." in page and "4 votes" not in page and "Fewer than 10" in page
    assert not any(
        "schuur" in line and ",4," in line for line in visitor.get("/open-data/votes").text.splitlines()
    )


def test_a_quorum_that_is_not_met_decides_nothing(world, as_):
    vote = opened(as_(world.fleur), world.shed, quorum="90")
    for person in residents(world, 12):
        cast(as_(person), vote, 1)
    as_(world.fleur).post(f"/votes/{vote.id}/closure")
    assert vote.tally["reason"] == "no_quorum" and vote.tally["winners"] == []


def test_without_its_key_a_box_stays_shut_and_whole(world, as_):
    kept = key_file(world.roof_vote.id).read_bytes()
    key_file(world.roof_vote.id).unlink()
    fleur = as_(world.fleur)
    fleur.post(f"/votes/{world.roof_vote.id}/closure")
    assert "cannot be opened" in fleur.get("/about").text
    assert world.roof_vote.is_open and db.session.query(Envelope).count() == 17
    key_file(world.roof_vote.id).write_bytes(kept)
    fleur.post(f"/votes/{world.roof_vote.id}/closure")
    assert world.roof_vote.tally["ballots"] == 17


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("method", "", "Choose one"),
        ("options", "Een\nTwee", "has no options of its own"),
        ("quorum", "101", "from 0 to 100"),
        ("quorum", "veel", "from 0 to 100"),
        ("closes_on", "2020-01-01", "still to come"),
    ],
)
def test_rules_that_are_not_right_are_refused_with_the_reason(world, as_, field, value, word):
    response = as_(world.fleur).post(f"/votes/new/{world.shed.id}", data={**RULES, field: value})
    assert response.status_code == 422 and word in response.text and RULES["question"] in response.text


def test_an_approval_vote_needs_options_that_differ(world, as_):
    for options in ("Een", "Een\neen", ""):
        data = {**RULES, "method": "approval", "options": options}
        assert as_(world.fleur).post(f"/votes/new/{world.shed.id}", data=data).status_code == 422


def test_an_unknown_choice_is_refused_in_place(world, as_):
    assert cast(as_(world.amina), world.roof_vote, 99).status_code == 422
    assert db.session.get(Voter, (world.roof_vote.id, world.amina.id)) is None


def test_a_resident_cannot_open_or_close(world, as_):
    amina = as_(world.amina)
    assert amina.post(f"/votes/{world.roof_vote.id}/closure").status_code == 403
    assert amina.post(f"/votes/{world.evenings_vote.id}/opening").status_code == 403


def test_the_tally_can_be_counted_again_from_the_ballots(world):
    vote = world.trees
    counts = {str(option.number): 0 for option in vote.options}
    for choice in db.session.execute(text("SELECT choice FROM ballot WHERE vote_id = :id"), {"id": vote.id}):
        for number in json.loads(choice[0]):
            counts[str(number)] += 1
    assert counts == vote.tally["counts"]
