"""Live in a room: the big screen, the timer, the next part, the short code, and guests."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.models import Person
from app.clock import now
from app.db import db
from app.dialogues.models import Participant
from app.jobs import tick
from app.rooms.models import MOST_GUESTS, Guest, Room, room_of


@pytest.fixture
def dialogue(world):
    return world.parking_dialogue


def opened(world, dialogue, lets_in_guests=True, hours=3):
    room = Room.open(world.fleur, dialogue, hours, lets_in_guests)
    db.session.commit()
    return room


def come_in(as_, room):
    """A phone without an access code, that came in through the room's code."""
    guest = as_(None)
    assert guest.post("/room", data={"room_code": room.code.lower()}).location == f"/room/{room.code}"
    assert guest.post(f"/room/{room.code}").location == f"/dialogues/{room.dialogue_id}"
    assert "the day after the room closes" in guest.get(f"/dialogues/{room.dialogue_id}").text
    return guest


def asked_again(client, page, address):
    """What htmx asks of the page's own part, with what it said to remember."""
    part = re.search(r'hx-get="(/dialogues/[^"]+)"', page).group(1).replace("&amp;", "&")
    tag = re.search(r"If-None-Match[^W]*(W/\\?\"[^\\\"]*)", page.replace("\\u0022", '"')).group(1)
    headers = {"HX-Request": "true", "HX-Target": address, "If-None-Match": tag.replace("\\", "") + '"'}
    return client.get(part, headers=headers)


# The big screen


def test_the_screen_shows_the_question_the_way_in_and_how_many_took_part(world, visitor, dialogue):
    page = visitor.get(f"/dialogues/{dialogue.id}/screen").text
    assert dialogue.question in page and 'class="qr"' in page
    assert "took part" in page and "deden mee" in page  # in both languages
    assert 'http-equiv="refresh"' in page and "site-header" not in page


def test_an_unchanged_screen_is_not_sent_again_and_a_changed_one_is(world, as_, visitor, dialogue):
    page = visitor.get(f"/dialogues/{dialogue.id}/screen").text
    assert asked_again(visitor, page, "now").status_code == 304
    as_(world.amina).post(f"/dialogues/{dialogue.id}/consent")
    statement = {"statement": dialogue.statements[0].id, "reaction": "agree"}
    before = dialogue.participants
    assert as_(world.amina).post(f"/dialogues/{dialogue.id}/reactions", data=statement).status_code == 303
    fresh = asked_again(visitor, page, "now")
    assert fresh.status_code == 200 and f">{before + 1}</span>" in fresh.text and "<h1" not in fresh.text
    assert asked_again(visitor, fresh.text, "now").status_code == 304


def test_another_part_or_the_end_renews_the_whole_screen(world, as_, visitor, dialogue):
    fleur = as_(world.fleur)
    page = visitor.get(f"/dialogues/{dialogue.id}/screen").text
    fleur.post(f"/dialogues/{dialogue.id}/parts/reacting")
    assert asked_again(visitor, page, "now").headers["HX-Refresh"] == "true"
    page = visitor.get(f"/dialogues/{dialogue.id}/screen").text
    assert "Common ground" not in page
    fleur.post(f"/dialogues/{dialogue.id}/closure")
    assert asked_again(visitor, page, "now").headers["HX-Refresh"] == "true"
    page = visitor.get(f"/dialogues/{dialogue.id}/screen").text
    assert "hx-get" not in page and 'http-equiv="refresh"' not in page
    assert "Closed: this came out" in page and "fewer than 5 reactions" in page


def test_the_screen_never_shows_an_outcome_before_the_end(world, as_):
    for dialogue in (world.parking_dialogue, world.evenings_dialogue, world.options_dialogue):
        for person in (None, world.amina, world.fleur):
            page = as_(person).get(f"/dialogues/{dialogue.id}/screen").text
            assert "%" not in re.sub(r"%[0-9A-F]{2}", "", page), dialogue.question
            assert not any(s.text in page for s in dialogue.statements)


def test_the_code_of_a_room_stands_only_on_a_host_s_screen(world, as_, dialogue):
    room = opened(world, dialogue)
    address = f"/dialogues/{dialogue.id}/screen"
    page = as_(world.fleur).get(address).text
    assert room.code in page and "localhost:8000/room" in page
    for person in (None, world.amina, world.daan):
        assert room.code not in as_(person).get(address).text


# Timer and parts


