"""Moderation: who may judge, what the author hears, what others still see, and how it is undone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import today
from app.db import db
from app.dialogues.models import Statement
from app.events import Event
from app.exports.tables import TABLES
from app.moderation.models import Appeal, Ban, Judgement, Report, waiting_counts
from app.permissions import may
from app.search import SearchEntry
from app.text import render

WORDS = "Zet er een zweefmolen neer"
LATER = {"reason": "spam", "until": str(today() + timedelta(days=9))}


def waiting():
    return db.session.scalars(
        select(Statement).where(Statement.state == "pending").order_by(Statement.id)
    ).all()


def published(world, words=WORDS, dialogue=None):
    """A statement by Amina that everybody can read."""
    statement = (dialogue or world.parking_dialogue).add_statement(world.amina, words)
    Judgement.make(world.fleur, statement, "published")
    db.session.commit()
    return statement


def removed(world, words=WORDS, dialogue=None):
    """The judgement with which Fatima removed a statement by Amina."""
    judgement = Judgement.make(world.fatima, published(world, words, dialogue), "removed", "unclear")
    db.session.commit()
    return judgement


def banned(world):
    """A ban of Amina that holds, by Fatima and Fleur."""
    ban = Ban.propose(world.fatima, removed(world), "spam", today() + timedelta(days=9))
    ban.confirm(world.fleur)
    db.session.commit()
    return ban


def last(model):
    return db.session.scalar(select(model).order_by(model.id.desc()).limit(1))


def report(client, thing, **more):
    kind = type(thing).__name__.lower()
    fields = {"reason": "about_a_person", "note": "Dit gaat over mijn buurman", **more}
    return client.post(f"/moderation/{kind}s/{thing.id}/report", data=fields)


def everything_public(visitor, world):
    """All that somebody without a code can read about the demo's dialogues and proposals."""
    addresses = ["/", "/proposals", "/council", "/search?q=zweefmolen", "/moderation/log", "/dialogues"]
    addresses += [f"/open-data/{name}" for name in TABLES]
    for dialogue in (world.parking_dialogue, world.solar_dialogue):
        addresses += [f"/dialogues/{dialogue.id}", f"/dialogues/{dialogue.id}/statements"]
    for proposal in (world.parking, world.speed):
        start = f"/proposals/{proposal.id}"
        addresses += [start, f"{start}/revisions", f"{start}/revisions/1"]
    addresses += [f"/requests/{world.speed_request.id}", f"/collectives/{world.table.id}"]
    return "\n".join(visitor.get(address).text for address in addresses)


# Before others see it


def test_a_host_sees_what_waits(world, as_):
    page = as_(world.fleur).get("/moderation").text
    assert len(waiting()) == 2 and all(statement.text in page for statement in waiting())


def test_a_published_statement_can_be_seen_and_found(world, as_, visitor):
    statement = waiting()[0]
    as_(world.fleur).post(f"/moderation/statements/{statement.id}/publication")
    assert statement.state == "published"
    assert (
        db.session.scalar(select(SearchEntry).where(SearchEntry.words == statement.text)).page
        == statement.dialogue_id
    )


def test_a_rejected_statement_keeps_its_reason(world, as_):
    statement = waiting()[0]
    as_(world.fleur).post(
        f"/moderation/statements/{statement.id}/rejection", data={"reason": "several_ideas"}
    )
    assert (statement.state, statement.reason) == ("rejected", "several_ideas")


def test_a_rejection_without_a_known_reason_is_refused(world, as_):
    statement = waiting()[0]
    for reason in ({}, {"reason": "ugly"}):
        response = as_(world.fleur).post(f"/moderation/statements/{statement.id}/rejection", data=reason)
        assert response.status_code == 422 and statement.state == "pending"


def test_a_duplicate_names_the_one_that_stays(world, as_):
    statement = world.parking_dialogue.add_statement(world.amina, WORDS)
    kept = published(world, "Zet er een draaimolen neer")
    address = f"/moderation/statements/{statement.id}/rejection"
    assert as_(world.fleur).post(address, data={"reason": "duplicate"}).status_code == 422
    as_(world.fleur).post(address, data={"reason": "duplicate", "kept": kept.id})
    assert statement.kept_id == kept.id and kept.text in as_(world.amina).get("/me").text


