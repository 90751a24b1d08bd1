"""A vote and its ballots: who may vote, what comes of it. Tellers and the count: tests/test_tellers.py."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts.models import AccessCode, CodeBatch, Person, draw_code
from app.accounts.roles import Role
from app.clock import now, today
from app.collectives.models import Collective
from app.core.receipts import fingerprint
from app.db import db
from app.events import Event
from app.jobs import tick
from app.keys import digest
from app.mail import Mail
from app.proposals.models import Proposal
from app.votes.box import Ballot, Envelope
from app.votes.electorate import Roll
from app.votes.models import Vote
from app.votes.tellers import KeyWrap
from tests import tellers
from tests.tellers import after_the_last_day, counted

RULES = {
    "question": "Zullen we een schuur bouwen?",
    "method": "yes_no",
    "options": "",
    "secrecy": "secret",
    "receipts": "list",
    "electorate": "residents",
    "quorum": "0",
    "threshold": "majority",
    "closes_on": str(today() + timedelta(days=5)),
}


def cast(client, vote, *numbers, **more):
    return client.post(f"/votes/{vote.id}/ballot", data={"choice": list(numbers), **more})


def receipt_on(page):
    return "".join(re.search(r'<strong class="code">([0-9A-Z ]+)</strong>', page).group(1).split())


def prepared(client, proposal, **changes):
    response = client.post(f"/votes/new/{proposal.id}", data={**RULES, **changes})
    assert response.status_code == 303, response.text
    return db.session.get(Vote, int(response.location.rsplit("/", 1)[1]))


def opened(world, proposal, ballots=(), **rules):
    """A vote that is open, with these choices in its box, and the keys of its tellers."""
    rules = {**RULES, **rules}
    labels = rules.pop("labels", ["Ja", "Nee", "Onthouding"])
    facts = {name: value for name, value in rules.items() if name not in ("options", "quorum", "closes_on")}
    facts |= {"quorum": int(rules["quorum"]), "closes_on": today() + timedelta(days=5)}
    vote = Vote.prepare(world.fleur, proposal, labels, **facts)
    keys = tellers.hand_out_keys(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    vote.open(world.fleur)
    for person, choice in zip(residents(world, len(ballots)), ballots, strict=True):
        vote.cast(person, frozenset(choice))
    db.session.commit()
    return vote, keys


def residents(world, number):
    batch = db.session.scalar(select(CodeBatch).order_by(CodeBatch.id))
    return [person for person in db.session.query(type(world.amina)).all() if person.batch is batch][:number]


# Casting


def test_yes_and_no_are_said_in_the_language_of_the_proposal(world, as_):
    vote = prepared(as_(world.fleur), world.shed)  # whoever prepares it in English
    assert [option.label for option in vote.options] == ["Ja", "Nee", "Blanco"]


def test_a_ballot_goes_into_the_box_and_nobody_can_read_it(world, as_):
    envelopes = db.session.query(Envelope).count()
    assert cast(as_(world.amina), world.roof_vote, 1, 2).status_code == 200
    assert db.session.query(Envelope).count() == envelopes + 1
    assert db.session.get(Roll, (world.roof_vote.id, world.amina.id)).handled == 1
    assert db.session.query(Ballot).where(Ballot.vote_id == world.roof_vote.id).count() == 0


def test_the_receipt_and_the_seal_stand_in_the_answer_itself_and_nowhere_else(world, as_):
    amina = as_(world.amina)
    answer = cast(amina, world.roof_vote, 1, own_digits="1966")
    receipt = receipt_on(answer.text)
    assert re.fullmatch("[0-9A-Z]{8}1966", receipt) and answer.headers["Cache-Control"] == "no-store"
    sealed = db.session.get(Envelope, (world.roof_vote.id, world.amina.id)).sealed
    assert fingerprint(sealed)[:4] in answer.text and "Location" not in answer.headers
    page = amina.get(f"/votes/{world.roof_vote.id}").text
    assert "An envelope of yours is in the box" in page and receipt[:4] not in page


def test_the_answer_is_as_long_for_every_choice(world, as_):
    amina = as_(world.amina)
    lengths = {len(cast(amina, world.roof_vote, *choice).data) for choice in ((), (1,), (2, 3), (1, 2, 3, 4))}
    assert len(lengths) == 1


def test_sending_a_ballot_again_does_no_harm(world, as_):
    amina, before = as_(world.amina), db.session.query(Envelope).count()
    receipts = {receipt_on(cast(amina, world.roof_vote, 1).text) for _again in range(3)}
    assert len(receipts) == 3 and db.session.query(Envelope).count() == before + 1


def test_a_second_ballot_replaces_the_first(world):
    vote, keys = opened(world, world.shed)
    for choice in (2, 1):
        for person in residents(world, 12):
            vote.cast(person, frozenset({choice}))
    counted(vote, keys)
    assert vote.tally["counts"] == {"1": 12, "2": 0, "3": 0} and vote.tally["reason"] == "adopted"


def test_all_envelopes_have_one_length_whatever_is_in_them(world, as_):
    for person, choice in ((world.amina, (1,)), (world.bram, (1, 2, 3))):
        cast(as_(person), world.roof_vote, *choice)
    assert set(db.session.scalars(select(func.length(Envelope.sealed)))) == {560}


@pytest.mark.parametrize("digits", ["12", "abcd", "12345", "1 23"])
def test_own_digits_are_four_digits(world, as_, digits):
    assert cast(as_(world.amina), world.roof_vote, 1, own_digits=digits).status_code == 422


def test_an_unknown_choice_is_refused_in_place(world, as_):
    assert cast(as_(world.amina), world.roof_vote, 99).status_code == 422
    assert not world.roof_vote.has_ballot_of(world.amina)


def test_no_event_tells_that_or_when_somebody_voted(world, as_):
    before = db.session.query(Event).count()
    cast(as_(world.amina), world.roof_vote, 1)
    assert db.session.query(Event).count() == before


def test_one_mail_tells_of_the_first_envelope_and_none_of_a_change(world, as_, post_office):
    world.amina.take_email("amina@example.nl")
    db.session.commit()
    for choice in (1, 2, 3, 4):
        cast(as_(world.amina), world.roof_vote, choice)
    tick()
    (mail,) = post_office.received
    words = mail.get_body(("plain",)).get_content()
    assert "You voted" in words or "Je hebt gestemd" in words
    assert not any(option.label in words for option in world.roof_vote.options)


@pytest.mark.parametrize("name", [None, "amina", "fleur", "daan"])
def test_results_are_hidden_from_everybody_until_the_count(world, as_, name):
    person = name and getattr(world, name)
    for vote in (world.roof_vote, world.crossing_vote):
        page = as_(person).get(f"/votes/{vote.id}").text
        assert "people voted" not in page and 'class="bar"' not in page
        for part in ("ballots", "ballots/file", "receipt"):
            assert as_(person).get(f"/votes/{vote.id}/{part}").status_code == 404
    assert "roof" not in as_(person).get("/open-data/votes").text


def test_while_a_vote_is_open_the_number_of_ballots_goes_in_steps(world, visitor):
    told = set()
    for person in residents(world, 9):
        vote = world.roof_vote
        vote.cast(person, frozenset({1}))
        db.session.commit()
        told |= set(re.findall(r"At least (\d+) people", visitor.get(f"/votes/{vote.id}").text))
    assert told and all(int(number) % 5 == 0 for number in told)


def test_a_closed_vote_takes_no_ballots(world, as_):
    for vote in (world.lamps_vote, world.crossing_vote):
        assert cast(as_(world.amina), vote, 1).status_code == 403


# Its course


def test_a_secret_vote_closes_after_its_last_day_and_waits_for_its_tellers(world, as_):
    vote = world.roof_vote
    with time_machine.travel(now() + timedelta(days=(vote.closes_on - today()).days + 1)):
        assert cast(as_(world.amina), vote, 1).status_code == 403
        tick()
        assert vote.awaits_count and not vote.is_counted and vote.tally is None
        page = as_(world.amina).get(f"/votes/{vote.id}").text
        assert "17 envelopes are in the box" in page and vote.box_sha256[:16] in page


def test_a_vote_does_not_close_before_its_last_day_has_passed(world):
    world.roof_vote.close()
    assert world.roof_vote.is_open


def test_what_is_fixed_can_be_taken_away_and_has_the_fingerprint_that_the_page_shows(world, visitor):
    page = visitor.get(f"/votes/{world.roof_vote.id}").text
    terms = visitor.get(f"/votes/{world.roof_vote.id}/terms")
    mark = fingerprint(terms.data)
    assert " ".join(re.findall("....", mark[:16])) in page
    fixed = json.loads(terms.data)
    assert fixed["question"] == world.roof_vote.question and len(fixed["options"]) == 4
    assert fixed["electorate"]["size"] == world.roof_vote.electorate_size
    assert any(mark in str(event.particulars) for event in db.session.scalars(select(Event)))


FIXED = {
    "question": "'Iets anders?'", "method": "'yes_no'", "quorum": "99", "threshold": "'two_thirds'",
    "closes_on": "'2030-01-01'", "electorate": "'members'", "electorate_size": "3", "receipts": "'none'",
    "secrecy": "'open'", "public_key": "x'00'", "spec": "'{}'", "opened_at": "'2020-01-01'",
}  # fmt: skip


@pytest.mark.parametrize("column", FIXED)
def test_the_database_refuses_to_change_what_is_fixed(world, column):
    change = text(f"UPDATE vote SET {column} = {FIXED[column]} WHERE id = {world.roof_vote.id}")
    with pytest.raises(IntegrityError, match="does not change"):
        db.session.execute(change)


def test_every_column_of_a_vote_is_either_fixed_at_the_opening_or_its_course(app):
    guard = "SELECT group_concat(sql, ' ') FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'vote'"
    guarded = set(re.findall(r"new\.(\w+) IS NOT old", db.session.scalar(text(guard))))
    assert guarded == {column.key for column in Vote.__table__.columns}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE option SET label = 'x' WHERE vote_id = :open", "options are fixed"),
        ("DELETE FROM option WHERE vote_id = :open", "options are fixed"),
        ("INSERT INTO option (vote_id, number, label) VALUES (:open, 9, 'x')", "options are fixed"),
        ("INSERT INTO roll VALUES (:closed, :eva, 0)", "roll is full"),
        ("DELETE FROM roll WHERE vote_id = :open", "roll stays"),
        ("UPDATE roll SET handled = 0 WHERE vote_id = :open", "not open"),
        ("UPDATE roll SET handled = 1 WHERE vote_id = :closed", "not open"),
        ("DELETE FROM envelope WHERE vote_id = :open", "stays in the box"),
        ("DELETE FROM envelope WHERE vote_id = :closed", "stays in the box"),
        ("UPDATE envelope SET sealed = zeroblob(560) WHERE vote_id = :closed", "box is shut"),
        ("DELETE FROM seal WHERE vote_id = :closed", "a seal stays"),
        ("INSERT INTO ballot VALUES (:open, 'X', '1')", "counted once"),
        ("INSERT INTO ballot VALUES (:counted, 'X', '1')", "counted once"),
        ("UPDATE ballot SET choice = '2' WHERE vote_id = :counted", "does not change"),
        ("DELETE FROM ballot WHERE vote_id = :counted", "stays"),
        ("UPDATE vote SET tally = '{}' WHERE id = :counted", "what came of a vote"),
        ("UPDATE teller SET person_id = :eva WHERE vote_id = :open AND slot = 1", "tellers are fixed"),
        ("UPDATE teller SET public_key = x'00' WHERE vote_id = :open", "tellers are fixed"),
        ("DELETE FROM teller WHERE vote_id = :open", "tellers are fixed"),
        ("INSERT INTO named_ballot VALUES (:open, :eva, '1')", "takes no names"),
    ],
)  # fmt: skip
def test_the_database_itself_guards_the_box(world, change, sentence):
    known = {"open": world.roof_vote.id, "closed": world.crossing_vote.id, "counted": world.trees.id}
    known["eva"] = world.eva.id
    with pytest.raises(IntegrityError, match=sentence):
        db.session.execute(text(change), {key: known[key] for key in re.findall(r":(\w+)", change)})


def test_a_vote_can_be_ended_without_an_outcome_and_its_ballots_are_destroyed(world, as_, visitor):
    vote, note = world.roof_vote, "De vraag klopte niet."
    samira = as_(world.wout)  # hosts the collective
    assert samira.post(f"/votes/{vote.id}/voiding", data={"note": ""}).status_code == 422
    assert samira.post(f"/votes/{vote.id}/voiding", data={"note": note}).status_code == 303
    assert vote.is_void and not vote.is_open and vote.tally is None
    for model in (Envelope, KeyWrap):
        assert db.session.query(model).where(model.vote_id == vote.id).count() == 0
    assert note in visitor.get(f"/votes/{vote.id}").text
    assert vote.proposal.is_in_preparation  # the text may change, and a new vote can be held
    assert cast(as_(world.amina), vote, 1).status_code == 403


def test_a_counted_vote_cannot_be_ended(world, as_):
    assert as_(world.fleur).get(f"/votes/{world.trees.id}/voiding").status_code == 403


# The roll


def test_the_roll_is_written_at_the_opening(world):
    vote, _keys = opened(world, world.shed)
    people = set(db.session.scalars(select(Person.id).where(Person.batch_id.is_not(None))))
    assert set(db.session.scalars(select(Roll.person_id).where(Roll.vote_id == vote.id))) == people
    assert vote.electorate_size > len(people)  # the codes that nobody used yet
    assert set(Roll.__table__.columns.keys()) == {"vote_id", "person_id", "handled"}


def test_who_came_after_the_opening_is_not_on_the_list(world, as_):
    _batch, codes = CodeBatch.make(None, "Te laat", 1)
    late = AccessCode.named(codes[0]).spend("nl")
    db.session.commit()
    assert cast(as_(late), world.roof_vote, 1).status_code == 403
    assert "not on the roll" in as_(late).get(f"/votes/{world.roof_vote.id}").text


def test_a_code_that_is_older_than_the_opening_lets_its_person_onto_the_roll(world, as_):
    with clock.at(world.roof_vote.opened_at - timedelta(days=1)):
        _batch, codes = CodeBatch.make(None, "Op tijd", 1)
    vote, _keys = opened(world, world.shed)
    person = AccessCode.named(codes[0]).spend("nl")
    db.session.commit()
    assert vote.place_of(person) is None and cast(as_(person), vote, 1).status_code == 200
    assert vote.place_of(person).handled == 1


def test_nobody_gets_onto_a_roll_that_is_full(world):
    vote, _keys = opened(world, world.shed)
    room = vote.electorate_size - db.session.query(Roll).where(Roll.vote_id == vote.id).count()
    for _one in range(room):
        person = Person(batch=residents(world, 1)[0].batch)
        db.session.add(person)
        vote.take_place(person)
    db.session.add(one_more := Person())
    with pytest.raises(IntegrityError, match="roll is full"):
        vote.take_place(one_more)


def test_a_place_given_back_votes_on_and_nobody_is_counted_twice(world, as_):
    size = world.roof_vote.count_electorate()
    old = draw_code()
    world.amina.place = digest("place", old)
    _batch, new = CodeBatch.make_replacement(None, "Vervangende brief")
    assert world.roof_vote.count_electorate() == size
    db.session.commit()
    phone = as_(None)
    assert phone.post("/code", data={"code": new, "old_code": old}).status_code == 303
    assert cast(phone, world.roof_vote, 1).status_code == 200
    assert world.roof_vote.has_ballot_of(world.amina)
    assert world.roof_vote.count_electorate() == size


def test_codes_withdrawn_at_the_opening_and_restored_later_are_not_on_the_list(world):
    batch, codes = CodeBatch.make(None, "Weg", 3)
    early = AccessCode.named(codes[0]).spend("nl")
    size = world.evenings_vote.count_electorate()
    batch.revoke(by=None)
    vote, _keys = opened(world, world.square)
    assert vote.electorate_size == size - 2
    batch.restore(by=None)
    late = AccessCode.named(codes[1]).spend("nl")
    db.session.flush()
    assert vote.includes(early) and not vote.includes(late)


def test_hosts_without_a_code_the_council_and_strangers_do_not_vote(world, as_):
    for person in (world.eva, world.daan):
        assert cast(as_(person), world.roof_vote, 1).status_code == 403
    assert cast(as_(None), world.roof_vote, 1).location == "/code"


def test_a_members_vote_is_for_who_was_a_member_at_the_opening(world, as_):
    vote, _keys = opened(world, world.square, electorate="members")  # greens has members enough
    assert vote.electorate_size == sum(m.person.is_resident for m in world.greens.memberships)
    assert cast(as_(world.amina), vote, 1).status_code == 200
    outsider = next(
        p for p in residents(world, 60) if all(m.collective_id != world.greens.id for m in p.memberships)
    )
    world.greens.admit(outsider)
    db.session.commit()
    assert cast(as_(outsider), vote, 1).status_code == 403


def test_a_vote_can_be_for_one_street(world, as_):
    street, other = world.amina.batch, world.naima.batch
    vote = prepared(as_(world.fleur), world.shed, electorate="batches", batches=[street.id])
    assert vote.count_electorate() == street.used  # its other codes have ended
    tellers.opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    assert street.label in as_(None).get(f"/votes/{vote.id}").text and other.id != street.id
    assert cast(as_(world.amina), vote, 1).status_code == 200
    assert cast(as_(world.naima), vote, 1).status_code == 403


@pytest.mark.parametrize("changes", [{"electorate": "batches"}, {"batches": [1]}])
def test_streets_are_chosen_when_and_only_when_they_vote(world, as_, changes):
    answer = as_(world.fleur).post(f"/votes/new/{world.shed.id}", data={**RULES, **changes})
    assert answer.status_code == 422 and "not everybody votes" in answer.text


def test_among_too_few_people_no_secret_vote_opens(app, as_):
    host = Person(name="Fleur")
    others = [Person(name=name) for name in ("Amina", "Bram")]
    db.session.add_all([host, *others])
    Role.give(host, "host")
    proposal = Proposal.draft(host, Collective.found(host, "Klein", "Klein", "nl"), "Iets", "Iets", "nl")
    proposal.submit(host)
    db.session.commit()
    fleur = as_(host)
    vote = prepared(fleur, proposal)
    tellers.hand_out_keys(vote, host, [host, *others])
    assert "at least 10 people" in fleur.get(f"/votes/{vote.id}").text
    fleur.post(f"/votes/{vote.id}/opening")
    assert not vote.is_public and db.session.query(Roll).count() == 0
    assert "at least 10 people" in fleur.get("/about").text


# What comes of it


def test_after_the_count_nothing_ties_a_ballot_to_a_person(world):
    vote, keys = opened(world, world.shed, [(1 + number % 2,) for number in range(15)])
    counted(vote, keys)
    assert db.session.query(Envelope).where(Envelope.vote_id == vote.id).count() == 0
    assert db.session.query(KeyWrap).where(KeyWrap.vote_id == vote.id).count() == 0
    ballots = db.session.execute(text("SELECT * FROM ballot WHERE vote_id = :id"), {"id": vote.id}).all()
    assert len(ballots) == 15 and set(Ballot.__table__.columns.keys()) == {"vote_id", "receipt", "choice"}


def test_with_few_ballots_only_the_decision_is_told(world, visitor):
    vote, keys = opened(world, world.shed, [(1,)] * 4)
    counted(vote, keys)
    page = visitor.get(f"/votes/{vote.id}").text
    assert "Adopted." in page and "For: " not in page and "Fewer than 10" in page
    for part in ("ballots", "ballots/file", "receipt"):
        assert visitor.get(f"/votes/{vote.id}/{part}").status_code == 404
    assert not any(
        "schuur" in line and ",4," in line for line in visitor.get("/open-data/votes").text.splitlines()
    )


@pytest.mark.parametrize("yes", [20, 19, 18, 2, 1, 0])
def test_when_nearly_all_vote_alike_there_are_no_exact_figures(world, visitor, yes):
    vote, keys = opened(world, world.shed, [(1,)] * yes + [(2,)] * (20 - yes))
    counted(vote, keys)
    page = visitor.get(f"/votes/{vote.id}").text
    assert "all but a few" in page and "For: " not in page and not re.search(r">\s*([12]|1[89])\s*<", page)
    assert visitor.get(f"/votes/{vote.id}/ballots/file").status_code == 404
    listed = visitor.get(f"/votes/{vote.id}/ballots").text
    assert listed.count('class="mark"') == 20 and "<td" not in listed  # the receipts alone
    rows = [line for line in visitor.get("/open-data/votes").text.splitlines() if "schuur" in line]
    assert rows and not any(f",{yes},20," in line for line in rows)


def test_a_quorum_that_is_not_met_decides_nothing(world):
    vote, keys = opened(world, world.shed, [(1,)] * 12, quorum="90")
    counted(vote, keys)
    assert vote.tally["reason"] == "no_quorum" and vote.tally["winners"] == []


def test_the_tally_can_be_counted_again_from_the_ballots(world):
    vote = world.trees
    counts = {str(option.number): 0 for option in vote.options}
    for choice in db.session.execute(text("SELECT choice FROM ballot WHERE vote_id = :id"), {"id": vote.id}):
        for number in choice[0].split(","):
            counts[number] += 1
    assert counts == vote.tally["counts"]


# Open votes


def open_vote(world, as_):
    vote = prepared(as_(world.fleur), world.shed, secrecy="open")
    assert as_(world.fleur).post(f"/votes/{vote.id}/opening").status_code == 303
    return vote


def test_an_open_vote_takes_a_name_and_a_yes_to_showing_it(world, as_):
    vote, nameless = open_vote(world, as_), next(p for p in residents(world, 30) if p.name is None)
    assert cast(as_(world.amina), vote, 1).status_code == 422
    answer = cast(as_(nameless), vote, 1, shows_name="y")
    assert answer.status_code == 422 and "Fill in your name first" in answer.text
    assert cast(as_(world.amina), vote, 1, shows_name="y").status_code == 200
    assert db.session.query(Envelope).where(Envelope.vote_id == vote.id).count() == 0


def test_an_open_vote_counts_itself_and_neighbours_see_who_chose_what(world, as_, visitor):
    vote = open_vote(world, as_)
    cast(as_(world.amina), vote, 2, shows_name="y")
    cast(as_(world.amina), vote, 1, shows_name="y")
    assert "Amina" not in visitor.get(f"/votes/{vote.id}").text.split("<main")[1]
    with after_the_last_day(vote):
        tick()
    assert vote.is_counted and vote.tally["counts"] == {"1": 1, "2": 0, "3": 0}
    own = as_(world.bram).get(f"/votes/{vote.id}").text.split("<main")[1]
    assert "Amina" in own and "For: 1. Against: 0." in own
    assert "Amina" not in visitor.get(f"/votes/{vote.id}").text.split("<main")[1]


# Preparing


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("method", "", "Choose one"),
        ("method", "lot", "Not a valid choice"),
        ("quorum", "101", "from 0 to 100"),
        ("quorum", "veel", "from 0 to 100"),
        ("closes_on", "2020-01-01", "still to come"),
        ("secrecy", "half", "Not a valid choice"),
    ],
)
def test_rules_that_are_not_right_are_refused_with_the_reason(world, as_, field, value, word):
    response = as_(world.fleur).post(f"/votes/new/{world.shed.id}", data={**RULES, field: value})
    assert response.status_code == 422 and word in response.text and RULES["question"] in response.text


def test_an_approval_vote_needs_options_that_differ(world, as_):
    for options in ("Een", "Een\neen", ""):
        data = {**RULES, "method": "approval", "options": options}
        assert as_(world.fleur).post(f"/votes/new/{world.shed.id}", data=data).status_code == 422


def test_a_resident_cannot_open_or_end(world, as_):
    amina = as_(world.amina)
    assert amina.post(f"/votes/{world.evenings_vote.id}/opening").status_code == 403
    assert amina.post(f"/votes/{world.roof_vote.id}/voiding", data={"note": "Nee"}).status_code == 403
    assert world.roof_vote.is_open and db.session.query(Mail).count() == 0
