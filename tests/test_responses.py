from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now, today
from app.db import db
from app.events import Event
from app.responses.models import Request

ANSWER = {
    "decision": "adopted",
    "reason": "We plaatsen de lampen in het voorjaar, langs het hele pad.",
    "changes": "",
    "answered_by": "Daan de Wit",
}
PROMISE = {"text": "Acht lampen.", "owner": "Gemeente", "due_on": str(today() + timedelta(days=90))}


def events_of(name, subject):
    query = select(Event).where(Event.name == name, Event.subject_id == subject.id)
    return db.session.scalars(query).all()


def test_a_host_sends_a_request_with_its_origin(world, as_, visitor):
    data = {
        "text": "Maak het pad veilig.",
        "decider": "Gemeente",
        "due_on": PROMISE["due_on"],
        "vote": world.trees.id,
    }
    response = as_(world.fleur).post(f"/requests/new/{world.square.id}", data=data)
    request = db.session.get(Request, int(response.location.rsplit("/", 1)[1]))
    assert (request.vote, request.dialogue, request.is_overdue) == (world.trees, None, False)
    assert events_of("request.sent", request)[0].particulars == {"decider": "Gemeente"}
    assert "Maak het pad veilig." in visitor.get(response.location).text


def test_from_the_outcome_of_a_vote_a_host_sends_what_follows(world, as_, visitor):
    fleur, outcome = as_(world.fleur), f"/votes/{world.trees.id}"
    form = f"/requests/new/{world.square.id}?vote={world.trees.id}"
    assert form in fleur.get(outcome).text and form not in visitor.get(outcome).text
    page = fleur.get(form).text
    assert world.trees.question in page and f'name="vote" value="{world.trees.id}"' in page
    data = {"text": "Plant vijf linden.", "decider": "Gemeente", "due_on": PROMISE["due_on"]}
    sent = fleur.post(f"/requests/new/{world.square.id}", data={**data, "vote": world.trees.id}).location
    assert outcome in visitor.get(sent).text
    page = visitor.get(outcome).text
    assert "What followed from it" in page and "Plant vijf linden." in page and sent in page


def test_a_request_cannot_name_the_vote_of_another_proposal(world, as_):
    data = {"text": "Iets", "decider": "Gemeente", "due_on": PROMISE["due_on"], "vote": world.lamps_vote.id}
    response = as_(world.fleur).post(f"/requests/new/{world.square.id}", data=data)
    assert db.session.get(Request, int(response.location.rsplit("/", 1)[1])).vote is None


def test_six_weeks_is_proposed_as_time_to_answer(world, as_):
    page = as_(world.fleur).get(f"/requests/new/{world.square.id}").text
    assert str(today() + timedelta(weeks=6)) in page and "Gemeente Lindhoven" in page


def test_an_overdue_answer_is_public_and_counted(world, visitor):
    assert world.lamps_request.is_overdue
    late = f". {world.lamps_request.days_late} days ago."
    for path in ("/", "/council", "/requests", f"/requests/{world.lamps_request.id}"):
        page = visitor.get(path).text
        assert "The answer was due on" in page and late in page, path
    counted = visitor.get("/requests").text
    assert "2</a></data> requests wait" in counted
    assert "past its date" in counted


def test_a_request_becomes_overdue_when_its_day_has_passed(world):
    request = world.crossing_request
    assert not request.is_overdue
    with time_machine.travel(now() + timedelta(days=(request.due_on - today()).days)):
        assert not request.is_overdue  # its last day counts
    with time_machine.travel(now() + timedelta(days=(request.due_on - today()).days + 1)):
        assert request.is_overdue and request.days_late == 1


def test_the_council_answers_with_a_reason(world, as_, visitor):
    address = f"/requests/{world.lamps_request.id}"
    assert as_(world.daan).post(f"{address}/response", data=ANSWER).status_code == 303
    page = visitor.get(address).text
    assert "Adopted" in page and ANSWER["reason"] in page and "was due" not in page
    assert f"Answered {world.lamps_request.response.days_late} days after the date" in page
    assert len(events_of("request.answered", world.lamps_request)) == 1


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("reason", "Omdat het kan.", "at least 30"),
        ("reason", "", "Fill this in"),
        ("decision", "", "Choose one"),
        ("answered_by", "", "Fill this in"),
    ],
)
def test_an_answer_without_decision_reason_or_name_is_refused(world, as_, field, value, word):
    address = f"/requests/{world.lamps_request.id}/response"
    response = as_(world.daan).post(address, data={**ANSWER, field: value})
    assert response.status_code == 422 and word in response.text and not world.lamps_request.is_answered


def test_an_answer_is_given_once(world, as_):
    assert (
        as_(world.daan).post(f"/requests/{world.square_request.id}/response", data=ANSWER).status_code == 403
    )


def test_only_the_council_answers(world, as_):
    for person in (world.amina, world.fleur, world.eva):
        address = f"/requests/{world.lamps_request.id}/response"
        assert as_(person).post(address, data=ANSWER).status_code == 403
        assert as_(person).get(address).status_code == 403


def test_a_commitment_follows_an_answer(world, as_, visitor):
    daan, address = as_(world.daan), f"/requests/{world.lamps_request.id}"
    assert daan.post(f"{address}/commitments", data=PROMISE).status_code == 403  # no answer yet
    daan.post(f"{address}/response", data=ANSWER)
    assert daan.post(f"{address}/commitments", data=PROMISE).status_code == 303
    assert "Acht lampen." in visitor.get("/council").text and world.lamps.stop == "commitment"


def test_a_resident_cannot_send_or_change_anything_of_this(world, as_):
    amina = as_(world.amina)
    assert amina.post(f"/requests/new/{world.square.id}", data={}).status_code == 403
    assert amina.post(f"/requests/{world.square_request.id}/commitments", data=PROMISE).status_code == 403
    assert amina.post(f"/commitments/{world.benches.id}/progress", data={"status": "done"}).status_code == 403