def test_a_statement_is_judged_once(world, as_):
    statement = waiting()[0]
    fleur = as_(world.fleur)
    fleur.post(f"/moderation/statements/{statement.id}/publication")
    assert (
        fleur.post(f"/moderation/statements/{statement.id}/rejection", data={"reason": "unclear"}).status_code
        == 409
    )
    assert statement.state == "published"


def test_nobody_else_moderates(world, as_):
    statement = waiting()[0]
    for person in (world.amina, world.daan, world.samira):
        assert as_(person).get("/moderation").status_code == 403
        assert as_(person).post(f"/moderation/statements/{statement.id}/publication").status_code == 403
    assert as_(world.fatima).get("/moderation").status_code == 200


def test_a_proposal_waits_for_a_moderator_where_that_is_the_rule(world, as_, visitor):
    as_(world.fleur).post("/admin/neighbourhood", data={
        "name": "L", "purpose": "P", "decider": "D", "contact": "C", "languages": ["nl", "en"],
        "holds_proposals": "y",
    })  # fmt: skip
    address = f"/proposals/{world.garden.id}"
    as_(world.bram).post(f"{address}/submission")
    assert world.garden.is_waiting and visitor.get(address).status_code == 404
    assert "A moderator reads this first" in as_(world.bram).get(address).text
    assert as_(world.bram).get(f"{address}/revisions/new").status_code == 403
    assert world.garden.current.title in as_(world.fatima).get("/moderation").text
    as_(world.fatima).post(f"/moderation{address}/publication")
    assert visitor.get(address).status_code == 200 and not world.garden.is_held
    assert last(Event).name == "proposal.published" and last(Event).actor_id == world.fatima.id


def test_a_host_does_not_wait_for_a_moderator(world, as_):
    hold(world, world.garden)
    world.garden.waits_for = None
    db.session.commit()
    as_(world.fleur).post(f"/proposals/{world.garden.id}/submission")
    assert world.garden.is_public


def test_a_proposal_given_back_can_be_written_again_and_then_is_not_what_was_judged(world, as_):
    hold(world, world.garden)
    address = f"/proposals/{world.garden.id}"
    as_(world.fatima).post(f"/moderation{address}/rejection", data={"reason": "unclear"})
    bram, judgement = as_(world.bram), last(Judgement)
    assert "It cannot be understood" in bram.get(address).text and may("appeal.make", judgement, world.bram)
    bram.post(f"{address}/revisions", data={"title": "Nieuw", "text": "Nieuw", "note": "Nieuw"})
    assert not may("appeal.make", judgement, world.bram)
    assert as_(world.fleur).post(f"/moderation/judgements/{judgement.id}/reversal").status_code == 403


def hold(world, proposal):
    db.session.get(Neighbourhood, 1).holds_proposals = True
    proposal.hold()
    db.session.commit()


def test_an_overturned_rejection_publishes_the_proposal(world, as_, visitor):
    hold(world, world.garden)
    judgement = Judgement.make(world.fatima, world.garden, "rejected", "unclear")
    appeal = Appeal.make(world.bram, "Lees nog eens", judgement=judgement)
    db.session.commit()
    assert as_(world.bram).get(f"/proposals/{world.garden.id}/revisions/new").status_code == 403
    assert as_(world.bram).post(f"/proposals/{world.garden.id}/submission").status_code == 403
    decide(as_(world.fleur), appeal, "overturned")
    assert visitor.get(f"/proposals/{world.garden.id}").status_code == 200


def test_after_an_upheld_rejection_the_author_can_go_on(world, as_):
    hold(world, world.garden)
    judgement = Judgement.make(world.fatima, world.garden, "rejected", "unclear")
    appeal = Appeal.make(world.bram, "Lees nog eens", judgement=judgement)
    db.session.commit()
    decide(as_(world.fleur), appeal, "upheld")
    assert as_(world.bram).get(f"/proposals/{world.garden.id}/revisions/new").status_code == 200


# Reports


