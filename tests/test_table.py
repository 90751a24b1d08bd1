"""The table: who votes on paper is found, marked, and never twice; two tellers undo a mistake."""

import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import AccessCode, CodeBatch, Person, Session
from app.db import db
from app.events import Event
from app.jobs import tick
from app.votes.box import Envelope
from app.votes.electorate import Roll
from app.votes.models import sweep_rolls
from app.votes.table import PaperMistake, spaced_number
from tests.test_votes import cast, opened, residents


def search(client, vote, typed):
    return client.post(f"/votes/{vote.id}/table/search", data={"voter": typed})


def mark(client, vote, key):
    return client.post(f"/votes/{vote.id}/table/marks", data={"voter": key})


def handled(vote, person):
    return db.session.scalar(select(Roll.handled).where(Roll.vote_id == vote.id, Roll.person_id == person.id))


# At the table


def test_a_teller_finds_a_voter_by_number_by_letter_and_by_name(world, as_):
    vote, fleur = world.roof_vote, as_(world.fleur)
    number = vote.number_of(world.amina)
    assert spaced_number(number) in as_(world.amina).get(f"/votes/{vote.id}").text
    for typed in (number, number.lower(), spaced_number(number), "amina", "AMIN"):
        found = search(fleur, vote, typed)
        assert "Amina" in found.text and world.amina.batch.label in found.text, typed
        assert found.headers["Cache-Control"] == "no-store"


def test_who_is_not_on_the_roll_is_not_found(world, as_):
    assert not world.roof_vote.includes(world.eva)
    for typed in (world.eva.name, world.roof_vote.number_of(world.eva), "7K2M-9QXA-4TD", "ZZZZZZ", ""):
        answer = search(as_(world.fleur), world.roof_vote, typed)
        assert answer.status_code == 422 and "Gets a ballot paper" not in answer.text, typed


def test_only_tellers_of_this_vote_sit_at_its_table(world, as_):
    vote = world.roof_vote
    for person in (world.amina, world.daan, None):
        assert as_(person).get(f"/votes/{vote.id}/table").status_code != 200
        assert mark(as_(person), vote, vote.number_of(world.amina)).status_code in (302, 303, 403)
    assert handled(vote, world.amina) is None or handled(vote, world.amina) < 2
    assert as_(world.fleur).get(f"/votes/{world.crossing_vote.id}/table").status_code == 403  # closed


def test_paper_takes_the_envelope_out_of_the_box_and_refuses_another(world, as_):
    vote, amina = world.roof_vote, as_(world.amina)
    assert cast(amina, vote, 1).status_code == 200
    envelopes = db.session.query(Envelope).count()
    answer = mark(as_(world.fleur), vote, vote.number_of(world.amina))
    assert answer.status_code == 303 and handled(vote, world.amina) == 2
    assert db.session.query(Envelope).count() == envelopes - 1
    answer = cast(amina, vote, 2)
    assert answer.status_code == 409 and "You vote on paper" in answer.text
    assert db.session.query(Envelope).count() == envelopes - 1
    assert "You vote on paper" in amina.get(f"/votes/{vote.id}").text


def test_nobody_gets_two_papers(world, as_):
    vote, fleur = world.roof_vote, as_(world.fleur)
    number = vote.number_of(world.amina)
    mark(fleur, vote, number)
    assert "Give no second paper" in search(fleur, vote, number).text
    again = mark(fleur, vote, number)
    assert "Give no second paper" in fleur.get(again.location).text and vote.handled(2) == 1


def test_a_mark_leaves_no_trace_of_its_time(world, as_):
    vote, fleur = world.roof_vote, as_(world.fleur)
    events = db.session.query(Event).count()
    mark(fleur, vote, vote.number_of(world.amina))
    assert db.session.query(Event).count() == events
    for table in ("roll", "paper_mistake"):
        made = db.session.scalar(text(f"SELECT sql FROM sqlite_master WHERE name = '{table}'"))
        assert "WITHOUT ROWID" in made and not re.search(r"\w+_(at|on)\b", made)


def test_who_was_marked_without_having_voted_gets_a_mail_and_others_do_not(world, as_, post_office):
    vote, fleur = world.roof_vote, as_(world.fleur)
    world.amina.take_email("amina@example.nl")
    world.bram.take_email("bram@example.nl")
    db.session.commit()
    cast(as_(world.bram), vote, 1)
    tick()
    post_office.received.clear()
    for person in (world.amina, world.bram):
        mark(fleur, vote, vote.number_of(person))
    tick()
    (mail,) = post_office.received
    words = mail.get_body(("plain",)).get_content()
    assert "amina" in mail["To"] and ("ballot paper" in words or "stembiljet" in words)


# With a letter that nobody used


@pytest.fixture
def letter(world):
    """A code that is older than the vote, and the vote."""
    _batch, codes = CodeBatch.make(None, "Wilgenpad", 2)
    vote, _keys = opened(world, world.shed)
    return vote, codes


