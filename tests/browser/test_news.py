"""The news in a browser: following a proposal by a button, and the notice for the board on one page."""

from contextlib import contextmanager

from sqlalchemy import select

from app import create_app
from app.clock import today
from app.db import db
from app.demo import find_world
from app.news.models import meet_new_readers
from app.proposals.models import Proposal, Revision
from app.responses.models import Request
from tests.browser.test_letters import PDF_PAGE

TITLE = "Een bank bij de bushalte"
REASON = "Er wachten daar veel mensen, en er is dit jaar geld voor."


@contextmanager
def elsewhere(server):
    """What others do meanwhile, in the same files: (the demo, the proposal)."""
    with create_app({"INSTANCE": server.instance}).app_context():
        meet_new_readers()
        proposal = db.session.scalar(select(Proposal).join(Proposal.current).where(Revision.title == TITLE))
        yield find_world(), proposal
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_somebody_follows_by_a_button_without_a_script(visit, server, new_codes):
    phone = visit(javascript=False)
    phone.goto("/code").fill(Your_access_code=next(new_codes)).press("Take part")
    phone.goto("/proposals/{lamps}/line").press("Follow this proposal").sees("You follow this proposal.")
    phone.press("Stop following").sees("You do not follow this proposal any more.")


def test_the_notice_is_one_page_of_a4_however_long_the_words(visit, server):
    with elsewhere(server) as (world, _proposal):
        for number in range(6):
            words = f"{number} lange woorden over schaduwrijke zitplekken en wat er verder bij hoort " * 2
            proposal = Proposal.draft(world.amina, world.greens, words[:120], "x", "nl")
            proposal.submit(world.amina)
            request = Request.send(
                world.fleur, proposal, words * 3, "Burgemeester en wethouders van Lindhoven"
            )
            for _ in range(3):
                request.commit_to(world.daan, words * 2, "Team Openbare ruimte en Groenvoorziening", today())
    page = visit(language="nl").goto("/news/notice").page
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(PDF_PAGE.findall(pdf)) == 1
    page.emulate_media(media="print")
    sheet = "document.querySelector('.sheet')"
    assert page.evaluate(f"{sheet}.scrollHeight <= {sheet}.clientHeight + 1")
    assert page.evaluate(f"{sheet}.querySelectorAll('.posted').length") == 3
