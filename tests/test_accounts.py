import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch, Person, Session, SignInLink
from app.clock import now
from app.core.codes import spaced
from app.db import db
from app.keys import digest


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


def test_a_code_remembers_that_it_was_used_but_not_by_whom_or_when(app, visitor):
    code = make_codes(1)[0]
    enter(visitor, code)
    kept = AccessCode.named(code)
    assert set(kept.__table__.columns.keys()) == {"digest", "batch_id", "number", "is_used", "is_revoked"}
    assert kept.is_used


def test_a_sign_in_link_asks_before_it_signs_in(world, visitor):
    token = SignInLink.make(world.fleur)
    db.session.commit()
    assert visitor.get(f"/sign-in/{token}").status_code == 200
    assert visitor.get("/admin").status_code == 303  # a visitor still
    assert visitor.post(f"/sign-in/{token}").location == "/me/confirmation?then=/admin"


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


def test_a_name_is_only_kept_when_somebody_gives_one(app, visitor):
    enter(visitor, make_codes()[0])
    assert db.session.scalar(select(Person)).name is None
    visitor.post("/me", data={"name": "  Aminá ", "language": "nl"})
    assert db.session.scalar(select(Person)).name == "Aminá"


def test_the_chosen_language_stays(app, visitor):
    assert '<html lang="en">' in visitor.get("/").text
    assert visitor.get("/language/nl?back=/about").location == "/about"
    assert '<html lang="nl">' in visitor.get("/about").text


def test_the_other_language_is_that_of_the_page_also_after_a_refused_form(world, visitor, as_):
    refused = visitor.post("/code", data={"code": "x"}, headers={"Referer": "http://localhost/code"})
    assert refused.status_code == 422 and 'href="/language/nl?back=/code"' in refused.text
    address = f"/dialogues/{world.parking_dialogue.id}"
    sent = as_(world.fleur).post(f"{address}/phase", headers={"Referer": f"http://localhost{address}/phases"})
    assert sent.status_code == 422 and f'href="/language/nl?back={address}/phases"' in sent.text


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


