"""Reports as they come from the printer."""

import pytest

from app import create_app
from app.db import db
from app.demo import find_world
from app.responses.models import Request
from tests.browser.test_sheets import pages_of

SENTENCE = "Wij willen een rustig plein met bomen en banken waar iedereen op warme dagen graag zit"
POINT = f"{SENTENCE}, en dat is best te regelen. {SENTENCE} (38 eens, 1 oneens, 2 weet niet)"


@pytest.fixture(scope="module")
def fullest(server):
    """A closed dialogue of which all that a summary tells is as long as it can be."""
    with create_app({"INSTANCE": server.instance}).test_request_context(method="POST"):  # it writes
        world = find_world()
        dialogue = world.solar_dialogue
        dialogue.question, dialogue.decider = f"{SENTENCE} {SENTENCE}"[:140], SENTENCE
        dialogue.still_open = dialogue.fixed = POINT
        harvest = dialogue.harvest
        for name in ("agreed", "differ", "one_side", "other_side", "absent"):
            setattr(harvest, name, "\n".join([POINT] * 9))
        for number in range(6):
            asked = Request.send(world.fleur, world.solar, f"{number} {POINT}", SENTENCE, dialogue=dialogue)
            asked.answer(world.daan, "partly", POINT, "", "Daan")
            asked.commit_to(world.daan, POINT, "Daan", dialogue.closes_on)
        db.session.commit()
        address = f"/dialogues/{dialogue.id}/summary"
        db.session.remove()
        db.engine.dispose()
    return address


def test_the_longest_summary_is_one_page_of_a4(visit, fullest):
    reader = visit(language="nl")
    reader.goto(fullest).sees("Samenvatting voor de raad")
    assert pages_of(reader.page.pdf(prefer_css_page_size=True)) == 1
    reader.page.emulate_media(media="print")
    assert not reader.page.get_by_text("Terug naar het gesprek").is_visible()