def test_anybody_with_a_code_reports_once_and_hears_what_came_of_it(world, as_):
    statement, bram = published(world), as_(world.bram)
    assert report(bram, statement).status_code == 303
    assert report(bram, statement).status_code == 422
    assert "A moderator still has to read this" in bram.get("/me").text
    as_(world.fatima).post(f"/moderation/reports/{last(Report).id}/dismissal")
    assert "It stays: it keeps to the house rules" in bram.get("/me").text
    assert statement.state == "published" and report(bram, statement).status_code == 303


def test_the_database_refuses_a_second_live_report(world):
    for _ in range(2):
        Report.make(world.bram, world.parking, "spam")
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_bad_report_keeps_what_was_typed(world, as_):
    response = report(as_(world.bram), world.parking, reason="ugly")
    assert response.status_code == 422 and "over mijn buurman" in response.text
    assert report(as_(world.bram), world.parking, note="x" * 501).status_code == 422


def test_only_what_is_public_can_be_reported(world, as_):
    for thing in (waiting()[0], world.garden, removed(world).statement):
        assert report(as_(world.samira), thing).status_code == 403
    assert report(as_(world.eva), world.parking).status_code == 403


def test_reports_about_one_thing_stand_together_and_are_answered_together(world, as_):
    statement = published(world)
    for person in (world.bram, world.samira, world.wout):
        report(as_(person), statement)
    assert "Statement: 3 reports" in as_(world.fatima).get("/moderation").text
    assert waiting_counts().reports == 1
    as_(world.fatima).post(f"/moderation/reports/{last(Report).id}/removal", data={"reason": "threat"})
    assert statement.state == "removed" and waiting_counts().reports == 0
    assert all(report.judgement.decision == "removed" for report in db.session.scalars(select(Report)))


# Tombstones


@pytest.mark.parametrize("name", ["parking_dialogue", "solar_dialogue"])
def test_a_removed_statement_is_a_tombstone_everywhere(world, as_, visitor, name):
    dialogue = getattr(world, name)
    statement, address = published(world, WORDS, dialogue), f"/dialogues/{dialogue.id}"
    statement.agrees = 7777
    db.session.commit()
    assert WORDS in everything_public(visitor, world)
    judgement = Judgement.make(world.fatima, statement, "removed", "about_a_person")
    db.session.commit()
    assert WORDS not in everything_public(visitor, world) and "7777" not in visitor.get(address).text
    page = visitor.get(address).text
    assert "1 statement was removed" in page and "It is about a person" in page
    readers = [p for p in (world.fatima, world.amina, world.samira) if WORDS in as_(p).get(address).text]
    assert readers == [world.fatima, world.amina]
    judgement.undo(world.fatima)
    db.session.commit()
    assert WORDS in everything_public(visitor, world)


def test_no_reaction_to_a_removed_statement_is_taken(world, as_):
    statement = removed(world).statement
    fields = {"statement": statement.id, "reaction": "agree"}
    address = f"/dialogues/{statement.dialogue_id}/reactions"
    assert as_(world.bram).post(address, data=fields).status_code == 422


def test_a_removed_proposal_is_gone_with_a_tombstone(world, as_, visitor):
    title, text = "Een zweefmolen op het veld", "Zonder weerga"
    world.speed.current.title, world.speed.current.html = title, render(text)
    world.speed.current.text = text
    db.session.commit()
    address = f"/proposals/{world.speed.id}"
    assert title in everything_public(visitor, world)
    judgement = Judgement.make(world.fatima, world.speed, "removed", "unlawful")
    db.session.commit()
    page = everything_public(visitor, world)
    assert title not in page and text not in page and "A removed proposal" in page
    for part in ("", "/revisions", "/revisions/1"):
        response = visitor.get(address + part)
        assert response.status_code == 410 and "It breaks the law" in response.text
    assert title in as_(world.speed.author).get(address).text and title in as_(world.fatima).get(address).text
    for write in ("revisions", "submission", "withdrawal"):
        assert as_(world.fleur).post(f"{address}/{write}").status_code == 403
    judgement.undo(world.fleur)
    db.session.commit()
    assert title in everything_public(visitor, world) and visitor.get(address).status_code == 200
    assert title in visitor.get("/search?q=zweefmolen").text


