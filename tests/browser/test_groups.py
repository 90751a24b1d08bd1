"""Opinion groups on a phone, of 24, 60 and 400 people: in words, in a table, on paper, without picture."""

import pytest

from app import create_app
from app.db import db
from app.jobs import tick
from tests.core.test_opinion import planted
from tests.test_opinion_groups import a_closed_round

PEOPLE = (24, 60, 400)


@pytest.fixture(scope="module")
def rounds(server):
    """The addresses of three closed rounds, by how many people reacted."""
    with create_app({"INSTANCE": server.instance}).app_context():
        made = {people: a_closed_round(planted(people, 20, 0.9), f"Trees of {people}?") for people in PEOPLE}
        addresses = {people: f"/dialogues/{dialogue.id}/groups" for people, dialogue in made.items()}
        tick()
        db.session.remove()
        db.engine.dispose()
    return addresses


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_groups_can_be_read_whatever_their_size(visit, rounds, language, javascript):
    phone = visit(language=language, javascript=javascript)
    none, some = {"en": ("No clear groups yet", "2 opinion groups"), "nl": ("Nog geen", "2 meningsgroepen")}[
        language
    ]
    phone.goto(rounds[24]).sees(none)
    assert phone.page.locator("svg.opinion-map").count() == 0
    for people in (60, 400):
        phone.goto(rounds[people]).sees(some)
        assert phone.page.locator("svg.opinion-map ellipse").count() == 2


def test_without_the_picture_everything_is_still_said(visit, rounds):
    phone = visit()
    phone.goto(rounds[60])
    phone.page.locator("svg.opinion-map").evaluate("picture => picture.remove()")
    phone.look()
    for words in ("In group A are", "What group A holds", "What bridges the groups", "What divides"):
        phone.sees(words)
    named = set(phone.page.locator(".bars .words").all_inner_texts())
    assert named and named == set(phone.page.locator("table tbody th").all_inner_texts())


def test_the_groups_are_printed_on_paper_without_the_menu(visit, rounds):
    phone = visit()
    phone.goto(rounds[60])
    phone.page.emulate_media(media="print")
    assert phone.page.locator("svg.opinion-map").is_visible()
    assert not phone.page.locator("nav").first.is_visible()
