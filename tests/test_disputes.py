"""Who was part of it disputes an answer, once; the decider replies once; residents say what they saw."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch
from app.clock import now, today
from app.db import db
from app.events import Event
from app.exports.tables import rows_of
from app.moderation.models import Judgement, Report
from app.responses.disputes import Dispute
from app.responses.sightings import Sighting

WHY = "De kabels kunnen ook verlegd worden, zegt het netbedrijf."
REPLY = {"reply": "Dat klopt, maar het kost meer dan de bomen zelf.", "replied_by": "Daan de Wit"}
ANSWER = {
    "decision": "no",
    "reason": "Het pad ligt in een natuurgebied en blijft donker.",
    "changes": "",
    "answered_by": "Daan",
}
SIGHT = {"seen": "no", "text": "Er staat er een, niet drie."}


@pytest.fixture
def address(world):
    return f"/requests/{world.square_request.id}"


@pytest.fixture
def newcomer(world):
    """A resident since today, who was part of nothing."""
    _batch, codes = CodeBatch.make(None, "Nieuw", 1)
    person = AccessCode.named(codes[0]).spend("nl")
    db.session.commit()
    return person


def events_of(name, subject):
    return db.session.scalars(select(Event).where(Event.name == name, Event.subject_id == subject.id)).all()


def disputes():
    return db.session.scalars(select(Dispute)).all()


# Disputes


def test_the_author_disputes_an_answer_and_everybody_reads_why(world, as_, address, visitor):
    toon = as_(world.square.author)
    assert "Dispute the answer" in toon.get(address).text
    assert toon.post(f"{address}/dispute", data={"text": WHY}).status_code == 303
    page = visitor.get(address).text
    assert WHY in page and "There is no reply yet." in page
    (event,) = events_of("request.disputed", world.square_request)
    assert event.particulars == {"decider": world.square_request.decider}
    row = next(row for row in rows_of("disputes") if row["request"] == world.square_request.id)
    assert row["text"] == WHY and row["replied"] is None


def test_an_answer_is_disputed_once_whoever_does_it(world, as_, address):
    as_(world.square.author).post(f"{address}/dispute", data={"text": WHY})
    for person in (world.square.author, world.fleur):
        assert as_(person).post(f"{address}/dispute", data={"text": WHY}).status_code == 403
        assert as_(person).get(f"{address}/dispute").status_code == 403
    assert len(disputes()) == 2  # and the one in the demo


def test_a_dispute_needs_a_reason(world, as_, address):
    for text in ("", "Nee."):
        refused = as_(world.square.author).post(f"{address}/dispute", data={"text": text})
        assert refused.status_code == 422
    assert len(disputes()) == 1  # the one in the demo


def test_without_an_answer_or_with_later_there_is_nothing_to_dispute(world, as_):
    address = f"/requests/{world.lamps_request.id}"
    samira = as_(world.samira)  # its author
    assert samira.post(f"{address}/dispute", data={"text": WHY}).status_code == 403
    later = {**ANSWER, "decision": "later", "returns_on": str(today() + timedelta(days=9))}
    as_(world.daan).post(f"{address}/response", data=later)
    assert samira.post(f"{address}/dispute", data={"text": WHY}).status_code == 403
    as_(world.daan).post(f"{address}/response", data=ANSWER)
    assert samira.post(f"{address}/dispute", data={"text": WHY}).status_code == 303


def test_the_author_speaks_first_and_after_a_week_who_took_part(world, as_):
    request = world.lamps_request
    voter = world.naima
    assert request.vote.includes(voter)
    as_(world.daan).post(f"/requests/{request.id}/response", data=ANSWER)
    for days, status in ((0, 403), (7, 403), (8, 303)):
        with time_machine.travel(now() + timedelta(days=days)):
            response = as_(voter).post(f"/requests/{request.id}/dispute", data={"text": WHY})
            assert response.status_code == status, days


def test_who_took_part_in_the_dialogue_may_and_who_did_not_may_not(world, as_, newcomer, address):
    assert as_(newcomer).post(f"{address}/dispute", data={"text": WHY}).status_code == 403
    world.square_dialogue.join(newcomer)
    db.session.commit()
    assert as_(newcomer).post(f"{address}/dispute", data={"text": WHY}).status_code == 303


def test_others_and_who_is_banned_may_not_dispute(world, as_, address):
    world.square.author.banned_until = today()
    db.session.commit()
    for person in (world.eva, world.daan, world.square.author):
        assert as_(person).post(f"{address}/dispute", data={"text": WHY}).status_code == 403
    assert as_(None).post(f"{address}/dispute", data={"text": WHY}).location == "/code"


def test_the_decider_replies_once_and_everybody_reads_it(world, as_, address, visitor):
    as_(world.square.author).post(f"{address}/dispute", data={"text": WHY})
    daan = as_(world.daan)
    assert "Reply to the dispute" in daan.get(address).text
    assert daan.post(f"{address}/dispute/reply", data={**REPLY, "reply": "Nee."}).status_code == 422
    assert daan.post(f"{address}/dispute/reply", data=REPLY).status_code == 303
    page = visitor.get(address).text
    assert REPLY["reply"] in page and "Daan de Wit" in page and "no reply yet" not in page
    assert len(events_of("request.replied", world.square_request)) == 1
    assert daan.post(f"{address}/dispute/reply", data=REPLY).status_code == 403


def test_only_the_council_replies_and_only_to_a_dispute(world, as_, address):
    assert as_(world.daan).post(f"{address}/dispute/reply", data=REPLY).status_code == 403
    as_(world.square.author).post(f"{address}/dispute", data={"text": WHY})
    for person in (world.square.author, world.fleur, world.amina):
        assert as_(person).post(f"{address}/dispute/reply", data=REPLY).status_code == 403


def test_a_dispute_can_be_reported_removed_and_put_back(world, as_, address, visitor):
    as_(world.square.author).post(f"{address}/dispute", data={"text": WHY})
    dispute = world.square_request.dispute
    page = as_(world.amina).get(f"/moderation/disputes/{dispute.id}/report").text
    assert WHY in page
    as_(world.amina).post(f"/moderation/disputes/{dispute.id}/report", data={"reason": "harassment"})
    fatima = as_(world.fatima)
    assert WHY in fatima.get("/moderation").text
    report = db.session.scalars(select(Report).order_by(Report.id.desc())).first()
    fatima.post(f"/moderation/reports/{report.id}/removal", data={"reason": "harassment"})
    page = visitor.get(address).text
    assert WHY not in page and "A moderator removed this" in page
    row = next(row for row in rows_of("disputes") if row["request"] == world.square_request.id)
    assert (row["text"], row["reason"]) == (None, "harassment")
    assert as_(world.daan).post(f"{address}/dispute/reply", data=REPLY).status_code == 403
    assert WHY in as_(world.square.author).get("/me").text
    judgement = db.session.scalars(select(Judgement).order_by(Judgement.id.desc())).first()
    assert WHY in as_(world.square.author).get(f"/moderation/judgements/{judgement.id}/appeal").text
    fatima.post(f"/moderation/judgements/{judgement.id}/reversal")
    assert WHY in visitor.get(address).text


def test_who_is_erased_with_their_words_leaves_the_reply_only(world, as_, address, visitor):
    toon = as_(world.square.author)
    toon.post(f"{address}/dispute", data={"text": WHY})
    as_(world.daan).post(f"{address}/dispute/reply", data=REPLY)
    toon.post("/me/erasure", data={"words": "erase", "is_sure": "y"})
    page = visitor.get(address).text
    assert WHY not in page and "Erased by its author" in page and REPLY["reply"] in page
    assert world.square_request.dispute.author_id is None


# Sightings


@pytest.fixture
def promised(world):
    return f"/commitments/{world.speed_count.id}"


def test_residents_say_what_they_saw_and_it_is_counted(world, as_, promised, visitor):
    assert as_(world.amina).post(f"{promised}/sightings", data=SIGHT).status_code == 303
    as_(world.bram).post(f"{promised}/sightings", data={"seen": "yes", "text": ""})
    as_(world.wout).post(f"{promised}/sightings", data={"seen": "yes", "text": "Mooi hoor."})
    page = visitor.get(promised).text
    assert "2 residents saw that it is done." in page and "1 resident says: not yet." in page
    assert SIGHT["text"] in page and "Mooi hoor." in page and "Amina" not in page
    events = events_of("commitment.seen", world.speed_count)
    assert [event.particulars["seen"] for event in events] == ["not_yet", "done", "done"]
    row = next(row for row in rows_of("commitments") if row["commitment"] == world.speed_count.id)
    assert (row["seen_done"], row["seen_not_yet"]) == (2, 1)


def test_a_second_word_replaces_the_first(world, as_, promised):
    amina = as_(world.amina)
    amina.post(f"{promised}/sightings", data=SIGHT)
    page = amina.get(promised).text
    assert "You told what you saw." in page and SIGHT["text"] in page
    amina.post(f"{promised}/sightings", data={"seen": "yes", "text": "Nu wel."})
    assert Sighting.counts_of(world.speed_count) == (1, 0)


def test_not_yet_needs_a_word_and_yes_does_not(world, as_, promised):
    for form in ({"seen": "no", "text": ""}, {"seen": "", "text": "Bah"}, {"seen": "maybe", "text": "Hm"}):
        assert as_(world.amina).post(f"{promised}/sightings", data=form).status_code == 422
    assert Sighting.counts_of(world.speed_count) == (0, 0)


def test_nothing_is_seen_of_what_was_dropped(world, as_):
    world.benches.status = "dropped"
    db.session.commit()
    amina = as_(world.amina)
    assert amina.post(f"/commitments/{world.benches.id}/sightings", data=SIGHT).status_code == 403
    assert "Is it done?" not in amina.get(f"/commitments/{world.benches.id}").text


def test_only_residents_say_what_they_saw(world, as_, promised):
    for person in (world.daan, world.eva):
        assert as_(person).post(f"{promised}/sightings", data=SIGHT).status_code == 403
    assert as_(None).post(f"{promised}/sightings", data=SIGHT).location == "/code"


def test_what_was_removed_does_not_count_and_cannot_be_said_anew(world, as_, promised, visitor):
    amina = as_(world.amina)
    amina.post(f"{promised}/sightings", data=SIGHT)
    Judgement.make(world.fatima, Sighting.of(world.amina, world.speed_count), "removed", "threat")
    db.session.commit()
    page = visitor.get(promised).text
    assert SIGHT["text"] not in page and "A moderator removed this" in page
    assert Sighting.counts_of(world.speed_count) == (0, 0)
    assert amina.post(f"{promised}/sightings", data={"seen": "yes"}).status_code == 403
    assert SIGHT["text"] in amina.get("/me").text
    assert SIGHT["text"] not in str(list(rows_of("sightings")))


def test_who_is_erased_counts_on_without_a_name(world, as_, promised):
    amina = as_(world.amina)
    amina.post(f"{promised}/sightings", data=SIGHT)
    amina.post("/me/erasure", data={"words": "erase", "is_sure": "y"})
    here = Sighting.commitment_id == world.speed_count.id
    sighting = db.session.scalars(select(Sighting).where(here)).one()
    assert (sighting.text, sighting.author_id) == ("", None)
    assert Sighting.counts_of(world.speed_count) == (0, 1)
