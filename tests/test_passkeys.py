"""Passkeys: added, shown, refused when anything is not right; and what is kept of them."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Session
from app.accounts.passkeys import Challenge, Passkey, forget_old_challenges
from app.clock import now
from app.db import db
from app.events import Event
from app.keys import digest
from tests.authenticator import Authenticator

LATER = timedelta(hours=13)


@pytest.fixture(autouse=True)
def at_this_address(shared_app, monkeypatch):
    monkeypatch.setitem(shared_app.config, "ADDRESS", "http://localhost")


def add(client, phone=None, label="My phone"):
    """Add a passkey as a browser does. Returns the phone that holds it."""
    phone = phone or Authenticator()
    answer = phone.make(client.post("/me/passkeys/question").json)
    response = client.post("/me/passkeys", data={"passkey": answer, "passkey_label": label})
    assert response.status_code == 303, response.text
    return phone


def question(client):
    return client.post("/sign-in/passkey/question").json


def sign_in(client, phone, **instead):
    return client.post("/sign-in/passkey", data={"passkey": phone.show(question(client), **instead)})


def confirm(client, phone, **more):
    data = {"passkey": phone.show(question(client)), **more}
    return client.post("/me/confirmation/passkey", data=data)


def test_a_passkey_signs_in_on_a_new_device_and_shows_at_once_that_it_is_you(world, as_, visitor):
    phone = add(as_(world.fleur))
    answer = sign_in(visitor, phone)
    assert (answer.status_code, answer.location) == (303, "/admin")
    assert visitor.get("/admin/codes").status_code == 200
    session = db.session.scalar(select(Session).where(Session.origin == "passkey"))
    assert session.person_id == world.fleur.id and session.is_confirmed


def test_residents_may_have_one_too(world, as_, visitor):
    phone = add(as_(world.amina))
    assert sign_in(visitor, phone).location == "/start"
    assert visitor.get("/me/passkeys").status_code == 200


def test_after_twelve_hours_a_passkey_confirms_and_what_was_sent_goes_on(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    phone = add(fleur)
    with time_machine.travel(now() + LATER):
        asked = fleur.post("/admin/codes", data={"label": "Lange straat", "size": "3"})
        assert asked.status_code == 403 and 'name="label" value="Lange straat"' in asked.text
        again = confirm(fleur, phone, label="Lange straat", size="3", then="/admin/codes")
        assert (again.status_code, again.location) == (307, "/admin/codes")
        assert fleur.get("/admin/codes").status_code == 200


def test_the_spare_codes_stay_the_other_way(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    codes = re.findall(r'class="code">([\w-]+)<', fleur.post("/me/spare-codes").text)
    add(fleur)
    with time_machine.travel(now() + LATER):
        page = fleur.get("/me/confirmation").text
        assert page.index("Use your passkey") < page.index("<details>") < page.index("Use a spare code")
        assert fleur.post("/me/confirmation", data={"spare_code": codes[0]}).status_code == 303
        assert fleur.get("/admin").status_code == 200


def test_a_first_passkey_can_be_made_while_something_waits_to_be_sent(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    answer = Authenticator().make(fleur.post("/me/passkeys/question").json)
    kept = {"label": "Lange straat", "size": "3", "then": "/admin/codes", "passkey": answer}
    again = fleur.post("/me/passkeys", data=kept)
    assert (again.status_code, again.location) == (307, "/admin/codes")
    assert db.session.scalar(select(Passkey)).label != "Lange straat"


def test_a_second_passkey_takes_a_confirmed_session(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    add(fleur)
    with time_machine.travel(now() + LATER + timedelta(days=1)):
        assert fleur.post("/me/passkeys/question").status_code == 403
        assert fleur.post("/me/passkeys", data={"passkey": "x"}).status_code == 403
        assert "Add a passkey on this device" not in fleur.get("/me/passkeys").text


def test_who_has_a_passkey_gets_no_first_sheet_without_showing_it(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    add(fleur)
    with time_machine.travel(now() + LATER + timedelta(days=1)):
        assert fleur.post("/me/spare-codes").status_code == 403


def test_a_mailbox_is_not_enough_for_a_first_passkey(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    db.session.scalar(select(Session)).origin = "mail"
    db.session.commit()
    assert fleur.post("/me/passkeys/question").status_code == 403
    assert fleur.post("/me/passkeys", data={"passkey": "x"}).status_code == 403


def test_a_passkey_can_be_removed_and_then_works_no_more(world, as_, visitor):
    fleur = as_(world.fleur)
    phone = add(fleur)
    name = db.session.scalar(select(Passkey)).name
    assert fleur.post(f"/me/passkeys/{name}/removal").status_code == 303
    assert "My phone" not in fleur.get("/me/passkeys").text
    assert sign_in(visitor, phone).status_code == 422


def test_removing_takes_a_confirmed_session_and_goes_on_after_confirming(world, as_):
    fleur = as_(world.fleur)
    add(fleur)
    name = db.session.scalar(select(Passkey)).name
    with time_machine.travel(now() + LATER):
        assert fleur.post(f"/me/passkeys/{name}/removal").status_code == 403
    assert db.session.query(Passkey).count() == 1


def test_nobody_removes_the_only_way_to_show_that_it_is_them(world, as_):
    fleur = as_(world.fleur, confirmed=False)
    add(fleur)
    name = db.session.scalar(select(Passkey)).name
    refused = fleur.post(f"/me/passkeys/{name}/removal")
    assert refused.status_code == 422 and "make spare codes" in refused.text
    fleur.post("/me/spare-codes")
    assert fleur.post(f"/me/passkeys/{name}/removal").status_code == 303


def test_another_persons_passkey_cannot_be_removed(world, as_):
    add(as_(world.fleur))
    name = db.session.scalar(select(Passkey)).name
    assert as_(world.samira).post(f"/me/passkeys/{name}/removal").status_code == 404
    assert as_(world.amina).post(f"/me/passkeys/{name}/removal").status_code == 404


def test_the_record_says_what_was_set_up_but_not_to_everybody(world, as_):
    fleur = as_(world.fleur)
    add(fleur)
    name = db.session.scalar(select(Passkey)).name
    fleur.post(f"/me/passkeys/{name}/removal")
    for what in ("spare_codes.made", "passkey.added", "passkey.removed"):
        event = db.session.scalar(select(Event).where(Event.name == what))
        assert (event.subject_type, event.subject_id, event.actor_id) == (
            "person",
            world.fleur.id,
            world.fleur.id,
        )
        assert what not in fleur.get("/council").text


# What is not right is refused, kindly, and the question is spent.


def refused(response):
    assert response.status_code == 422
    assert "This passkey was not accepted." in response.text
    return True


@pytest.mark.parametrize("wrong", ["origin", "domain", "is_verified"])
def test_an_answer_from_elsewhere_or_without_a_finger_is_refused(world, as_, visitor, wrong):
    value = {"origin": "https://evil.example", "domain": "evil.example", "is_verified": False}[wrong]
    fleur = as_(world.fleur)
    phone = add(fleur)
    setattr(phone, wrong, value)
    assert refused(sign_in(visitor, phone))
    assert refused(confirm(fleur, phone))
    other = Authenticator()
    setattr(other, wrong, value)
    answer = other.make(fleur.post("/me/passkeys/question").json)
    assert refused(fleur.post("/me/passkeys", data={"passkey": answer}))
    assert visitor.get("/me").status_code == 303 and db.session.query(Passkey).count() == 1


def test_an_answer_counts_once(world, as_, visitor):
    phone = add(as_(world.fleur))
    answer = phone.show(question(visitor))
    assert visitor.post("/sign-in/passkey", data={"passkey": answer}).status_code == 303
    assert refused(visitor.post("/sign-in/passkey", data={"passkey": answer}))


def test_a_question_is_spent_by_a_wrong_answer(world, as_, visitor):
    phone = add(as_(world.fleur))
    asked = question(visitor)
    assert refused(visitor.post("/sign-in/passkey", data={"passkey": phone.show(asked, signature=b"forged")}))
    assert refused(visitor.post("/sign-in/passkey", data={"passkey": phone.show(asked)}))


def test_a_new_question_replaces_the_one_before(world, as_, visitor):
    phone = add(as_(world.fleur))
    old = question(visitor)
    question(visitor)
    assert refused(visitor.post("/sign-in/passkey", data={"passkey": phone.show(old)}))


def test_a_question_waits_five_minutes(world, as_, visitor):
    phone = add(as_(world.fleur))
    answer = phone.show(question(visitor))
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert refused(visitor.post("/sign-in/passkey", data={"passkey": answer}))


def test_a_question_is_for_the_browser_that_asked(world, as_):
    phone = add(as_(world.fleur))
    mine, theirs = as_(None), as_(None)
    question(theirs)
    answer = phone.show(question(mine))
    assert refused(theirs.post("/sign-in/passkey", data={"passkey": answer}))
    assert mine.post("/sign-in/passkey", data={"passkey": answer}).status_code == 303


def test_a_question_from_before_signing_in_is_worthless_after(world, as_):
    phone = add(as_(world.fleur))
    client = as_(None)
    answer = phone.show(question(client))
    assert sign_in(client, phone).status_code == 303
    assert refused(client.post("/me/confirmation/passkey", data={"passkey": answer}))


def test_another_persons_passkey_does_not_confirm(world, as_):
    theirs = add(as_(world.samira))
    fleur = as_(world.fleur, confirmed=False)
    assert refused(confirm(fleur, theirs))
    assert fleur.get("/admin").status_code == 303


def test_a_passkey_that_says_it_is_somebody_else_is_refused(world, as_, visitor):
    phone = add(as_(world.fleur))
    assert refused(sign_in(visitor, phone, userHandle=digest("passkey", str(world.amina.id))))


def test_a_passkey_that_is_here_already_cannot_become_anothers(world, as_):
    phone = add(as_(world.fleur))
    amina = as_(world.amina)
    answer = phone.make(amina.post("/me/passkeys/question").json)
    assert refused(amina.post("/me/passkeys", data={"passkey": answer}))
    assert db.session.scalar(select(Passkey)).person_id == world.fleur.id


def test_a_copied_key_is_noticed_by_its_count(world, as_, visitor):
    phone = add(as_(world.fleur))
    assert sign_in(visitor, phone).status_code == 303
    phone.count = 0  # the copy was made before
    assert refused(sign_in(as_(None), phone))


def test_a_passkey_nobody_knows_is_refused(world, visitor):
    phone = Authenticator()
    phone.handle = b"x"
    assert refused(sign_in(visitor, phone))


@pytest.mark.parametrize("address", ["/sign-in/passkey", "/me/confirmation/passkey", "/me/passkeys"])
def test_without_a_script_the_page_says_so_and_names_the_other_way(world, as_, address):
    fleur = as_(world.fleur)
    response = fleur.post(address, data={"passkey": ""})
    assert response.status_code == 422 and "Your browser gave no passkey." in response.text
    assert re.search("spare code|code from your letter", response.text)


GOOD = Authenticator()
GOOD.handle = b"x"
BROKEN = [
    "null",
    "[]",
    "{",
    "{}",
    '"x"',
    "\x00",
    '{"id": 1, "rawId": [], "response": {}, "type": "public-key"}',
    '{"id": "é", "rawId": "é", "response": {"clientDataJSON": "", "authenticatorData": "", "signature": ""}, '
    '"type": "public-key"}',
]


def test_nonsense_is_refused_not_stumbled_over(world, as_):
    fleur = as_(world.fleur)
    phone = add(fleur)
    broken = list(BROKEN)
    for instead in ({"clientDataJSON": b"\xff"}, {"authenticatorData": b""}, {"signature": b""}):
        broken.append(phone.show(question(fleur), **instead))
    for fmt in ("tpm", "android-safetynet", "packed", "fido-u2f", "apple", "android-key", "x"):
        made = json.loads(Authenticator().make(fleur.post("/me/passkeys/question").json))
        made["response"]["attestationObject"] = made["response"]["attestationObject"].replace(
            "Y2ZtdGRub25l", fmt
        )
        broken.append(json.dumps(made))
    for answer in broken:
        for address in ("/sign-in/passkey", "/me/confirmation/passkey", "/me/passkeys"):
            ask = "/me/passkeys/question" if address == "/me/passkeys" else "/sign-in/passkey/question"
            fleur.post(ask)
            assert refused(fleur.post(address, data={"passkey": answer})), (address, answer)


# What is kept, and what is told.


def test_a_device_is_told_nothing_about_somebody(world, as_):
    asked = as_(world.amina).post("/me/passkeys/question").json
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"]["id"] == "localhost"
    handles = {as_(who).post("/me/passkeys/question").json["user"]["id"] for who in (world.amina, world.bram)}
    assert len(handles) == 2 and all(len(handle) == 43 for handle in handles)


def test_who_is_not_signed_in_hears_of_no_passkey(world, as_, visitor):
    add(as_(world.fleur))
    assert question(visitor)["allowCredentials"] == []
    assert len(question(as_(world.fleur))["allowCredentials"]) == 1


def test_old_questions_are_forgotten(world, visitor):
    question(visitor)
    forget_old_challenges()
    db.session.commit()
    assert db.session.query(Challenge).count() == 1
    with time_machine.travel(now() + timedelta(minutes=6)):
        forget_old_challenges()
        db.session.commit()
    assert db.session.query(Challenge).count() == 0


def test_the_file_holds_no_name_of_a_browser_that_was_asked(app, visitor):
    question(visitor)
    with visitor.session_transaction() as cookie:
        kept = db.session.scalar(select(Challenge))
        assert kept.browser == digest("browser", cookie["browser"])


def test_the_list_says_what_a_device_is_called_and_when_it_was_used(world, as_):
    fleur = as_(world.fleur)
    add(fleur, label="Grandma's <b>tablet</b>")
    page = fleur.get("/me/passkeys").text
    assert "Grandma&#39;s &lt;b&gt;tablet&lt;/b&gt;" in page and "Not used yet." in page


def test_a_device_without_a_name_gets_one(world, as_):
    fleur = as_(world.fleur)
    fleur.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 16; Mobile) Firefox/150.0"
    add(fleur, label="")
    assert db.session.scalar(select(Passkey)).label == "Firefox, Android"


def test_at_another_address_the_page_says_where_passkeys_work(world, as_, monkeypatch, shared_app):
    monkeypatch.setitem(shared_app.config, "ADDRESS", "https://buurt.example/")
    page = as_(world.fleur).get("/me/passkeys").text
    assert "Passkeys work only at https://buurt.example." in page
