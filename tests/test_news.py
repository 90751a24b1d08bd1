"""News: what became of what people wrote, supported or opposed, and how they hear of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.models import AccessCode, CodeBatch, Person
from app.clock import now
from app.db import db
from app.jobs import tick
from app.news.followers import Follow, follows
from app.news.models import READ, Reader, news_of
from app.proposals.mergers import merge
from app.proposals.models import Proposal

REASON = "Er is dit jaar geld voor, en het past bij het plan voor de wijk."


@pytest.fixture
def told(world):
    """The demo, in which everybody has read everything so far."""
    READ.clear()
    tick()
    Follow.choose(world.bram, world.lamps, True)
    db.session.commit()
    return world


def main_of(client, path):
    """The words on a page, without its menus."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    words = re.sub(r"<[^>]+>", " ", response.text.split("<main")[1].split("</main")[0])
    return re.sub(r"\s+", " ", words)


def menu_of(client):
    return re.search(r'href="/me/news"[^>]*>(News[^<]*)<', client.get("/about").text).group(1)


def is_new(person, proposal):
    return any(group.is_new for group in news_of(person) if group.proposal is proposal)


def answer_lamps(world, decision="adopted"):
    world.lamps_request.answer(world.daan, decision, REASON, "", "Daan")
    db.session.commit()


def voter_without_part(world):
    """Somebody who may vote on the roof, and had no part in it so far."""
    people = db.session.scalars(select(Person)).all()
    return next(p for p in people if world.roof_vote.includes(p) and not follows(p, world.solar))


def test_who_followed_a_proposal_hears_of_the_one_in_which_it_went_on(told):
    Follow.choose(told.bram, told.evenings, True)
    Follow.choose(told.eva, told.evenings, True)
    Follow.choose(told.eva, told.parking, False)
    before = follows(told.bram, told.parking)
    merge(told.fleur, told.evenings, told.parking)
    db.session.commit()
    assert not before and follows(told.bram, told.parking) and not follows(told.eva, told.parking)
    assert is_new(told.bram, told.parking)


# The line of a proposal


def test_the_line_shows_each_stop_with_its_days_and_what_is_due(told, visitor):
    page = main_of(visitor, f"/proposals/{told.square.id}/line")
    places = [page.index(stop) for stop in ("1. Proposal", "2. Dialogue", "3. Decision", "4. Answer",
                                            "5. Commitment", "6. Lesson")]  # fmt: skip
    assert places == sorted(places)
    assert re.search(r"Chosen: +Linde", page) and "Partly adopted" in page and told.lindens.text in page
    due = page.split("What comes next")[1].split("1. Proposal")[0]
    assert "It was due on:" in due and "Past its date" in due  # the benches are late


def test_the_line_of_a_request_without_answer_says_until_when(told, visitor):
    page = main_of(visitor, f"/proposals/{told.crossing.id}/line")
    assert f"{told.crossing_request.decider} answers. At the latest on:" in page


def test_the_line_links_to_what_stands_on_it(told, visitor):
    page = visitor.get(f"/proposals/{told.square.id}/line").text
    for path in (f"/dialogues/{told.square_dialogue.id}", f"/votes/{told.trees.id}",
                 f"/requests/{told.square_request.id}"):  # fmt: skip
        assert f'href="{path}"' in page


def test_a_new_line_waits_for_the_hosts(told, visitor):
    proposal = Proposal.draft(told.amina, told.greens, "Een pluktuin", "Kersen.", "nl")
    proposal.submit(told.amina)
    db.session.commit()
    page = main_of(visitor, f"/proposals/{proposal.id}/line")
    assert "decide how it goes on" in page and page.count("Not yet.") == 5


def test_the_line_of_a_draft_is_not_public(told, visitor, as_):
    assert visitor.get(f"/proposals/{told.garden.id}/line").status_code == 404
    assert as_(told.bram).get(f"/proposals/{told.garden.id}/line").status_code == 200


# Who follows


def test_who_wrote_follows_by_itself(told):
    assert follows(told.amina, told.parking) and follows(told.lamps.author, told.lamps)
    assert not follows(told.eva, told.parking)


def test_who_reacts_follows_by_itself_until_the_answers_are_taken_back(told, as_):
    amina, dialogue = as_(told.amina), told.evenings_dialogue
    assert not follows(told.amina, told.evenings)
    amina.post(f"/dialogues/{dialogue.id}/consent")
    reaction = {"statement": dialogue.published[0].id, "reaction": "disagree"}
    assert amina.post(f"/dialogues/{dialogue.id}/reactions", data=reaction).status_code == 303
    assert follows(told.amina, told.evenings)
    amina.post("/me/consent/withdrawal")
    assert not follows(told.amina, told.evenings)


def test_who_votes_follows_by_itself(told, as_):
    voter = voter_without_part(told)
    assert not follows(voter, told.solar)
    as_(voter).post(f"/votes/{told.roof_vote.id}/ballot", data={"approved": ["1"], "choice": [1]})
    assert follows(voter, told.solar)


