import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import now, today
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
    db.session.add(host)
    Role.give(host, "host")
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
            AccessCode.batch_id == batch.id, AccessCode.is_used
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


def role(**facts):
    return {
        "name": "council",
        "ends_on": today() + timedelta(days=365),
        "new_name": "Noor, wethouder",
    } | facts


def test_somebody_new_gets_a_role_and_signs_in_by_the_link_shown_once(world, as_, visitor):
    fleur = as_(world.fleur)
    page = fleur.post("/admin/roles", data=role()).text
    link = re.search(r"http://\w+(?::\d+)?(/sign-in/[\w-]+)", page).group(1)
    assert link not in fleur.get("/admin/roles").text
    assert visitor.post(link).location == "/me/confirmation?then=/council"
    noor = db.session.scalar(select(Person).where(Person.name == "Noor, wethouder"))
    assert noor.has_role("council") and not noor.is_resident


def test_somebody_with_a_name_gets_a_role(world, as_):
    facts = {"name": "collective_host", "of": world.warmth.id, "person": world.bram.id, "new_name": ""}
    assert as_(world.fleur).post("/admin/roles", data=role(**facts)).status_code == 303
    assert world.bram.has_role("host", world.warmth.id) and not world.bram.has_role("host")


def test_a_role_for_nobody_or_two_people_or_no_collective_is_refused(world, as_):
    wrong = (
        {"new_name": ""},
        {"person": world.bram.id},
        {"name": "collective_host"},
        {"of": world.greens.id},
    )
    for facts in (*wrong, {"name": "king"}, {"person": "999"}, {"ends_on": "2020-01-01"}, {"ends_on": "x"}):
        assert as_(world.fleur).post("/admin/roles", data=role(**facts)).status_code == 422, facts


def test_a_role_that_ended_gives_nothing_until_it_is_given_again(world, as_):
    moderator = held(world.fatima, "moderator")
    fleur = as_(world.fleur)
    Role.give(world.bram, "moderator")
    db.session.commit()
    assert as_(world.fatima).get("/moderation").status_code == 200
    fleur.post(f"/admin/roles/{moderator.id}/ending")
    assert as_(world.fatima).get("/moderation").status_code == 403
    fleur.post("/admin/roles", data=role(name="moderator", person=world.fatima.id, new_name=""))
    assert as_(world.fatima).get("/moderation").status_code == 200


def test_a_role_ends_by_itself_and_the_hosts_are_told_a_month_before(world, as_):
    moderator = held(world.fatima, "moderator")
    moderator.ends_on = today() + timedelta(days=29)
    db.session.commit()
    assert f"/admin/roles/{moderator.id}" in as_(world.fleur).get("/admin").text
    with time_machine.travel(now() + timedelta(days=31)):
        assert not world.fatima.has_role("moderator")


def test_the_only_host_stays_until_there_is_another(world, as_):
    only = held(world.fleur, "host")
    assert as_(world.fleur).post(f"/admin/roles/{only.id}/ending").status_code == 403
    assert "Nobody else holds this role" in as_(world.fleur).get(f"/admin/roles/{only.id}").text


def test_a_deputy_may_do_the_same(world, as_):
    moderator = held(world.fatima, "moderator")
    facts = {"ends_on": today() + timedelta(days=90), "deputy": world.bram.id}
    as_(world.fleur).post(f"/admin/roles/{moderator.id}", data=facts)
    assert as_(world.bram).get("/moderation").status_code == 200


def held(person, name):
    return next(role for role in person.roles if role.name == name and not role.collective_id)


def test_a_new_link_is_handed_over_to_who_holds_a_role(world, as_):
    page = as_(world.fleur).post(f"/admin/roles/{held(world.daan, 'council').id}/link").text
    assert "/sign-in/" in page and "Give this link to Daan" in page


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
        for path in ("/admin", "/admin/codes", "/admin/roles", "/admin/neighbourhood"):
            assert as_(person).get(path).status_code in (403, 404), path
    assert as_(None).get("/admin").location == "/code"
