"""The outcome of every counting method: on small phones, in both languages, light and dark, on paper."""

import pytest

from app import create_app
from app.db import db
from app.demo import find_world
from tests.outcomes import EXAMPLES, counted, kept


@pytest.fixture(scope="module")
def outcomes(server):
    """The addresses of a counted vote of every kind."""
    with create_app({"INSTANCE": server.instance}).test_request_context(method="POST"):  # it writes
        world = find_world()
        votes = {name: kept(world, counted(*example[:3], **example[3])) for name, example in EXAMPLES.items()}
        db.session.commit()
        addresses = {name: f"/votes/{vote.id}" for name, vote in votes.items()}
        db.session.remove()
        db.engine.dispose()
    return addresses


@pytest.mark.parametrize("width,language,scheme", [(320, "nl", "light"), (360, "en", "dark")])
def test_every_outcome_fits_on_a_phone(visit, outcomes, width, language, scheme):
    phone = visit(language=language, color_scheme=scheme, viewport={"width": width, "height": 740})
    for address in outcomes.values():
        phone.goto(address).sees("Uitslag" if language == "nl" else "Outcome")


def test_every_outcome_fits_on_paper_without_the_menu(visit, outcomes):
    reader = visit(viewport={"width": 718, "height": 1000})  # A4 within its margins
    reader.page.emulate_media(media="print")
    beyond = "all => all.map(one => one.scrollWidth - one.clientWidth).filter(width => width > 0)"
    for address in outcomes.values():
        reader.goto(address)
        assert not reader.page.locator(".site-header").is_visible()
        assert reader.page.locator(".scroll").evaluate_all(beyond) == [], "paper does not scroll"


def test_the_tables_are_reached_and_moved_by_keyboard(visit, outcomes):
    phone = visit(viewport={"width": 320, "height": 740})
    phone.goto(outcomes["schulze of ten"])
    table = phone.page.get_by_role("region", name="All duels")
    table.focus()
    phone.page.keyboard.press("ArrowRight")
    phone.page.wait_for_timeout(500)  # it moves smoothly
    assert table.evaluate("table => table.scrollLeft") > 0


def test_without_a_script_the_steps_can_be_opened(visit, outcomes):
    phone = visit(javascript=False)
    phone.goto(outcomes["irv of ten"])
    assert not phone.page.get_by_text("Round 1:").is_visible()
    phone.page.locator("summary", has_text="Step by step").click()
    assert phone.page.get_by_text("Round 1:").is_visible()