def test_a_role_sleeps_until_its_holder_shows_that_it_is_them(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    assert fleur.get("/admin/codes").location == "/me/confirmation?then=/admin/codes?"
    sheet = fleur.post("/me/spare-codes").text
    assert len(re.findall(r'class="code">([\w-]+)<', sheet)) == 10
    assert fleur.get("/admin/codes").status_code == 200


def test_after_twelve_hours_a_spare_code_is_asked_and_works_once(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    codes = re.findall(r'class="code">([\w-]+)<', fleur.post("/me/spare-codes").text)
    with time_machine.travel(now() + timedelta(hours=13)):
        assert fleur.get("/admin").status_code == 303
        assert fleur.post("/me/confirmation", data={"spare_code": "0000-0000-000"}).status_code == 422
        assert (
            fleur.post("/me/confirmation", data={"spare_code": codes[0], "then": "/admin"}).location
            == "/admin"
        )
        assert fleur.get("/admin").status_code == 200
    with time_machine.travel(now() + timedelta(hours=26)):
        assert fleur.post("/me/confirmation", data={"spare_code": codes[0]}).status_code == 422


def test_what_a_role_holder_was_sending_goes_on_after_confirming(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    codes = re.findall(r'class="code">([\w-]+)<', fleur.post("/me/spare-codes").text)
    with time_machine.travel(now() + timedelta(hours=13)):
        asked = fleur.post("/admin/codes", data={"label": "Lange straat", "size": "3"})
        assert asked.status_code == 403 and 'name="label" value="Lange straat"' in asked.text
        kept = {"label": "Lange straat", "size": "3", "then": "/admin/codes", "spare_code": codes[1]}
        again = fleur.post("/me/confirmation", data=kept)
        assert (again.status_code, again.location) == (307, "/admin/codes")


def test_also_a_press_without_any_field_goes_on_after_confirming(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    codes = re.findall(r'class="code">([\w-]+)<', fleur.post("/me/spare-codes").text)
    with time_machine.travel(now() + timedelta(hours=13)):
        address = f"/proposals/{world.garden.id}/submission"
        asked = fleur.post(address)
        kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
        assert kept["then"] == f"{address}?"
        again = fleur.post("/me/confirmation", data={**kept, "spare_code": codes[1]})
        assert (again.status_code, again.location) == (307, address)


def test_what_comes_after_confirming_is_on_this_site(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    codes = re.findall(r'class="code">([\w-]+)<', fleur.post("/me/spare-codes").text)
    for code, elsewhere in zip(
        codes, ("//evil.example", "https://evil.example", "/\\evil.example"), strict=False
    ):
        answer = fleur.post("/me/confirmation", data={"spare_code": code, "then": elsewhere})
        assert answer.location == "/me"


def test_a_mailbox_is_not_enough_to_take_over_a_role(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    session = db.session.scalar(select(Session))
    session.origin = "mail"
    db.session.commit()
    assert fleur.post("/me/spare-codes").status_code == 403
    assert fleur.get("/admin").status_code == 303


def test_a_lost_sheet_is_replaced_on_the_day_of_a_new_link_only(world, as_):
    as_(world.fleur)
    fleur = as_(world.fleur, confirmed=False)
    assert fleur.post("/me/spare-codes").status_code == 200
    with time_machine.travel(now() + timedelta(days=1)):
        assert fleur.post("/me/spare-codes").status_code == 403


def test_who_only_lacks_the_confirmation_still_sees_the_way(world, as_):
    assert (
        "Write the answer" in as_(world.daan, confirmed=False).get(f"/requests/{world.lamps_request.id}").text
    )
    assert "Write the answer" not in as_(world.amina).get(f"/requests/{world.lamps_request.id}").text


def recover(client, code, old):
    return client.post("/code", data={"code": code, "old_code": old})


def make_replacement():
    _batch, code = CodeBatch.make_replacement(None, "Vervangende brief")
    db.session.commit()
    return code


def test_an_old_code_with_a_replacement_gives_the_old_place_back(app, as_):
    old, new = make_codes()[0], make_replacement()
    lost_phone, new_phone = as_(None), as_(None)
    enter(lost_phone, old)
    lost_phone.post("/me", data={"name": "Amina", "language": "nl"})
    assert "Had je hier al een plek?" in new_phone.get("/code", headers={"Accept-Language": "nl"}).text
    assert recover(new_phone, spaced(new), spaced(old).lower()).location == "/start"
    assert 'value="Amina"' in new_phone.get("/me").text
    assert lost_phone.get("/me").status_code == 303  # every other device is signed out
    assert db.session.query(Person).count() == 1 and AccessCode.named(new).is_used


def test_an_old_code_alone_or_twice_gives_nothing(app, as_):
    old, new, another = make_codes()[0], make_replacement(), make_replacement()
    enter(as_(None), old)
    assert recover(as_(None), old, old).status_code == 422
    assert recover(as_(None), "", old).status_code == 422
    assert recover(as_(None), new, old).status_code == 303
    assert recover(as_(None), new, old).status_code == 422
    assert recover(as_(None), another, old).status_code == 422  # the new code is the old one now
    assert recover(as_(None), another, new).status_code == 303


def test_a_wrong_old_code_says_so_and_spends_nothing(app, as_):
    codes, new = make_codes(), make_replacement()
    enter(as_(None), codes[0])
    for old in (codes[1], "7K2M-9QXA-4TE", "x"):
        refused = recover(as_(None), new, old)
        assert refused.status_code == 422 and "Nobody came in with this code" in refused.text
        assert f'value="{old}"' in refused.text
    assert not AccessCode.named(new).is_used and db.session.query(Person).count() == 1


def test_a_neighbour_s_used_letter_and_one_s_own_do_not_take_over_a_place(app, as_):
    theirs, mine, _ = make_codes()
    enter(as_(None), theirs)
    refused = recover(as_(None), mine, theirs)
    assert refused.status_code == 422 and "Ask a host" in refused.text
    assert not AccessCode.named(mine).is_used


def test_a_replacement_for_somebody_without_an_old_letter_is_an_ordinary_code(app, as_):
    assert enter(as_(None), make_replacement()).status_code == 303


def test_the_file_links_no_person_to_a_code(app, as_):
    code = make_codes()[0]
    enter(as_(None), code)
    person, kept = db.session.scalar(select(Person)), AccessCode.named(code)
    assert person.place and person.place != kept.digest
    assert person.place.hex() not in str({c: getattr(kept, c) for c in kept.__table__.columns.keys()})  # noqa: SIM118
    assert Person.who_came_with(code) is person  # only who holds the paper can tell, with the key


def test_a_role_still_sleeps_after_a_place_was_given_back(world, as_):
    fleur, new = as_(world.fleur), make_replacement()
    old = make_codes()[0]
    world.fleur.place = digest("place", old)
    db.session.commit()
    phone = as_(None)
    assert recover(phone, new, old).status_code == 303
    assert fleur.get("/me").status_code == 303
    assert phone.get("/admin").status_code == 303 and phone.post("/me/spare-codes").status_code == 403


def test_a_sign_in_link_ends_when_a_place_is_given_back(app, as_):
    old, new = make_codes()[0], make_replacement()
    enter(as_(None), old)
    link = SignInLink.make(db.session.scalar(select(Person)))
    db.session.commit()
    recover(as_(None), new, old)
    assert as_(None).post(f"/sign-in/{link}").status_code == 410


def test_a_code_of_a_collective_makes_a_member(world, as_, visitor):
    _batch, (code,) = CodeBatch.make(None, "Warmte", 1, collective=world.warmth)
    db.session.commit()
    before = len(world.warmth.memberships)
    enter(visitor, code)
    assert len(world.warmth.memberships) == before + 1