def test_a_host_sets_a_timer_that_the_screen_counts_down_and_phones_know(world, as_, dialogue):
    opened(world, dialogue)
    fleur, amina = as_(world.fleur), as_(world.amina)
    phone = amina.get(f"/dialogues/{dialogue.id}").text
    there = {"minutes": 4, "from": "screen"}
    assert fleur.post(f"/dialogues/{dialogue.id}/timer", data=there).location.endswith("/screen")
    assert re.search(r'data-left="2[34]\d">[34]:\d\d<', fleur.get(f"/dialogues/{dialogue.id}/screen").text)
    assert "You have until" in asked_again(amina, phone, "moment").text
    assert "You have until" in amina.get(f"/dialogues/{dialogue.id}").text
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert "Time is up" in fleur.get(f"/dialogues/{dialogue.id}/screen").text
        assert dialogue.is_open and "You have until" not in amina.get(f"/dialogues/{dialogue.id}").text
    as_(world.fleur).post(f"/dialogues/{dialogue.id}/timer", data={"minutes": 0})
    assert dialogue.timer_ends_at is None


@pytest.mark.parametrize("minutes", ["-1", "91", "x", ""])
def test_a_timer_takes_a_sensible_number(world, as_, dialogue, minutes):
    response = as_(world.fleur).post(f"/dialogues/{dialogue.id}/timer", data={"minutes": minutes})
    assert response.status_code == 422 and "Fill in a number from 0 to 90." in response.text


def test_the_next_part_begins_once_however_often_it_is_pressed(world, as_, dialogue):
    fleur = as_(world.fleur)
    for _press in range(2):
        assert fleur.post(f"/dialogues/{dialogue.id}/parts/reacting").status_code == 303
    assert dialogue.phase.name == "reacting"
    fleur.post(f"/dialogues/{dialogue.id}/parts/stating")  # there is no way back by this door
    assert dialogue.phase.name == "reacting" and dialogue.timer_ends_at is None


def test_a_phone_in_the_room_hears_of_the_next_part_without_losing_what_it_holds(world, as_, dialogue):
    opened(world, dialogue)
    amina = as_(world.amina)
    page = amina.get(f"/dialogues/{dialogue.id}").text
    assert asked_again(amina, page, "moment").status_code == 304
    as_(world.fleur).post(f"/dialogues/{dialogue.id}/parts/reacting")
    told = asked_again(amina, page, "moment")
    assert "The next part has begun." in told.text and "HX-Refresh" not in told.headers
    assert asked_again(amina, told.text, "moment").status_code == 304
    assert "The next part has begun." not in amina.get(f"/dialogues/{dialogue.id}").text


def test_phones_ask_only_while_a_room_is_open(world, as_, dialogue):
    amina, address = as_(world.amina), f"/dialogues/{dialogue.id}"
    assert "hx-trigger" not in amina.get(address).text
    room = opened(world, dialogue)
    page = amina.get(address).text
    seconds = re.search(r'hx-trigger="every (\d+)ms"', page).group(1)
    assert 6000 <= int(seconds) < 10000
    as_(world.fleur).post(f"{address}/room/closure")
    assert asked_again(amina, page, "moment").status_code == 286  # htmx stops asking
    assert amina.get(f"/room/{room.code}").status_code == 404


# Coming in


def test_a_guest_takes_part_in_this_one_dialogue_after_a_yes(world, as_, dialogue):
    guest = come_in(as_, opened(world, dialogue))
    statement = {"statement": dialogue.statements[0].id, "reaction": "agree"}
    page = guest.post(f"/dialogues/{dialogue.id}/reactions", data=statement)
    assert page.status_code == 403 and "Yes, keep my answers" in page.text
    guest.post(f"/dialogues/{dialogue.id}/consent")
    before = dialogue.participants
    for _again in range(2):
        assert guest.post(f"/dialogues/{dialogue.id}/reactions", data=statement).status_code == 303
    assert dialogue.participants == before + 1 and dialogue.channels()["room"] == 1
    words = {"text": "De stoep moet breder worden."}
    assert guest.post(f"/dialogues/{dialogue.id}/statements", data=words).status_code == 303
    other = {"statement": world.evenings_dialogue.statements[0].id, "reaction": "agree"}
    address = f"/dialogues/{world.evenings_dialogue.id}/reactions"
    assert guest.post(address, data=other).status_code == 403


