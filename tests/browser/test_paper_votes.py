"""A vote on paper as people and tellers do it, on phones: the table, two readings, one count."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import create_app
from app.accounts.models import Person, SignInLink
from app.clock import today
from app.db import db
from app.demo import find_world
from app.votes.models import Vote
from tests.tellers import after_the_last_day, opened

OPTIONS = ["Linde", "Eik", "Es met een heel lange naam, zoals mensen die soms bedenken"]


@contextmanager
def at_the_files(server):
    with create_app({"INSTANCE": server.instance}).app_context():
        yield find_world()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def come_in(phone, server, name):
    """Somebody's own phone, by a link of a host."""
    with at_the_files(server):
        person = db.session.scalars(select(Person).where(Person.name == name)).first()
        token = SignInLink.make(person)
        db.session.commit()
    phone.page.goto(f"{server.address}/sign-in/{token}")
    with phone.page.expect_navigation():
        phone.page.locator("main form button").click()
    return phone


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def javascript(request):
    return request.param


@pytest.fixture
def vote(server, javascript):
    """The number of an open vote of its own, and the keys of its tellers: Fatima, Samira and Wout.

    A ballot to press in an order where there is a script, one to tick where there is none.
    """
    method = "irv" if javascript else "approval"
    rules = {"question": f"Welke boom? {method}", "method": method, "takes_proxies": True}
    with at_the_files(server) as world:
        vote = Vote.prepare(world.fleur, world.shed, OPTIONS, closes_on=today() + timedelta(days=5), **rules)
        keys = opened(vote, world.fleur, [world.fatima, world.samira, world.wout])
        return vote.id, keys


def close(server, number):
    with at_the_files(server):
        vote = db.session.get(Vote, number)
        with after_the_last_day(vote):
            vote.close()
            db.session.commit()


def type_paper(phone, *labels):
    """Fill in one paper: tick options, or press them in their order."""
    for label in labels:
        if phone.page.get_by_role("checkbox").count():
            phone.choose(label)
        else:
            button = phone.page.locator(".next").get_by_role("button", name=label)
            if phone.javascript:
                with phone.page.expect_response(lambda response: response.request.method == "POST"):
                    button.click()
                phone.page.wait_for_load_state("networkidle")
            else:
                with phone.page.expect_navigation():
                    button.click()
    phone.press("Keep this paper")


def test_from_the_table_to_the_count(visit, server, vote, javascript):
    number, keys = vote
    address = f"/votes/{number}"
    amina, bram = (come_in(visit(javascript=javascript), server, name) for name in ("Amina", "Bram"))
    fatima, samira = (come_in(visit(javascript=javascript), server, name) for name in ("Fatima", "Samira"))

    amina.goto(address)
    amina.page.locator("summary", has_text="Vote on paper").click()
    said = amina.page.locator("details[open] .code").inner_text()
    fatima.goto(address).follow("To the table")
    fatima.fill(Who_is_at_the_table=said).press("Look up").sees("Amina").press("Gets a ballot paper")
    fatima.sees("Amina votes on paper")
    fatima.fill(Who_is_at_the_table="bram").press("Look up").press("Gets a ballot paper")
    amina.goto(address).sees("You vote on paper")
    fatima.fill(Who_is_at_the_table="bram").press("Look up").press("This mark is a mistake")
    samira.goto(f"{address}/table").sees("Another teller says").press("Undo the mark").sees("can vote again")
    bram.goto(address).sees("No envelope of yours")
    fatima.goto(f"{address}/table").fill(Who_is_at_the_table="bram").press("Look up").press(
        "Gets a ballot paper"
    )

    close(server, number)
    fatima.goto(address).follow("Type in the papers").press("Begin a new batch")
    type_paper(fatima.sees("Paper 1"), "Linde", "Eik")
    fatima.sees("Paper 2").press("Invalid").press("The pile is done: 2 papers").sees("another teller types")
    samira.goto(f"{address}/batches").follow("Batch 1")
    type_paper(samira, "Linde")  # a slip
    samira.press("Invalid").press("The pile is done: 2 papers").sees("1 paper differs")
    samira.follow("Correct mine").sees("Paper 1 again").sees("You typed:")
    type_paper(samira, "Linde", "Eik")
    samira.sees("this batch counts")
    fatima.goto(f"{address}/batches/1").sees("this batch counts")

    samira.goto(f"{address}/count").sees("2 people were marked")
    samira.fill(The_key_of_one_teller=keys[0], The_key_of_another_teller=keys[1])
    samira.press("Open the box and count").sees("Ballots on paper").sees("2 papers were in the box")


def test_somebody_votes_for_a_neighbour(visit, server, vote, javascript):
    number, _keys = vote
    address = f"/votes/{number}"
    amina, bram = (come_in(visit(javascript=javascript), server, name) for name in ("Amina", "Bram"))
    bram.goto(f"{address}/proxy")
    said = bram.page.locator("section:has(#number-title) .code").inner_text()
    amina.goto(address).follow("Give my vote to somebody").fill(Who_votes_for_you=said)
    amina.press("Give my vote").sees("Bram may vote for you")
    bram.goto(address).follow("You vote for Amina").sees("counts for one")
    if bram.page.get_by_role("checkbox").count():
        bram.choose("Eik")
    else:
        button = bram.page.locator(".next").get_by_role("button", name="Eik")
        with bram.page.expect_response(lambda response: response.request.method == "POST"):
            button.click()
        bram.page.wait_for_load_state("networkidle")
    bram.press("Cast this ballot for them").sees("in the box")
    amina.goto(address).sees("voted for you")
    fatima = come_in(visit(javascript=javascript), server, "Fatima")
    fatima.goto(f"{address}/proxies").sees("Bram votes for Amina").sees("Used")


@pytest.mark.parametrize("javascript", [True], indirect=True)
def test_the_form_for_a_proxy_lies_twice_on_one_sheet_of_a4(visit, server, vote):
    number, _keys = vote
    host = come_in(visit(viewport={"width": 1280, "height": 800}), server, "Amina")
    for words in ("", "?all=1"):
        host.goto(f"/votes/{number}/proxies/paper{words}")
        host.page.emulate_media(media="print")
        host.page.set_viewport_size({"width": 794, "height": 1123})
        spills = host.page.evaluate(
            "[...document.querySelectorAll('.ballot-paper')].map(e => e.scrollHeight - e.clientHeight)"
        )
        assert len(spills) == 2 and max(spills) <= 1
        host.page.emulate_media(media="screen")
