import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch, Person, Session, SignInLink
from app.clock import now
from app.core.codes import spaced
from app.db import db


def make_codes(size=3, label="Lindestraat"):
    _batch, codes = CodeBatch.make(None, label, size)
    db.session.commit()
    return codes


def enter(client, code):
    return client.post("/code", data={"code": code})


def test_a_code_lets_one_person_in_and_shows_the_one_thing_to_do(app, visitor):
    response = enter(visitor, spaced(make_codes()[0]).lower())
    assert response.status_code == 303 and response.location == "/start"
    assert visitor.get("/me").status_code == 200


def test_a_code_works_once(app, as_):
    code = make_codes()[0]
    enter(as_(None), code)
    refused = enter(as_(None), code)
    assert refused.status_code == 422 and "was used already" in refused.text
    assert db.session.query(Person).count() == 1


def test_the_link_on_a_letter_spends_nothing(app, visitor):
    code = make_codes()[0]
    for _ in range(5):
        assert "Take part" in visitor.get(f"/code/{code}").text
        visitor.head(f"/code/{code}")
    assert enter(visitor, code).status_code == 303


def test_a_mistyped_code_is_refused_kindly_and_kept(app, visitor):
    response = visitor.post("/code", data={"code": "7K2M-9QXA-4TE"})
    assert response.status_code == 422
    assert "We do not know this code" in response.text and 'value="7K2M-9QXA-4TE"' in response.text


def test_an_empty_code_is_refused(app, visitor):
    assert enter(visitor, "").status_code == 422


def test_an_expired_or_withdrawn_code_is_refused(app, as_):
    first, second, _ = make_codes()
    with time_machine.travel(now() + timedelta(days=61)):
        assert enter(as_(None), first).status_code == 422
    db.session.scalar(select(CodeBatch)).revoke(by=None)
    db.session.commit()
    assert enter(as_(None), second).status_code == 422


def test_codes_links_and_sessions_are_kept_only_as_keyed_hashes(app, visitor):
    codes = make_codes()
    enter(visitor, codes[0])
    token = SignInLink.make(db.session.scalar(select(Person)))
    db.session.commit()
    kept = b"".join(
        path.read_bytes()
        for path in app.config["INSTANCE"].rglob("*")
        if path.name.startswith("buurtstem.db")
    )
    for secret in [*codes, *map(spaced, codes), token]:
        assert secret.encode() not in kept
    assert app.config["SECRET"] not in kept


def test_a_code_remembers_the_day_of_its_use_but_not_by_whom(app, visitor):
    code = make_codes(1)[0]
    enter(visitor, code)
    kept = AccessCode.named(code)
    assert set(kept.__table__.columns.keys()) == {"digest", "batch_id", "used_on"} and kept.used_on


def test_a_sign_in_link_asks_before_it_signs_in(world, visitor):
    token = SignInLink.make(world.fleur)
    db.session.commit()
    assert visitor.get(f"/sign-in/{token}").status_code == 200
    assert visitor.get("/admin").status_code == 303  # a visitor still
    assert visitor.post(f"/sign-in/{token}").location == "/admin"


def test_a_sign_in_link_works_once_and_for_an_hour(world, as_):
    token = SignInLink.make(world.fleur)
    db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert as_(None).post(f"/sign-in/{token}").status_code == 410
    assert as_(None).post(f"/sign-in/{token}").status_code == 303
    assert as_(None).post(f"/sign-in/{token}").status_code == 410


def test_a_new_link_ends_the_old_one(world, visitor):
    old = SignInLink.make(world.fleur)
    SignInLink.make(world.fleur)
    db.session.commit()
    assert visitor.post(f"/sign-in/{old}").status_code == 410


def test_signing_in_begins_a_new_session_whatever_the_browser_held(world, as_):
    client = as_(world.amina)
    before = client.get_cookie("buurtstem").value
    token = SignInLink.make(world.fleur)
    db.session.commit()
    client.post(f"/sign-in/{token}")
    assert client.get_cookie("buurtstem").value != before
    assert db.session.query(Session).count() == 1  # Amina's ended


def test_signing_out_ends_the_session_on_the_server(world, as_):
    client = as_(world.amina)
    stolen = client.get_cookie("buurtstem").value
    client.post("/sign-out")
    client.set_cookie("buurtstem", stolen)
    assert client.get("/me").status_code == 303
    assert db.session.query(Session).count() == 0


def test_a_session_ends_after_half_a_year(world, as_):
    client = as_(world.amina)
    with time_machine.travel(now() + timedelta(days=182)):
        assert client.get("/me").status_code == 303


def test_a_name_is_only_kept_when_somebody_gives_one(app, visitor):
    enter(visitor, make_codes()[0])
    assert db.session.scalar(select(Person)).name is None
    visitor.post("/me", data={"name": "  Aminá ", "language": "nl"})
    assert db.session.scalar(select(Person)).name == "Aminá"


def test_the_chosen_language_stays(app, visitor):
    assert '<html lang="en">' in visitor.get("/").text
    assert visitor.get("/language/nl?back=/about").location == "/about"
    assert '<html lang="nl">' in visitor.get("/about").text


def test_the_language_link_never_leads_away(app, visitor):
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert visitor.get("/language/en", query_string={"back": elsewhere}).location == "/"


def test_cookies_are_strict(app, as_, visitor):
    enter(visitor, make_codes()[0])
    flags = visitor.post("/me", data={"name": "x", "language": "en"}).headers["Set-Cookie"]
    assert "HttpOnly" in flags and "SameSite=Lax" in flags and "Secure" not in flags
    secure = visitor.post("/me", data={"name": "y", "language": "nl"}, base_url="https://buurt.example")
    assert re.search(r"Secure", str(secure.headers)) or secure.status_code == 303


def test_a_visitor_gets_no_cookie_at_all(app, visitor):
    for path in ("/", "/council", "/proposals", "/about"):
        assert "Set-Cookie" not in visitor.get(path).headers, path