def test_a_removed_purpose_leaves_the_collective(world, as_, visitor):
    address, words = f"/collectives/{world.table.id}", "koken en eten we samen"
    report(as_(world.bram), world.table)
    as_(world.fatima).post(f"/moderation/reports/{last(Report).id}/removal", data={"reason": "spam"})
    page = visitor.get(address).text
    assert words not in page and "It is advertising or spam" in page and world.table.name in page
    assert words in as_(world.samira).get(address).text  # its host, who may appeal
    assert may("appeal.make", last(Judgement), world.samira)


def test_who_removed_it_can_put_it_back_but_not_who_wrote_it(world, as_):
    judgement = removed(world)
    Role.give(world.amina, "moderator")
    db.session.commit()
    address = f"/moderation/judgements/{judgement.id}/reversal"
    assert as_(world.amina).post(address).status_code == 403
    assert as_(world.fatima).post(address).status_code == 303
    assert judgement.statement.state == "published" and not judgement.is_in_force


# Appeals


def decide(client, appeal, outcome):
    return client.post(
        f"/moderation/appeals/{appeal.id}/decision", data={"outcome": outcome, "answer": "Goed gelezen"}
    )


def test_an_author_reads_why_and_appeals_once_to_somebody_else(world, as_):
    judgement, amina = removed(world), as_(world.amina)
    page = amina.get("/me").text
    assert WORDS in page and "It cannot be understood" in page
    address = f"/moderation/judgements/{judgement.id}/appeal"
    assert amina.post(address, data={"text": ""}).status_code == 422
    assert amina.post(address, data={"text": "x" * 1001}).status_code == 422
    assert amina.post(address, data={"text": "Het is duidelijk"}).status_code == 303
    assert amina.post(address, data={"text": "Nog eens"}).status_code == 403
    assert decide(as_(world.fatima), last(Appeal), "upheld").status_code == 403
    assert decide(as_(world.fleur), last(Appeal), "overturned").status_code == 303
    assert judgement.statement.state == "published" and "Goed gelezen" in amina.get("/me").text
    assert decide(as_(world.fleur), last(Appeal), "upheld").status_code == 403


def test_nobody_appeals_about_the_words_of_another(world, as_):
    judgement = removed(world)
    address = f"/moderation/judgements/{judgement.id}/appeal"
    for person in (world.bram, world.fatima, world.fleur):
        assert as_(person).post(address, data={"text": "Nee"}).status_code == 403


def test_the_database_refuses_a_second_appeal(world):
    judgement = removed(world)
    for words in ("Een", "Twee"):
        db.session.add(Appeal(judgement_id=judgement.id, text=words))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_appeal_that_nobody_can_decide_is_seen(world, as_):
    judgement = removed(world)
    Appeal.make(world.amina, "Het is duidelijk", judgement=judgement)
    db.session.commit()
    assert "Needs another moderator" not in as_(world.fatima).get("/admin").text
    others = Role.name.in_(("host", "moderator")) & (Role.person_id != world.fatima.id)
    for role in db.session.scalars(select(Role).where(others, Role.collective_id.is_(None))):
        role.ends_on = today() - timedelta(days=1)
    db.session.commit()
    fatima = as_(world.fatima)
    assert "Nobody can decide this" in fatima.get("/moderation").text
    assert "Needs another moderator" in fatima.get("/admin").text


# Bans


def test_a_ban_takes_two_people_and_says_why_and_until_when(world, as_):
    judgement, fatima = removed(world), as_(world.fatima)
    address = f"/moderation/judgements/{judgement.id}/ban"
    too_long = {**LATER, "until": str(today() + timedelta(days=93))}
    assert fatima.post(address, data=too_long).status_code == 422
    assert fatima.post(address, data=LATER).status_code == 303
    assert not world.amina.is_banned and last(Ban).is_proposed
    confirm = f"/moderation/bans/{last(Ban).id}/confirmation"
    assert fatima.post(confirm).status_code == 403
    assert as_(world.fleur).post(confirm).status_code == 303
    assert world.amina.is_banned
    page = as_(world.amina).get("/me").text
    assert "You cannot write here until" in page and "It is advertising or spam" in page


