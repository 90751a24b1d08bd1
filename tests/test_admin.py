import re

from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.neighbourhood import Neighbourhood
from app.db import db


def test_the_console_shows_what_is_due_and_where_to_do_it(world, as_):
    page = as_(world.fleur).get("/admin").text
    for sentence in (
        "2 statements wait to be looked at",
        "days late",
        "In preparation",
        "A draft, not submitted yet",
    ):
        assert sentence in page


def test_a_quiet_day_says_so(app, as_):
    host = Person(name="Fleur")
    host.give_role("host")
    db.session.add(host)
    db.session.commit()
    assert "All is well" in as_(host).get("/admin").text


def test_letters_come_once_with_code_link_and_qr(world, as_, visitor):
    response = as_(world.fleur).post("/admin/codes", data={"label": "Wilgenpad", "size": 3})
    codes = re.findall(r'class="code">([\w-]+)<', response.text)
    assert len(codes) == 3 and response.text.count("<svg") == 3
    assert response.headers["Cache-Control"] == "no-store"
    assert not any(code in as_(world.fleur).get("/admin/codes").text for code in codes)
    assert visitor.post("/code", data={"code": codes[0]}).status_code == 303


def test_the_letters_keep_to_the_content_security_policy(world, as_):
    page = as_(world.fleur).post("/admin/codes", data={"label": "Wilgenpad", "size": 1}).text
    assert "style=" not in page and "<script>" not in page


def test_codes_used_are_counted_for_each_batch(world, as_):
    page = as_(world.fleur).get("/admin/codes").text
    for batch in db.session.scalars(select(CodeBatch)):
        used = db.session.query(AccessCode).where(
            AccessCode.batch_id == batch.id, AccessCode.used_on.is_not(None)
        )
        assert f"{used.count()} of {batch.size} used" in page


def test_withdrawn_codes_no_longer_work_but_who_is_in_stays(world, as_, visitor):
    page = as_(world.fleur).post("/admin/codes", data={"label": "Kwijt", "size": 2}).text
    first, second = re.findall(r'class="code">([\w-]+)<', page)
    visitor.post("/code", data={"code": first})
    batch = db.session.scalar(select(CodeBatch).where(CodeBatch.label == "Kwijt"))
    as_(world.fleur).post(f"/admin/codes/{batch.id}/revocation")
    assert as_(None).post("/code", data={"code": second}).status_code == 422
    assert visitor.get("/me").status_code == 200


def test_too_many_or_too_few_codes_are_refused(world, as_):
    for size in ("0", "2001", "", "tien"):
        assert as_(world.fleur).post("/admin/codes", data={"label": "X", "size": size}).status_code == 422


def test_somebody_of_the_council_signs_in_by_the_link_shown_once(world, as_, visitor):
    fleur = as_(world.fleur)
    page = fleur.post("/admin/council", data={"name": "Noor, wethouder"}).text
    link = re.search(r"http://localhost(/sign-in/[\w-]+)", page).group(1)
    assert link not in fleur.get("/admin/council").text
    assert visitor.post(link).location == "/council"
    noor = db.session.scalar(select(Person).where(Person.name == "Noor, wethouder"))
    assert noor.has_role("council") and not noor.is_resident


def test_a_link_can_be_made_anew_only_for_the_council(world, as_):
    fleur = as_(world.fleur)
    assert "/sign-in/" in fleur.post(f"/admin/council/{world.daan.id}/link").text
    assert fleur.post(f"/admin/council/{world.amina.id}/link").status_code == 303


def test_settings_are_changed_and_bad_ones_refused(world, as_, visitor):
    facts = {
        "name": "Nieuwbeek",
        "purpose": "Samen.",
        "decider": "Gemeente",
        "contact": "Fleur",
        "languages": ["nl"],
    }
    fleur = as_(world.fleur)
    assert fleur.post("/admin/neighbourhood", data={**facts, "languages": []}).status_code == 422
    assert fleur.post("/admin/neighbourhood", data={**facts, "languages": ["xx"]}).status_code == 422
    assert fleur.post("/admin/neighbourhood", data=facts).status_code == 303
    assert db.session.get(Neighbourhood, 1).languages == ["nl"]
    assert '<html lang="nl">' in visitor.get("/").text
    assert "Nieuwbeek" in visitor.get("/").text


def test_nobody_else_gets_in(world, as_):
    for person in (world.amina, world.daan, world.samira, world.eva):
        for path in ("/admin", "/admin/codes", "/admin/council", "/admin/neighbourhood"):
            assert as_(person).get(path).status_code == 403, path
    assert as_(None).get("/admin").location == "/code"
