"""Ballot papers on A4: each whole on its part of the sheet, and nothing falls off."""

import re

import pytest

from tests.browser.test_access import sign_in
from tests.browser.test_letters import PDF_PAGE

WIDE = {"width": 1280, "height": 800}
SPILLS = """[...document.querySelectorAll('.ballot-paper')].map(paper =>
    Math.max(paper.scrollHeight - paper.clientHeight, paper.scrollWidth - paper.clientWidth))"""


@pytest.mark.parametrize("words", ["", "?all=1"])
def test_the_papers_lie_on_one_sheet_of_a4_and_nothing_falls_off(visit, server, words):
    host = sign_in(visit(viewport=WIDE), server, "host")
    host.goto(f"/votes/{{roof_vote}}/papers{words}").sees("Make no mark on them")
    pdf = host.page.pdf(prefer_css_page_size=True)
    height, width = sorted(map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()))[::-1]
    assert abs(height - 842) < 2 and abs(width - 595) < 2 and len(PDF_PAGE.findall(pdf)) == 1
    host.page.emulate_media(media="print")
    host.page.set_viewport_size({"width": 794, "height": 1123})
    spills = host.page.evaluate(SPILLS)
    assert len(spills) in (2, 4) and max(spills) <= 1
    side = host.page.locator(".ballot-paper .tick").first.evaluate("e => e.getBoundingClientRect().width")
    assert side / 96 * 25.4 >= 6.5


def test_the_page_before_printing_fits_a_phone(visit, server):
    sign_in(visit(), server, "host").goto("/votes/{roof_vote}/papers").sees("copies you need")
