"""What is due, as a calendar that phones subscribe to."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import select

from app.accounts.neighbourhood import Neighbourhood
from app.clock import now, today
from app.db import db
from app.dialogues.models import Dialogue
from app.responses.models import Request

ANSWER = {
    "decision": "no",
    "reason": "Het pad ligt in een natuurgebied en blijft donker.",
    "changes": "",
    "answered_by": "Daan",
}


@pytest.fixture
def events(visitor):
    """The events of a calendar by their uids without the site's part."""

    def ask(path="/calendar/en/days.ics"):
        found = Calendar.from_ical(visitor.get(path).text)
        assert found.errors == []
        return {event["UID"].split("@")[0]: event for event in found.events}

    return ask


def names(*things):
    return {f"{type(thing).__name__.lower()}-{thing.id}" for thing in things}


def test_what_is_due_stands_in_the_calendar_and_what_is_over_or_in_preparation_does_not(world, events):
    found = events()
    due = names(world.lamps_request, world.crossing_request, world.benches, world.speed_count)
    running = [one for one in db.session.scalars(select(Dialogue)) if one.is_open or one.is_announced]
    due |= names(*running, world.roof_vote)
    assert set(found) - {f"opening-{one.id}" for one in running} == due
    over = names(world.square_request, world.lindens, world.square_dialogue, world.trees)
    in_preparation = names(world.shed_dialogue, world.evenings_vote)
    assert not (over | in_preparation) & set(found)
    event = found[f"request-{world.lamps_request.id}"]
    assert event["DTSTART"].dt == world.lamps_request.due_on
    assert event["DTEND"].dt == world.lamps_request.due_on + timedelta(days=1)
    assert "Gemeente Lindhoven" in event["SUMMARY"] and world.lamps_request.text in event["DESCRIPTION"]
    assert event["URL"] == f"http://localhost:8000/requests/{world.lamps_request.id}"
    event = found[f"commitment-{world.benches.id}"]
    assert event["DTSTART"].dt == world.benches.due_on and world.benches.owner in event["SUMMARY"]
    event = found[f"vote-{world.roof_vote.id}"]
    assert event["DTSTART"].dt == world.roof_vote.closes_on and world.roof_vote.question in event["SUMMARY"]


def test_an_announced_dialogue_stands_there_with_its_first_and_last_day(world, events):
    dialogue = world.shed_dialogue
    dialogue.announce(world.fleur, today() + timedelta(days=3))
    db.session.commit()
    assert events()[f"opening-{dialogue.id}"]["DTSTART"].dt == today() + timedelta(days=3)
    assert events()[f"dialogue-{dialogue.id}"]["DTSTART"].dt == dialogue.closes_on
    dialogue.open(world.fleur)
    db.session.commit()
    assert f"opening-{dialogue.id}" not in events() and f"dialogue-{dialogue.id}" in events()


def test_a_dialogue_that_gets_other_days_moves_in_calendars(world, as_, events):
    name = f"dialogue-{world.parking_dialogue.id}"
    before, moved = events()[name], world.parking_dialogue.closes_on + timedelta(days=2)
    with time_machine.travel(now() + timedelta(hours=1)):
        world.parking_dialogue.reschedule(world.fleur, {world.parking_dialogue.phases[-1].name: moved})
        db.session.commit()
        after = events()[name]
    assert after["DTSTART"].dt == moved and after["UID"] == before["UID"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_the_file_is_one_that_calendars_take(world, visitor):
    response = visitor.get("/calendar/en/days.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    assert response.data.startswith(b"BEGIN:VCALENDAR\r\n") and response.data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))
    again = visitor.get("/calendar/en/days.ics", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_proposal_has_a_calendar_of_its_own(world, as_, events, visitor):
    running = {f"dialogue-{one.id}" for one in world.square.dialogues if one.is_open}
    assert set(events(f"/proposals/{world.square.id}/calendar/en/days.ics")) == names(world.benches) | running
    assert set(events(f"/proposals/{world.lamps.id}/calendar/en/days.ics")) == names(world.lamps_request)
    assert set(events(f"/proposals/{world.parking.id}/calendar/en/days.ics")) == names(world.parking_dialogue)
    for client in (visitor, as_(world.fleur), as_(world.garden.author)):  # a draft, also for who may read it
        assert client.get(f"/proposals/{world.garden.id}/calendar/en/days.ics").status_code == 404


def test_what_is_put_off_moves_and_keeps_its_name_in_calendars(world, as_, events):
    name, soon = f"request-{world.lamps_request.id}", today() + timedelta(days=20)
    before = events()[name]
    with time_machine.travel(now() + timedelta(hours=1)):
        later = {**ANSWER, "decision": "later", "returns_on": str(soon)}
        as_(world.daan).post(f"/requests/{world.lamps_request.id}/response", data=later)
        after = events()[name]
    assert after["DTSTART"].dt == soon and after["UID"] == before["UID"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_what_is_answered_or_dropped_leaves_the_calendar(world, as_, events):
    daan = as_(world.daan)
    daan.post(f"/requests/{world.lamps_request.id}/response", data=ANSWER)
    facts = {"owner": "x", "due_on": str(world.benches.due_on), "status": "dropped", "note": "Geen geld."}
    daan.post(f"/commitments/{world.benches.id}/progress", data=facts)
    assert not names(world.lamps_request, world.benches) & set(events())


def test_words_with_meaning_in_a_calendar_lose_it(world, as_, visitor):
    text = "Graag, snel;\nEND:VEVENT\nBEGIN:VALARM\\n"
    form = {"text": text, "decider": "Gemeente; of, het fonds", "due_on": str(today())}
    address = as_(world.fleur).post(f"/requests/new/{world.square.id}", data=form).location
    sent = db.session.get(Request, int(address.rsplit("/", 1)[1]))
    found = Calendar.from_ical(visitor.get("/calendar/en/days.ics").text)
    (event,) = [event for event in found.events if event["UID"].startswith(f"request-{sent.id}@")]
    assert event["DESCRIPTION"].startswith(sent.text) and event.subcomponents == []
    assert "Gemeente; of, het fonds" in event["SUMMARY"]


def test_a_calendar_speaks_the_language_in_its_address_whatever_the_program_asks(world, visitor):
    dutch = visitor.get("/calendar/nl/days.ics", headers={"Accept-Language": "en"}).text
    assert "Antwoord verwacht: Gemeente" in dutch and "Laatste dag om te stemmen:" in dutch
    assert "Answer due: Gemeente" in visitor.get("/calendar/en/days.ics").text
    assert visitor.get("/calendar/xx/days.ics").status_code == 404
    for language in ("nl", "en"):
        page = visitor.get("/requests", headers={"Accept-Language": language}).text
        assert f'href="/calendar/{language}/days.ics"' in page


def test_a_calendar_asks_the_database_little(world, visitor, queries):
    queries.clear()
    visitor.get("/calendar/en/days.ics")
    assert len(queries) <= 7, queries


def test_two_neighbourhoods_give_their_entries_different_names(world, events, shared_app):
    uid = events()[f"request-{world.lamps_request.id}"]["UID"]
    secret = shared_app.config["SECRET"]
    try:
        shared_app.config["SECRET"] = b"another" * 8
        assert events()[f"request-{world.lamps_request.id}"]["UID"] != uid
    finally:
        shared_app.config["SECRET"] = secret
    db.session.get(Neighbourhood, 1).name = "Andere naam"
    db.session.commit()
    assert events()[f"request-{world.lamps_request.id}"]["UID"] == uid
