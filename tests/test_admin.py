import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch, Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import now, today
from app.db import db
from app.events import Event


def test_the_console_shows_what_is_due_and_where_to_do_it(world, as_):
    page = as_(world.fleur).get("/admin").text
    for sentence in (
        "2 statements wait to be looked at",
        "days ago.",
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


def order(**facts):
    return {"kind": "letter", "label": "Wilgenpad", "size": 3, "days": 60, "of": ""} | facts


def printed(response):
    """The codes on what was just printed, in order of their numbers."""
    assert response.status_code == 200, response.text
    return re.findall(r'class="code">([\w-]+)</span>', response.text.replace("<wbr>", ""))


def test_letters_come_once_with_code_link_and_qr(world, as_, visitor):
    response = as_(world.fleur).post("/admin/codes", data=order())
    codes = printed(response)
    assert len(codes) == 3 and response.text.count("<svg") == 3
    assert response.headers["Cache-Control"] == "no-store"
    assert not any(code in as_(world.fleur).get("/admin/codes").text for code in codes)
    assert visitor.post("/code", data={"code": codes[0]}).status_code == 303


def test_a_letter_says_all_it_must_in_both_languages(world, as_):
    sheet = as_(world.fleur).post("/admin/codes", data=order(size=1, days=180)).text
    for words in (
        *("Jouw stem in de buurt", "Your voice in the neighbourhood", "in een minuut", "in a minute"),
        *("/code", "no. 1", "Wilgenpad", "06-00000000", "Fleur of Samira", "op papier", "on paper"),
        *("Voor één persoon", "For one person", str((today() + timedelta(days=180)).year)),
    ):
        assert words in sheet, words
    assert sheet.index('lang="nl"') < sheet.index("Your voice")


def test_posters_and_door_hangers_fill_their_sheets(world, as_):
    for kind, asked, codes, sheets in (("poster", 9, 16, 2), ("door_hanger", 3, 3, 1), ("letter", 2, 2, 2)):
        page = as_(world.fleur).post("/admin/codes", data=order(kind=kind, size=asked))
        assert len(set(printed(page))) == codes and page.text.count('<section class="sheet') == sheets


def test_codes_work_as_long_as_the_host_chose(world, as_):
    fleur = as_(world.fleur)
    for days in ("0", "181", "x"):
        assert fleur.post("/admin/codes", data=order(days=days)).status_code == 422
    code, *_rest = printed(fleur.post("/admin/codes", data=order(days=180)))
    with time_machine.travel(now() + timedelta(days=179)):
        assert as_(None).post("/code", data={"code": code}).status_code == 303


def test_an_example_lets_nobody_in_and_says_so(world, as_, visitor):
    fleur = as_(world.fleur)
    for kind in ("letter", "poster", "door_hanger"):
        page = fleur.get(f"/admin/codes/examples/{kind}")
        assert "lets nobody in" in page.text and "example-mark" in page.text
        assert visitor.post("/code", data={"code": printed(page)[0]}).status_code == 422
    assert fleur.get("/admin/codes/examples/flag").status_code == 404


def lost(world, as_, size=3):
    """A host, the address of a new batch, and its codes by number."""
    fleur = as_(world.fleur)
    codes = printed(fleur.post("/admin/codes", data=order(label="Kwijt", size=size)))
    made = db.session.scalar(select(CodeBatch).where(CodeBatch.label == "Kwijt"))
    return fleur, f"/admin/codes/{made.id}", dict(enumerate(codes, 1))


def enters(as_, code):
    return as_(None).post("/code", data={"code": code}).status_code == 303


def test_one_lost_letter_is_withdrawn_by_its_number_and_can_come_back(world, as_):
    fleur, address, codes = lost(world, as_)
    fleur.post(f"{address}/letters/revocation", data={"number": 2})
    assert not enters(as_, codes[2]) and enters(as_, codes[1])
    assert "Let letter 2 work again" in fleur.get(address).text
    fleur.post(f"{address}/letters/2/restoration")
    assert enters(as_, codes[2])


def test_a_lost_letter_is_printed_anew_under_its_number_and_the_old_one_stays_dead(world, as_):
    fleur, address, codes = lost(world, as_)
    fleur.post(f"{address}/letters/revocation", data={"number": 2})
    page = fleur.post(f"{address}/letters/2/replacement")
    (new,) = printed(page)
    assert "no. 2" in page.text and enters(as_, new) and not enters(as_, codes[2])
    assert fleur.post(f"{address}/letters/2/restoration").status_code == 404
    assert fleur.post(f"{address}/letters/1/replacement").status_code == 404  # was not withdrawn


def test_a_letter_that_was_used_or_is_not_there_cannot_be_withdrawn(world, as_):
    fleur, address, codes = lost(world, as_)
    assert enters(as_, codes[3])
    for number, words in ((3, "used already"), (9, "no letter with this number"), ("x", "Fill in a number")):
        refused = fleur.post(f"{address}/letters/revocation", data={"number": number})
        assert refused.status_code == 422 and words in refused.text


def test_withdrawing_a_batch_can_be_undone_until_it_expires(world, as_):
    fleur, address, codes = lost(world, as_)
    fleur.post(f"{address}/revocation")
    assert not enters(as_, codes[1])
    assert fleur.post(f"{address}/letters/revocation", data={"number": 1}).status_code == 403
    fleur.post(f"{address}/restoration")
    assert enters(as_, codes[1])
    fleur.post(f"{address}/revocation")
    made = db.session.scalar(select(CodeBatch).where(CodeBatch.label == "Kwijt"))
    made.expires_on = today() - timedelta(days=1)
    db.session.commit()
    assert fleur.post(f"{address}/restoration").status_code == 403


def test_the_record_says_what_happened_to_letters_by_number(world, as_):
    fleur, address, _codes = lost(world, as_)
    for act in ("letters/revocation", "letters/2/restoration", "revocation", "restoration"):
        fleur.post(f"{address}/{act}", data={"number": 2})
    told = db.session.scalars(select(Event).where(Event.subject_type == "codebatch").order_by(Event.id)).all()
    assert [event.name for event in told][-5:] == [
        "batch.made", "code.revoked", "code.restored", "batch.revoked", "batch.restored"
    ]  # fmt: skip
    assert {event.actor_id for event in told[-5:]} == {world.fleur.id}
    assert told[-4].particulars == {"number": 2, "label": "Kwijt"}


def test_a_batch_shows_how_many_came_in_week_by_week(world, as_):
    fleur, address, codes = lost(world, as_, size=10)
    assert enters(as_, codes[1]) and enters(as_, codes[2])
    with time_machine.travel(now() + timedelta(days=8)):
        assert enters(as_, codes[3])
    page = fleur.get(address).text
    for words in ("3 of 10 used", "(30%)", "10 to 15 of every 100"):
        assert words in page
    assert re.search(r"Week 1 after they were made: 2 people.*Week 2 \w+ they were made: 1 pers", page, re.S)


def test_a_replacement_letter_tells_the_host_nothing_of_the_place(world, as_):
    fleur = as_(world.fleur)
    code = printed(fleur.post("/admin/codes", data=order(size=1)))[0]
    as_(None).post("/code", data={"code": code})
    page = fleur.post("/admin/codes/replacement")
    assert "oude plek" in page.text
    before = db.session.query(Event).count()
    as_(None).post("/code", data={"code": printed(page)[0], "old_code": code})
    assert db.session.query(Event).count() == before
    assert "1 of 1 used" in fleur.get("/admin/codes").text


def test_the_host_s_own_text_stands_on_the_letter_until_it_is_emptied(world, as_):
    fleur = as_(world.fleur)
    assert fleur.post("/admin/texts", data={"nl": "Kom <b>zaterdag</b>!", "en": ""}).status_code == 303
    sheet = fleur.get("/admin/codes/examples/letter").text
    assert "Kom &lt;b&gt;zaterdag&lt;/b&gt;!" in sheet and "we make plans together" in sheet
    assert "maken we samen plannen" not in sheet
    fleur.post("/admin/texts", data={"nl": "", "en": ""})
    assert "maken we samen plannen" in fleur.get("/admin/codes/examples/letter").text
    assert fleur.post("/admin/texts", data={"nl": "x" * 351, "en": ""}).status_code == 422


def test_a_letter_of_a_collective_invites_to_it(world, as_):
    page = as_(world.fleur).post("/admin/codes", data=order(size=1, of=world.warmth.id))
    assert f"Take part in {world.warmth.name}" in page.text
    assert as_(world.fleur).post("/admin/codes", data=order(of=999)).status_code == 422


def test_the_letters_keep_to_the_content_security_policy(world, as_):
    page = as_(world.fleur).post("/admin/codes", data=order(size=1)).text
    assert "style=" not in page and "<script>" not in page


def test_codes_used_are_counted_for_each_batch(world, as_):
    page = as_(world.fleur).get("/admin/codes").text
    for batch in db.session.scalars(select(CodeBatch)):
        used = db.session.query(AccessCode).where(AccessCode.batch_id == batch.id, AccessCode.is_used)
        assert f"{used.count()} of {batch.size} used" in page


def test_withdrawn_codes_no_longer_work_but_who_is_in_stays(world, as_, visitor):
    first, second = printed(as_(world.fleur).post("/admin/codes", data=order(label="Kwijt", size=2)))
    visitor.post("/code", data={"code": first})
    batch = db.session.scalar(select(CodeBatch).where(CodeBatch.label == "Kwijt"))
    as_(world.fleur).post(f"/admin/codes/{batch.id}/revocation")
    assert as_(None).post("/code", data={"code": second}).status_code == 422
    assert visitor.get("/me").status_code == 200


def test_too_many_or_too_few_codes_are_refused(world, as_):
    for size in ("0", "2001", "", "tien"):
        assert as_(world.fleur).post("/admin/codes", data=order(size=size)).status_code == 422


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
    assert visitor.post(link).location == "/me/confirmation?then=/council/desk"
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