def test_anybody_can_follow_and_stop(told, as_):
    eva = as_(told.eva)
    page = eva.get(f"/proposals/{told.lamps.id}/line").text
    assert "Follow this proposal" in page
    assert eva.post(f"/proposals/{told.lamps.id}/following").status_code == 303
    assert follows(told.eva, told.lamps)
    assert "Stop following" in eva.get(f"/proposals/{told.lamps.id}/line").text
    eva.post(f"/proposals/{told.lamps.id}/following/ending")
    assert not follows(told.eva, told.lamps)


def test_what_nobody_may_see_cannot_be_followed(told, as_):
    assert as_(told.eva).post(f"/proposals/{told.garden.id}/following").status_code == 403
    assert as_(None).post(f"/proposals/{told.lamps.id}/following").location == "/code"


# News on the site


def test_an_answer_is_news_to_who_took_part_once_and_not_to_others(told, as_):
    bram, daan, eva = as_(told.bram), as_(told.daan), as_(told.eva)
    assert menu_of(bram) == "News"
    answer_lamps(told)
    assert menu_of(bram) == "News (1)" and menu_of(daan) == menu_of(eva) == "News"
    page = main_of(bram, "/me/news")
    assert page.count("Gemeente Lindhoven answered.") >= 1 and "New" in page
    assert menu_of(bram) == "News"  # it was seen
    tick()
    READ.clear()
    assert menu_of(bram) == "News"


def test_two_steps_of_one_proposal_are_told_together(told, as_):
    bram = as_(told.bram)
    answer_lamps(told)
    told.lamps_request.commit_to(told.daan, "Acht lampen.", "Team Licht", told.lamps_request.due_on)
    db.session.commit()
    assert menu_of(bram) == "News (1)"
    assert "News about 1 proposal that you follow" in bram.get("/").text


def test_what_somebody_did_is_no_news_to_themselves(told, as_):
    as_(told.fleur).post(f"/proposals/{told.crossing.id}/following")
    told.crossing_request.answer(told.fleur, "no", REASON, "", "Fleur")
    db.session.commit()
    assert menu_of(as_(told.fleur)) == "News"


def test_an_author_who_stopped_following_still_hears_of_the_answer(told, as_):
    author = told.lamps.author
    client = as_(author)
    client.post(f"/proposals/{told.lamps.id}/following/ending")
    answer_lamps(told)
    assert menu_of(client) == "News (1)"
    told.lamps_request.commit_to(told.daan, "Acht lampen.", "Team Licht", told.lamps_request.due_on)
    db.session.commit()
    assert "Acht lampen." not in main_of(client, "/me/news")


def test_what_happened_before_somebody_came_in_is_no_news_to_them(told, as_):
    answer_lamps(told)
    _batch, codes = CodeBatch.make(told.fleur, "Wilgenpad", 1)
    db.session.flush()
    newcomer = AccessCode.named(codes[0]).spend("en")
    db.session.flush()
    Follow.choose(newcomer, told.lamps, True)
    db.session.commit()
    tick()
    client = as_(newcomer)
    assert menu_of(client) == "News" and "answered" in main_of(client, "/me/news")


def test_after_a_month_it_is_no_news_any_more(told, as_):
    answer_lamps(told)
    assert is_new(told.bram, told.lamps)
    with clock.at(now() + timedelta(days=32)):
        tick()
    assert not is_new(told.bram, told.lamps)


def test_a_removed_proposal_is_told_nowhere(told, as_):
    answer_lamps(told)
    told.lamps.remove(told.fleur, "spam")
    db.session.commit()
    bram = as_(told.bram)
    assert menu_of(bram) == "News" and "lampen" not in main_of(bram, "/me/news")


def test_everybody_becomes_a_reader_once(told):
    people = db.session.query(Reader).count()
    tick()
    assert db.session.query(Reader).count() == people > 20


# What I contributed


def test_all_that_somebody_did_stands_on_one_page_with_where_it_is_now(told, as_):
    page = main_of(as_(told.amina), "/me/contributions")
    assert "You wrote this proposal." in page and told.parking.title in page
    assert (
        re.search(r"You answered \d+ times in this dialogue", page) and told.square_dialogue.question in page
    )
    assert "What comes next" in page


def test_of_a_ballot_only_that_one_is_in(told, as_):
    amina = as_(told.amina)
    assert "You voted:" not in main_of(amina, "/me/contributions").split(told.solar.title)[1][:300]
    amina.post(f"/votes/{told.roof_vote.id}/ballot", data={"approved": ["1"], "choice": [1]})
    page = main_of(amina, "/me/contributions")
    assert f"You voted: {told.roof_vote.question}" in page
    assert not any(option.label in page for option in told.roof_vote.options)


def test_a_resident_with_only_a_code_has_the_page_too(told, as_):
    _batch, codes = CodeBatch.make(told.fleur, "Wilgenpad", 1)
    db.session.commit()
    client = as_(None)
    assert client.post("/code", data={"code": codes[0]}).status_code == 303
    assert "You did not write or support anything yet." in main_of(client, "/me/contributions")
    tick()
    client.post(f"/proposals/{told.lamps.id}/following")
    answer_lamps(told)
    assert menu_of(client) == "News (1)" and "Gemeente" in main_of(client, "/me/news")