def test_a_banned_person_reads_reacts_and_votes_but_does_not_write(world, as_):
    ban = banned(world)
    amina, dialogue = as_(world.amina), f"/dialogues/{world.parking_dialogue.id}"
    seed = world.parking_dialogue.statements[0]
    refused = {
        f"{dialogue}/statements": {"text": "Toch"},
        f"/proposals/new/{world.greens.id}": {"title": "T", "text": "T"},
        f"/proposals/{world.parking.id}/revisions": {"title": "T", "text": "T", "note": "N"},
        f"/moderation/statements/{seed.id}/report": {"reason": "spam"},
        f"/moderation/judgements/{ban.judgement_id}/appeal": {"text": "Nee"},
        f"/collectives/{world.warmth.id}/membership": {},
    }
    for address, fields in refused.items():
        assert amina.post(address, data=fields).status_code == 403, address
    assert "You cannot write here until" in amina.get(dialogue).text
    reaction = {"statement": seed.id, "reaction": "agree"}
    assert amina.post(f"{dialogue}/reactions", data=reaction).status_code == 303
    assert amina.post(f"/votes/{world.roof_vote.id}/ballot", data={"choice": "1"}).status_code == 200


def test_a_ban_is_appealed_once_to_a_third_person(world, as_):
    ban, amina = banned(world), as_(world.amina)
    address = f"/moderation/bans/{ban.id}/appeal"
    assert amina.post(address, data={"text": "Ik deed niets"}).status_code == 303
    assert amina.post(address, data={"text": "Nog eens"}).status_code == 403
    for part in (world.fatima, world.fleur):
        assert decide(as_(part), last(Appeal), "overturned").status_code == 403
    Role.give(world.bram, "moderator")
    db.session.commit()
    assert decide(as_(world.bram), last(Appeal), "overturned").status_code == 303
    assert not world.amina.is_banned and world.amina.banned_until is None


def test_one_moderator_lifts_a_ban_but_never_their_own(world, as_):
    ban = banned(world)
    Role.give(world.amina, "moderator")
    db.session.commit()
    assert as_(world.amina).post(f"/moderation/bans/{ban.id}/lifting").status_code == 403
    assert as_(world.fatima).post(f"/moderation/bans/{ban.id}/lifting").status_code == 303
    assert not world.amina.is_banned


def test_a_ban_ends_by_itself(world):
    world.amina.banned_until = today() - timedelta(days=1)
    assert not world.amina.is_banned
    world.amina.banned_until = today()
    assert world.amina.is_banned


def test_the_database_refuses_a_ban_by_one_person(world):
    ban = Ban.propose(world.fatima, removed(world), "spam", today())
    ban.confirmer_id = world.fatima.id
    with pytest.raises(IntegrityError):
        db.session.flush()


# What everybody and the record know


def test_the_log_counts_and_lists_without_words_or_names(world, as_, visitor):
    judgement = removed(world)
    Appeal.make(world.amina, "Het is mijn tekst", judgement=judgement)
    db.session.commit()
    page = visitor.get("/moderation/log").text
    assert "It cannot be understood" in page and "The author appealed." in page
    for secret in (WORDS, "Het is mijn tekst", world.amina.name, world.fatima.name):
        assert secret not in page, secret


def test_the_house_rules_are_seven_lines_that_lead_somewhere(world, visitor):
    assert visitor.get("/rules").text.count("<li><strong>") == 7
    assert "/rules" in visitor.get("/about").text


def test_every_act_of_a_moderator_is_on_record_with_who_did_it(world):
    start = db.session.scalar(select(func.max(Event.id)))
    ban = banned(world)
    Ban.lift(ban, world.fatima)
    Appeal.make(world.amina, "Nee", judgement=ban.judgement).decide(world.fleur, "overturned", "Ja")
    events = db.session.scalars(select(Event).where(Event.id > start).order_by(Event.id)).all()
    assert [(event.name, event.actor_id) for event in events] == [
        ("statement.published", world.fleur.id),
        ("statement.removed", world.fatima.id),
        ("ban.proposed", world.fatima.id),
        ("ban.confirmed", world.fleur.id),
        ("ban.lifted", world.fatima.id),
        ("appeal.overturned", world.fleur.id),
        ("statement.restored", world.fleur.id),
    ]
    assert all(set(event.particulars) <= {"reason"} for event in events)