def test_a_guest_never_votes_nor_keeps_a_place(world, as_, dialogue):
    guest = come_in(as_, opened(world, dialogue))
    person = db.session.scalars(select(Guest)).one().person
    assert not person.is_resident and not world.roof_vote.includes(person)
    ballot = guest.post(f"/votes/{world.roof_vote.id}/ballot", data={"approved": ["1"]})
    assert ballot.status_code == 403
    for address in ("/me", "/me/e-mail", "/me/spare-codes", "/me/passkeys"):
        assert guest.post(address, data={"name": "Gast"}).status_code == 403, address
    assert "You are a guest in a room" in guest.get("/me").text
    assert guest.get("/me/data").status_code == 200 and dialogue.question in guest.get("/me/data").text


def test_guests_are_shown_apart_and_do_not_count_as_people_of_the_neighbourhood(world, as_, dialogue):
    people = select(func.count()).where(Person.took_part)
    before = db.session.scalar(people)
    guest = come_in(as_, opened(world, dialogue))
    guest.post(f"/dialogues/{dialogue.id}/consent")
    statement = {"statement": dialogue.statements[0].id, "reaction": "agree"}
    guest.post(f"/dialogues/{dialogue.id}/reactions", data=statement)
    assert db.session.scalar(people) == before
    assert "as a guest" in as_(world.fleur).get(f"/dialogues/{dialogue.id}/screen").text


def test_without_the_host_s_yes_only_people_with_a_code_take_part(world, as_, dialogue):
    fleur = as_(world.fleur)
    fleur.post(f"/dialogues/{dialogue.id}/room", data={"hours": 2})
    room = room_of(dialogue)
    assert not room.lets_in_guests
    guest = as_(None)
    page = guest.get(f"/room/{room.code}").text
    assert "Without a code you can read along." in page and "as a guest" not in page
    assert guest.post(f"/room/{room.code}").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Guest)) == 0
    assert as_(world.amina).get(f"/room/{room.code}").location == f"/dialogues/{dialogue.id}"


def test_nobody_is_counted_twice_by_coming_in_twice(world, as_, dialogue):
    room = opened(world, dialogue)
    guest = come_in(as_, room)
    guest.post(f"/room/{room.code}")
    as_(world.amina).post(f"/room/{room.code}")
    assert db.session.scalar(select(func.count()).select_from(Guest)) == 1


def test_a_room_closes_by_itself_and_its_guests_are_forgotten_the_day_after(world, as_, dialogue):
    guest = come_in(as_, opened(world, dialogue))
    guest.post(f"/dialogues/{dialogue.id}/consent")
    statement = {"statement": dialogue.statements[0].id, "reaction": "agree"}
    guest.post(f"/dialogues/{dialogue.id}/reactions", data=statement)
    person_id = db.session.scalars(select(Guest.person_id)).one()
    participants = dialogue.participants
    with time_machine.travel(now() + timedelta(hours=3, minutes=1)):
        assert guest.post(f"/dialogues/{dialogue.id}/reactions", data=statement).status_code == 403
    with time_machine.travel(now() + timedelta(days=3)):
        tick()
        person = db.session.get(Person, person_id)
        assert person.erased_on and not person.consents and guest.get("/me").status_code == 303
        assert db.session.scalar(select(func.count()).select_from(Room)) == 0
        own = select(Participant).where(Participant.person_id == person_id)
        assert db.session.scalars(own).all() == []
        assert dialogue.participants == participants and dialogue.channels()["room"] == 1


def test_wrong_codes_of_rooms_are_counted_and_right_ones_are_not(world, as_, dialogue):
    room, visitor = opened(world, dialogue), as_(None)
    for _person in range(30):
        assert visitor.get(f"/room/{room.code}").status_code == 200
    wrong = "0000" if room.code != "0000" else "1111"
    for number in range(10):
        assert visitor.get(f"/room/{wrong}").status_code == 404, number
    assert visitor.post("/room", data={"room_code": wrong}).status_code == 429
    assert visitor.get("/room/%C3%A9").status_code == 429


def test_a_room_holds_so_many_guests_and_no_more(world, as_, dialogue):
    room = opened(world, dialogue)
    for _guest in range(MOST_GUESTS):
        room.let_in("nl")
    db.session.commit()
    late = as_(None)
    assert "The room is full." in late.get(f"/room/{room.code}").text
    assert late.post(f"/room/{room.code}").status_code == 403


def test_a_new_room_ends_the_one_before(world, as_, dialogue):
    before = opened(world, dialogue)
    after = opened(world, dialogue)
    assert not before.is_open and after.is_open and before.code != after.code
    assert Room.named(before.code) is None
