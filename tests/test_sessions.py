"""Where somebody is signed in: they see it, and end it."""

import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.accounts.models import SEEN, Session, SignInLink, note_seen_sessions
from app.clock import now, today
from app.db import db

PHONE = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"


def sign_in(client, person):
    token = SignInLink.make(person)
    db.session.commit()
    client.post(f"/sign-in/{token}")
    return client


def session_of(client):
    with client.session_transaction() as cookie:
        return db.session.get(Session, Session.digest_of(cookie["_user_id"]))


def let_the_clock_note():
    note_seen_sessions()
    db.session.commit()


def test_the_list_marks_this_device_and_names_the_others_coarsely(world, as_, visitor):
    visitor.environ_base["HTTP_USER_AGENT"] = PHONE
    sign_in(visitor, world.amina)
    page = as_(world.amina).get("/me/sessions").text
    assert "Firefox, Android" in page and "Gecko" not in page
    assert page.count("Sign out there") == page.count("This device, now") == 1
    assert db.session.scalar(select(Session.label).where(Session.label != "")) == "Firefox, Android"


def test_another_device_can_be_signed_out_from_here(world, as_):
    here, there = as_(world.amina), as_(world.amina)
    response = here.post(f"/me/sessions/{session_of(there).name}/sign-out")
    assert response.status_code == 303
    assert there.get("/me").status_code == 303 and here.get("/me").status_code == 200


def test_another_persons_session_cannot_be_ended(world, as_):
    amina, fleur = as_(world.amina), as_(world.fleur)
    assert fleur.post(f"/me/sessions/{session_of(amina).name}/sign-out").status_code == 404
    assert amina.get("/me").status_code == 200
    assert session_of(amina).name not in fleur.get("/me/sessions").text


def test_after_signing_out_everywhere_a_stolen_cookie_opens_nothing(world, as_):
    here, there, bram = as_(world.amina), as_(world.amina), as_(world.bram)
    stolen = there.get_cookie("buurtstem").value
    assert here.post("/me/sessions/sign-out").location == "/"
    thief = as_(None)
    thief.set_cookie("buurtstem", stolen)
    for client in (here, there, thief):
        assert client.get("/me").status_code == 303
    assert bram.get("/me").status_code == 200


def test_a_cookie_planted_before_signing_in_is_worthless_after(world, as_):
    thief = as_(None)
    thief.post("/sign-in/passkey/question")  # a cookie of ours, made by the thief
    planted = thief.get_cookie("buurtstem").value
    victim = as_(None)
    victim.set_cookie("buurtstem", planted)
    sign_in(victim, world.fleur)
    assert victim.get("/me").status_code == 200 and thief.get("/me").status_code == 303
    with victim.session_transaction() as cookie:
        assert "browser" not in cookie


def test_a_session_planted_before_signing_in_is_not_the_one_after(world, as_):
    thief = as_(world.eva)
    victim = as_(None)
    victim.set_cookie("buurtstem", thief.get_cookie("buurtstem").value)
    sign_in(victim, world.fleur)
    assert thief.get("/me").status_code == 303
    assert session_of(victim).person_id == world.fleur.id


def test_a_session_ends_half_a_year_after_it_was_last_seen(world, as_):
    client = as_(world.amina)
    for days in (170, 340):
        with time_machine.travel(now() + timedelta(days=days)):
            assert client.get("/me").status_code == 200
            let_the_clock_note()
    with time_machine.travel(now() + timedelta(days=340 + 181)):
        assert client.get("/me").status_code == 303


def test_looking_at_a_page_writes_nothing_until_the_clock_does(world, as_):
    client = as_(world.amina)
    with time_machine.travel(now() + timedelta(days=3)):
        client.get("/me")
        assert session_of(client).seen_on is None
        let_the_clock_note()
        assert session_of(client).seen_on == today() and not SEEN


def test_on_its_first_day_a_session_needs_no_note(world, as_):
    SEEN.clear()
    client = as_(world.amina)
    client.get("/me")
    assert not SEEN and session_of(client).last_seen_on == today()


def test_a_session_that_is_over_is_not_listed(world, as_):
    old = as_(world.amina)
    session_of(old).began_on = today() - timedelta(days=181)
    db.session.commit()
    assert len(re.findall("<li>\n      <h2>", as_(world.amina).get("/me/sessions").text)) == 1
