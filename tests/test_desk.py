"""The desk of the council: what is asked, what waits to be released, what was promised; on one page."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.clock import today
from app.db import db
from app.responses.disputes import Dispute
from app.responses.drafts import AnswerDraft
from app.responses.models import Request

WORDS = {
    "decision": "no", "reason": "Het pad ligt in een natuurgebied en blijft donker.", "changes": "",
    "answered_by": "Noor", "returns_on": None,
}  # fmt: skip


@pytest.fixture
def noor(world):
    """A second person who answers for the council."""
    noor = Person(name="Noor", language="nl")
    db.session.add(noor)
    Role.give(noor, "council")
    db.session.commit()
    return noor


def in_order(page, *words):
    places = [page.index(word) for word in words]
    assert places == sorted(places), dict(zip(words, places, strict=True))


def test_what_is_overdue_stands_first(world, as_):
    page = as_(world.daan).get("/council/desk").text
    in_order(page, "What is asked of you", "Zet acht lage lampen", "Leg een zebrapad", "What you promised",
             "We zetten twee banken", "We meten twee weken", "What you answered", "Plant vijf")  # fmt: skip
    assert "We planten drie linden" not in page  # that is done
    assert page.count("Write the answer") == 2 and page.count("Give an update") == 2


def test_a_draft_is_found_back_and_one_to_release_stands_on_top(world, as_, noor):
    AnswerDraft.save(noor, world.lamps_request, **WORDS)
    AnswerDraft.save(noor, world.crossing_request, **WORDS).offer(noor)
    db.session.commit()
    page = as_(world.daan).get("/council/desk").text
    in_order(page, "To release", "Leg een zebrapad", "Draft by Noor", "Read and release",
             "What is asked of you", "Zet acht lage lampen", "Go on with the draft")  # fmt: skip
    page = as_(noor).get("/council/desk").text
    assert "Waits for a colleague" in page and "Read and release" not in page


def test_a_dispute_waits_for_a_reply(world, as_):
    Dispute.make(world.square.author, world.square_request, "De kabels kunnen verlegd worden.", "nl")
    db.session.commit()
    page = as_(world.daan).get("/council/desk").text
    in_order(page, "Disputes to reply to", "De kabels kunnen verlegd worden.", "Reply to the dispute")


def test_who_is_alone_where_it_takes_two_is_told(world, as_):
    assert "you are the only one" not in as_(world.daan).get("/council/desk").text
    db.session.get(Neighbourhood, 1).releases_by_two = True
    db.session.commit()
    assert "you are the only one" in as_(world.daan).get("/council/desk").text
    world.daan.roles[0].deputy = world.bram
    db.session.commit()
    assert "you are the only one" not in as_(world.daan).get("/council/desk").text


def test_the_desk_is_for_the_council_only(world, as_):
    for person in (world.fleur, world.amina, world.eva):
        assert as_(person).get("/council/desk").status_code == 403
    assert as_(None).get("/council/desk").location == "/code"
    world.daan.roles[0].ends_on = today() - timedelta(days=1)
    db.session.commit()
    assert as_(world.daan).get("/council/desk").status_code == 403


def test_a_sign_in_link_leads_to_the_desk_and_every_page_to_it(world, as_):
    daan = as_(world.daan, confirmed=False)
    asked = daan.get("/council/desk")
    assert asked.status_code == 303 and asked.location.startswith("/me/confirmation")
    daan.post("/me/spare-codes")
    for page in ("/", "/me", "/council"):
        assert 'href="/council/desk"' in daan.get(page).text, page
    assert 'href="/council/desk"' not in as_(world.amina).get("/council").text


def test_when_nothing_waits_the_desk_says_so(world, as_):
    daan = as_(world.daan)
    for request in (world.lamps_request, world.crossing_request):
        daan.post(f"/requests/{request.id}/response", data={**WORDS, "returns_on": ""})
    for commitment in (world.benches, world.speed_count):
        commitment.status = "done"
    db.session.commit()
    assert "Nothing waits for you." in daan.get("/council/desk").text


def test_a_full_desk_asks_the_database_no_more_than_an_empty_one(world, as_, queries):
    daan = as_(world.daan)
    daan.get("/council/desk")
    queries.clear()
    daan.get("/council/desk")
    before = len(queries)
    for proposal in (world.square, world.solar, world.parking, world.lamps):
        asked = [Request.send(world.fleur, proposal, f"Een verzoek {n}.", "Gemeente") for n in range(3)]
        AnswerDraft.save(world.daan, asked[0], **WORDS).offer(world.daan)
        for request in asked[1:]:
            request.answer(world.daan, "no", WORDS["reason"], "", "Daan")
            request.commit_to(world.daan, "Iets.", "Gemeente", today())
            Dispute.make(proposal.author, request, "De kabels kunnen verlegd worden.", "nl")
    db.session.commit()
    db.session.expunge_all()
    queries.clear()
    assert "Een verzoek 2." in daan.get("/council/desk").text
    assert len(queries) <= before, queries


def test_the_front_page_leads_the_council_to_what_waits_for_it(world, as_, visitor):
    waiting = len(Request.waiting())
    assert f"{waiting} requests wait for your answer" in as_(world.daan).get("/").text
    assert "wait for your answer" not in as_(world.amina).get("/").text + visitor.get("/").text
    assert "Do you work for the council?" in visitor.get("/council").text
