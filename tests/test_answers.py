"""Answers: drafted among the council, released by a second person where that is the rule, or put off."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import now, today
from app.db import db
from app.events import Event
from app.exports.tables import rows_of
from app.responses.drafts import AnswerDraft

REASON = "We plaatsen de lampen in het voorjaar, langs het hele pad."
ANSWER = {"decision": "adopted", "reason": REASON, "changes": "", "answered_by": "Daan de Wit"}
SECRET = "Misschien lukt het, maar dat weten we nog niet."


def events_of(name, subject):
    return db.session.scalars(select(Event).where(Event.name == name, Event.subject_id == subject.id)).all()


@pytest.fixture
def address(world):
    return f"/requests/{world.lamps_request.id}"


@pytest.fixture
def noor(world):
    """A second person who answers for the council."""
    noor = Person(name="Noor", language="nl")
    db.session.add(noor)
    Role.give(noor, "council")
    db.session.commit()
    return noor


@pytest.fixture
def two_needed(world):
    db.session.get(Neighbourhood, 1).releases_by_two = True
    db.session.commit()


def later(days=30):
    return {**ANSWER, "decision": "later", "returns_on": str(today() + timedelta(days=days))}


# Drafts


def test_half_an_answer_can_be_saved_and_found_back(world, as_, address):
    daan = as_(world.daan)
    assert daan.post(f"{address}/draft", data={"reason": SECRET}).status_code == 303
    page = daan.get(f"{address}/response").text
    assert SECRET in page and "Only people of the council can see it." in page
    assert not world.lamps_request.is_answered and len(events_of("request.drafted", world.lamps_request)) == 1


def test_a_draft_is_seen_by_nobody_but_the_council(world, as_, noor, address):
    as_(world.daan).post(f"{address}/draft", data={"reason": SECRET})
    assert SECRET in as_(noor).get(f"{address}/draft").text
    for person in (None, world.amina, world.fleur, world.fatima, world.samira, world.eva):
        client = as_(person)
        for path in (address, f"{address}/draft", f"{address}/response", "/requests", "/council",
                     "/search?q=Misschien", "/open-data/requests", "/open-data/answers"):  # fmt: skip
            page = client.get(path)
            assert SECRET not in page.text and "draft waits" not in page.text, (person, path)
    assert all(SECRET not in str(row) for name in ("requests", "answers") for row in rows_of(name))


def test_the_draft_goes_when_the_answer_is_published(world, as_, address):
    daan = as_(world.daan)
    daan.post(f"{address}/draft", data={"reason": SECRET})
    daan.post(f"{address}/response", data={**ANSWER, "version": "1"})
    assert world.lamps_request.is_answered and db.session.scalars(select(AnswerDraft)).all() == []
    assert daan.get(f"{address}/draft").status_code == 403


def test_nobody_overwrites_a_draft_that_they_did_not_see(world, as_, noor, address):
    as_(noor).post(f"{address}/draft", data={"reason": "Van Noor."})
    for act in ("draft", "response"):
        refused = as_(world.daan).post(f"{address}/{act}", data={**ANSWER, "version": "0"})
        assert refused.status_code == 409 and "saved another draft" in refused.text
        assert REASON in refused.text and 'name="version" value="1"' in refused.text
    assert world.lamps_request.draft.reason == "Van Noor." and not world.lamps_request.is_answered
    as_(world.daan).post(f"{address}/draft", data={**ANSWER, "version": "1"})
    assert world.lamps_request.draft.reason == REASON


def test_who_is_erased_leaves_the_draft_to_the_council(world, as_, noor, address):
    client = as_(noor)
    client.post(f"{address}/draft", data={"reason": SECRET, "answered_by": "Noor"})
    noor.roles[0].ends_on = today() - timedelta(days=1)
    db.session.commit()
    client.post("/me/erasure", data={"words": "erase", "is_sure": "y"})
    draft = world.lamps_request.draft
    assert (draft.reason, draft.writer, draft.answered_by) == (SECRET, None, "")


def test_a_signature_is_remembered(world, as_, address):
    daan = as_(world.daan)
    daan.post(f"{address}/response", data={**ANSWER, "answered_by": "Daan de Wit, wethouder"})
    assert "Daan de Wit, wethouder" in daan.get(f"/requests/{world.crossing_request.id}/response").text


# Released by a second person


def test_where_it_takes_two_one_person_cannot_publish(world, as_, noor, two_needed, address):
    daan = as_(world.daan)
    assert "Publish the answer" not in daan.get(f"{address}/response").text
    assert daan.post(f"{address}/response", data=ANSWER).status_code == 403
    assert daan.post(f"{address}/offer", data=ANSWER).location.endswith(f"{address}/draft")
    assert "Somebody else of the council has to release it." in daan.get(f"{address}/draft").text
    assert daan.post(f"{address}/release", data={"version": "1"}).status_code == 403
    assert not world.lamps_request.is_answered


def test_a_second_person_reads_and_releases(world, as_, noor, two_needed, address, visitor):
    as_(world.daan).post(f"{address}/offer", data=ANSWER)
    client = as_(noor)
    assert REASON in client.get(f"{address}/draft").text
    assert client.post(f"{address}/release", data={"version": "1"}).status_code == 303
    response = world.lamps_request.response
    assert (response.person, response.released_by) == (world.daan, noor)
    assert REASON in visitor.get(address).text
    (event,) = events_of("request.answered", world.lamps_request)
    assert event.actor == noor and event.particulars == {
        "decider": world.lamps_request.decider,
        "decision": "adopted",
    }
    assert len(events_of("request.offered", world.lamps_request)) == 1


def test_who_changes_an_offered_draft_becomes_its_writer(world, as_, noor, two_needed, address):
    as_(world.daan).post(f"{address}/offer", data=ANSWER)
    as_(noor).post(f"{address}/draft", data={**ANSWER, "version": "1"})
    assert as_(world.daan).post(f"{address}/release", data={"version": "2"}).status_code == 403  # not offered
    as_(noor).post(f"{address}/offer", data={**ANSWER, "version": "2"})
    assert as_(noor).post(f"{address}/release", data={"version": "3"}).status_code == 403
    assert as_(world.daan).post(f"{address}/release", data={"version": "3"}).status_code == 303


def test_only_what_was_read_is_released(world, as_, noor, two_needed, address):
    daan = as_(world.daan)
    daan.post(f"{address}/offer", data=ANSWER)
    daan.post(f"{address}/offer", data={**ANSWER, "decision": "no", "version": "1"})
    refused = as_(noor).post(f"{address}/release", data={"version": "1"})
    assert refused.status_code == 409 and "was changed meanwhile" in refused.text
    assert not world.lamps_request.is_answered


def test_half_an_answer_cannot_be_offered(world, as_, two_needed, address):
    refused = as_(world.daan).post(f"{address}/offer", data={**ANSWER, "reason": "Nee."})
    assert refused.status_code == 422 and world.lamps_request.draft is None


def test_a_host_chooses_whether_it_takes_two(world, as_):
    fleur = as_(world.fleur)
    settings = {"name": "Lakerbeek", "purpose": "Samen.", "decider": "Gemeente", "contact": "Fleur",
                "languages": ["nl", "en"]}  # fmt: skip
    fleur.post("/admin/neighbourhood", data={**settings, "releases_by_two": "y"})
    assert world.lamps_request.needs_two
    fleur.post("/admin/neighbourhood", data=settings)
    assert not world.lamps_request.needs_two


# Later


def test_later_needs_a_date_and_that_becomes_the_new_date(world, as_, address, visitor):
    daan, was_due = as_(world.daan), world.lamps_request.due_on
    refused = daan.post(f"{address}/response", data={**ANSWER, "decision": "later"})
    assert refused.status_code == 422 and "when you come back to it" in refused.text
    assert daan.post(f"{address}/response", data=later(30)).status_code == 303
    request = world.lamps_request
    assert request.due_on == today() + timedelta(days=30) and request.response.due_on == was_due
    assert not request.is_overdue and not request.is_answered
    page = visitor.get(address).text
    assert "Later" in page and "Answer due on" in page and REASON in page
    (event,) = events_of("request.postponed", request)
    assert event.particulars == {"decider": request.decider, "due_on": str(request.due_on)}


def test_what_was_put_off_is_overdue_again_and_then_answered(world, as_, address, visitor):
    as_(world.daan).post(f"{address}/response", data=later(30))
    with time_machine.travel(now() + timedelta(days=33)):
        assert "3 days ago." in visitor.get(address).text
        as_(world.daan).post(f"{address}/response", data={**ANSWER, "decision": "no"})
        assert world.lamps_request.is_answered
    page = visitor.get(address).text
    assert "Not adopted" in page and "Earlier: Later" in page
    assert [r.decision for r in world.lamps_request.responses] == ["later", "no"]
    answers = [row for row in rows_of("answers") if row["request"] == world.lamps_request.id]
    assert [row["decision"] for row in answers] == ["later", "no"]
    assert [row["decision"] for row in rows_of("requests")].count("no") == 2


@pytest.mark.parametrize("days", [-1, 366])
def test_an_answer_cannot_be_put_off_to_the_past_or_for_years(world, as_, address, days):
    assert as_(world.daan).post(f"{address}/response", data=later(days)).status_code == 422


def test_a_date_with_another_answer_changes_nothing(world, as_, address):
    was_due = world.lamps_request.due_on
    as_(world.daan).post(f"{address}/response", data={**later(30), "decision": "no"})
    assert world.lamps_request.due_on == was_due and world.lamps_request.response.returns_on is None


def test_nothing_is_promised_before_there_is_an_answer(world, as_, address):
    daan = as_(world.daan)
    daan.post(f"{address}/response", data=later())
    promise = {"text": "Lampen.", "owner": "Gemeente", "due_on": str(today())}
    assert daan.post(f"{address}/commitments", data=promise).status_code == 403