def test_a_letter_that_nobody_used_gets_a_paper_and_lets_its_owner_in_later(world, as_, letter):
    vote, (code, _other) = letter
    fleur, people = as_(world.fleur), db.session.query(Person).count()
    assert "Wilgenpad" in search(fleur, vote, code).text
    assert db.session.query(Person).count() == people  # looking up makes nobody
    size = vote.count_electorate()
    assert mark(fleur, vote, code).status_code == 303 and vote.count_electorate() == size
    person = Person.who_came_with(code)
    assert handled(vote, person) == 2 and person.joined_on is None
    assert "Give no second paper" in search(fleur, vote, code).text
    phone = as_(None)
    assert phone.post("/code", data={"code": code}).status_code == 303
    assert "You vote on paper" in phone.get(f"/votes/{vote.id}").text
    assert person.joined_on is not None and db.session.query(Person).count() == people + 1


def test_a_letter_lets_in_once_also_after_the_table(world, as_, letter):
    vote, (code, _other) = letter
    mark(as_(world.fleur), vote, code)
    assert as_(None).post("/code", data={"code": code}).status_code == 303
    answer = as_(None).post("/code", data={"code": code})
    assert answer.status_code == 422 and "used already" in answer.text
    assert db.session.query(Session).where(Session.person_id == Person.who_came_with(code).id).count() == 1


def test_a_letter_from_after_the_opening_gets_no_paper(world, as_):
    _batch, (code,) = CodeBatch.make(None, "Te laat", 1)
    db.session.commit()
    assert search(as_(world.fleur), world.roof_vote, code).status_code == 422
    assert mark(as_(world.fleur), world.roof_vote, code).status_code == 422
    assert not AccessCode.named(code).is_used


def test_who_has_only_a_place_at_the_table_does_not_break_the_hosts_page(world, as_, letter):
    vote, (code, _other) = letter
    mark(as_(world.fleur), vote, code)
    batch = Person.who_came_with(code).batch
    assert as_(world.fleur).get(f"/admin/codes/{batch.id}").status_code == 200


# A mark by mistake


def regret(client, vote, person, then="mistakes"):
    return client.post(f"/votes/{vote.id}/table/{then}", data={"voter": vote.number_of(person)})


def test_two_tellers_undo_a_mark_and_one_alone_does_not(world, as_):
    vote, fleur, samira = world.roof_vote, as_(world.fleur), as_(world.samira)
    mark(fleur, vote, vote.number_of(world.amina))
    regret(fleur, vote, world.amina)
    regret(fleur, vote, world.amina, "corrections")
    assert handled(vote, world.amina) == 2
    assert "a teller wants undone" in as_(world.amina).get("/me/data").text
    assert "Undo the mark" in samira.get(f"/votes/{vote.id}/table").text
    assert "Undo the mark" not in fleur.get(f"/votes/{vote.id}/table").text
    regret(samira, vote, world.amina, "corrections")
    assert handled(vote, world.amina) == 0 and db.session.query(PaperMistake).count() == 0
    last = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last.name == "mark.undone" and "amina" not in str(last.particulars).lower()
    assert cast(as_(world.amina), vote, 1).status_code == 200


def test_a_mark_that_was_right_stays(world, as_):
    vote, fleur, samira = world.roof_vote, as_(world.fleur), as_(world.samira)
    mark(fleur, vote, vote.number_of(world.amina))
    regret(fleur, vote, world.amina)
    regret(samira, vote, world.amina, "mistakes/refusal")
    assert handled(vote, world.amina) == 2 and vote.mistakes() == []


@pytest.mark.parametrize("to", [0, 1, 3])
def test_the_database_itself_keeps_a_mark(world, as_, to):
    vote = world.roof_vote
    mark(as_(world.fleur), vote, vote.number_of(world.amina))
    change = text(
        f"UPDATE roll SET handled = {to} WHERE vote_id = {vote.id} AND person_id = {world.amina.id}"
    )
    with pytest.raises(IntegrityError, match="a paper came in"):
        db.session.execute(change)


def test_the_database_itself_puts_one_s_own_envelope_above_a_proxy_s(world):
    vote, _keys = opened(world, world.shed, [(1,)])
    person = residents(world, 1)[0]
    change = text(f"UPDATE roll SET handled = 3 WHERE vote_id = {vote.id} AND person_id = {person.id}")
    with pytest.raises(IntegrityError):
        db.session.execute(change)


def test_a_mark_goes_with_the_roll(world, as_):
    vote, fleur = world.roof_vote, as_(world.fleur)
    mark(fleur, vote, vote.number_of(world.amina))
    regret(fleur, vote, world.amina)
    vote.void(world.fleur, "Anders")
    db.session.commit()
    sweep_rolls(vote.voided_at)
    assert db.session.query(PaperMistake).count() == 0
    assert db.session.query(Roll).where(Roll.vote_id == vote.id).count() == 0
