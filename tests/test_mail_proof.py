"""Signing in by e-mail: what it gives, and what it never gives away."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import create_app
from app.accounts.mail_proof import MailProof, sweep_proofs
from app.accounts.models import Person, Session, digest_of_email
from app.accounts.privacy import A_DAY
from app.clock import now
from app.db import db
from app.jobs import tick
from app.mail import Mail
from app.text import read_email

KNOWN, UNKNOWN = "amina@example.nl", "nobody@example.nl"

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


@pytest.fixture
def amina(world, post_office):
    """Amina has confirmed her address."""
    world.amina.take_email(KNOWN)
    db.session.commit()
    return world.amina


def ask(client, email=KNOWN):
    response = client.post("/sign-in", data={"email": email})
    db.session.rollback()
    tick()
    return response


def type_code(client, code):
    return client.post("/e-mail", data={"code": code})


def is_signed_in(client):
    return client.get("/me").status_code == 200


def proofs():
    db.session.rollback()
    return db.session.scalars(select(MailProof)).all()


def test_a_link_signs_in_the_browser_that_asked(amina, post_office, visitor):
    assert ask(visitor).location == "/e-mail"
    link = f"/e-mail/{post_office.last_token}"
    assert "Press the button" in visitor.get(link).text and not is_signed_in(visitor)
    assert visitor.post(link).location == "/start" and is_signed_in(visitor)
    assert "Inloggen" in post_office.last["Subject"]


def test_a_code_signs_in_the_browser_that_asked_however_it_is_typed(amina, post_office, visitor):
    ask(visitor)
    code = post_office.last_code.lower().replace("0", "o").replace("1", "l")
    assert type_code(visitor, f" {code} ").location == "/start" and is_signed_in(visitor)
    assert proofs() == []


def test_a_host_comes_to_the_console(world, post_office, visitor):
    world.fleur.take_email(KNOWN)
    db.session.commit()
    ask(visitor)
    assert type_code(visitor, post_office.last_code).location == "/admin"


def test_signing_in_begins_a_new_session(amina, post_office, as_, world):
    client = as_(world.bram)
    ask(client)
    before = client.get_cookie("buurtstem").value
    type_code(client, post_office.last_code)
    assert client.get_cookie("buurtstem").value != before
    assert [session.person_id for session in db.session.scalars(select(Session))] == [amina.id]


def test_link_and_code_work_once(amina, post_office, visitor):
    ask(visitor)
    token, code = post_office.last_token, post_office.last_code
    visitor.post(f"/e-mail/{token}")
    assert visitor.post(f"/e-mail/{token}").status_code == 410
    assert visitor.get(f"/e-mail/{token}").status_code == 410
    assert type_code(visitor, code).status_code == 410


def test_link_and_code_end_after_ten_minutes(amina, post_office, visitor):
    ask(visitor)
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert visitor.post(f"/e-mail/{post_office.last_token}").status_code == 410
        assert type_code(visitor, post_office.last_code).status_code == 410
    assert not is_signed_in(visitor)


def test_five_wrong_codes_end_it_for_link_and_code(amina, post_office, visitor):
    ask(visitor)
    for _ in range(4):
        assert type_code(visitor, "000000").status_code == 422
    assert type_code(visitor, "000000").status_code == 410
    assert type_code(visitor, post_office.last_code).status_code == 410
    assert visitor.post(f"/e-mail/{post_office.last_token}").status_code == 410


def test_a_new_mail_ends_the_one_before(amina, post_office, as_):
    first, second = as_(None), as_(None)
    ask(first)
    old = post_office.last_code
    ask(second)
    assert type_code(first, old).status_code == 410 and len(proofs()) == 1
    assert type_code(second, post_office.last_code).status_code == 303


def test_scanners_and_other_browsers_spend_nothing(amina, post_office, as_, visitor):
    ask(visitor)
    link, scanner = f"/e-mail/{post_office.last_token}", as_(None)
    for _ in range(20):
        assert "You asked for this somewhere else" in scanner.get(link).text
        scanner.head(link)
        assert scanner.post(link).status_code == 403
    assert not is_signed_in(scanner)
    assert type_code(scanner, post_office.last_code).status_code == 410
    assert visitor.post(link).status_code == 303


def test_known_and_unknown_addresses_look_and_cost_the_same(amina, post_office, as_, queries):
    seen = []
    for email in (KNOWN, UNKNOWN):
        client = as_(None)
        queries.clear()
        answers = [client.post("/sign-in", data={"email": email}), client.get("/e-mail")]
        asked = [re.sub(r"\?.*", "", sql) for sql in queries]
        tick()
        queries.clear()
        answers += [client.get("/e-mail"), type_code(client, "AAAAAA")]
        asked += list(queries)
        answers += [type_code(client, "AAAAAA") for _ in range(5)]
        bodies = [TOKEN.sub("", answer.text.replace(email, "…")) for answer in answers]
        seen.append((asked, bodies, [(a.status_code, a.location) for a in answers]))
    assert seen[0] == seen[1]
    assert [message["To"] for message in post_office.received] == [KNOWN]


def test_the_row_of_an_unknown_address_tells_nothing_either(amina, visitor):
    visitor.post("/sign-in", data={"email": KNOWN})
    visitor.post("/sign-in", data={"email": UNKNOWN})
    known, unknown = proofs()
    assert (known.person_id, known.token_digest) == (unknown.person_id, unknown.token_digest) == (None, None)


def test_the_mail_goes_to_the_address_on_file_whatever_capitals_were_typed(amina, post_office, visitor):
    ask(visitor, "  AMINA@Example.NL ")
    assert post_office.last["To"] == KNOWN


def test_a_mail_s_links_lead_to_our_own_address_only(amina, post_office, visitor):
    visitor.post(
        "/sign-in",
        data={"email": KNOWN},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    tick()
    whole = post_office.last.as_string()
    html = post_office.last.get_body(("html",)).get_content()
    assert "evil" not in whole and "evil" not in html
    assert set(re.findall(r"https?://[^/\s\"<]+", html)) == {"http://localhost:8000"}


def test_an_address_is_used_only_after_it_is_confirmed(world, post_office, as_):
    client = as_(world.amina)
    client.post("/me/e-mail", data={"email": "Amina@Example.nl"})
    tick()
    db.session.rollback()
    assert world.amina.email is None
    assert type_code(client, post_office.last_code).location == "/me/e-mail"
    assert world.amina.email == "Amina@example.nl"
    assert world.amina.email_digest == digest_of_email(KNOWN)


def test_a_link_confirms_only_for_who_asked_and_is_still_signed_in(world, post_office, as_):
    client = as_(world.amina)
    client.post("/me/e-mail", data={"email": KNOWN})
    tick()
    token = post_office.last_token
    assert as_(world.bram).post(f"/e-mail/{token}").status_code == 403
    client.post("/sign-out")
    assert client.post(f"/e-mail/{token}").status_code == 403
    assert type_code(client, post_office.last_code).status_code == 410
    assert db.session.scalar(select(Person).where(Person.email_digest.is_not(None))) is None


def test_a_changed_address_is_told_to_the_old_one(amina, post_office, as_):
    client = as_(amina)
    client.post("/me/e-mail", data={"email": "new@example.nl"})
    tick()
    type_code(client, post_office.last_code)
    tick()
    assert amina.email == "new@example.nl"
    assert post_office.last["To"] == KNOWN and "niet meer" in post_office.last["Subject"]


def test_an_address_that_somebody_else_confirms_moves_to_them(amina, world, post_office, as_):
    client = as_(world.bram)
    client.post("/me/e-mail", data={"email": KNOWN})
    tick()
    type_code(client, post_office.last_code)
    db.session.refresh(amina)
    assert (amina.email, world.bram.email) == (None, KNOWN)


def test_a_removed_address_no_longer_signs_in(amina, post_office, as_, visitor):
    ask(visitor)
    code = post_office.last_code
    as_(amina).post("/me/e-mail/removal")
    assert type_code(visitor, code).status_code == 410
    ask(visitor)
    subjects = [message["Subject"] for message in post_office.received]
    assert len(subjects) == 2 and "niet meer" in subjects[1]  # no second mail to sign in


@pytest.mark.parametrize(
    "typed",
    [
        *("amina", "@example.nl", "a@b", "a b@example.nl", "a@exa mple.nl", "a@example.nl, b@example.nl"),
        *("a@example.nl\r\nBcc: b@example.nl", "a@example.nl\nb@example.nl", "Amina <a@example.nl>", ""),
        *("a@" + "x" * 250 + ".nl", "é@example.nl", "a@example..nl", '"a\\r\\n"@example.nl'),
    ],
)
def test_what_is_no_address_is_refused(world, post_office, visitor, typed):
    assert read_email(typed) is None
    response = visitor.post("/sign-in", data={"email": typed})
    assert response.status_code == 422 and proofs() == []


def test_addresses_are_read_as_mail_servers_write_them():
    assert read_email(" Jo.an+buurt@Bücher.Example ") == "Jo.an+buurt@xn--bcher-kva.example"


def test_the_files_hold_no_address_token_or_code(shared_app, amina, post_office, visitor):
    ask(visitor)
    secrets = [KNOWN, post_office.last_token, post_office.last_code, post_office.last_code.replace(" ", "")]
    visitor.post("/sign-in", data={"email": UNKNOWN})
    kept = b"".join(path.read_bytes() for path in shared_app.config["INSTANCE"].glob("buurtstem.db*"))
    for secret in [*secrets, UNKNOWN]:
        assert secret.encode() not in kept


def test_pages_with_a_secret_are_kept_nowhere_and_told_to_nobody(amina, post_office, as_, visitor):
    ask(visitor)
    for path in ("/sign-in", "/e-mail", f"/e-mail/{post_office.last_token}"):
        headers = visitor.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
    assert as_(amina).get("/me/e-mail").headers["Cache-Control"] == "no-store"


def test_over_https_and_without_a_referrer_it_still_works(shared_app, amina, post_office):
    app = create_app({"INSTANCE": shared_app.config["INSTANCE"], "SMTP": shared_app.config["SMTP"],
                      "MAIL_FROM": shared_app.config["MAIL_FROM"], "TESTING": True})  # fmt: skip
    app.test_client_class = shared_app.test_client_class
    client, site = app.test_client(), {"base_url": "https://localhost"}

    def post(path, **fields):
        page = client.get("/sign-in" if path == "/sign-in" else "/e-mail", **site).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        return client.post(path, data={**fields, "csrf_token": token}, **site)

    assert post("/sign-in", email=KNOWN).status_code == 303
    tick()
    assert post("/e-mail", code=post_office.last_code).location == "/start"
    with app.app_context():
        db.engine.dispose()


def test_without_a_mail_server_it_is_kindly_not_there(world, as_, visitor):
    assert '"/sign-in"' not in visitor.get("/code").text
    assert "sends no e-mail" in visitor.get("/sign-in").text
    assert visitor.post("/sign-in", data={"email": KNOWN}).status_code == 422
    amina = as_(world.amina)
    assert "sends no e-mail" in amina.get("/me/e-mail").text
    assert amina.post("/me/e-mail", data={"email": KNOWN}).status_code == 422
    assert proofs() == [] and db.session.query(Mail).count() == 0


def test_what_was_asked_is_forgotten_after_a_day(amina, visitor):
    ask(visitor)
    with time_machine.travel(now() + timedelta(hours=23)):
        sweep_proofs(now() - A_DAY)
        db.session.commit()
        assert len(proofs()) == 1
    with time_machine.travel(now() + timedelta(hours=25)):
        sweep_proofs(now() - A_DAY)
        db.session.commit()
        assert proofs() == []
