"""Ballot papers to print: for every way to fill one in, and all the same, so that none tells whose it is."""

import re

import pytest
from flask_babel import force_locale

from app.core.tally import METHODS
from app.votes.prints import paper_of
from tests.test_votes import opened

LABELS = ["Linde", "Eik & Es"]
RULES = {"credits": 9, "top": 5, "budget": 100_000}


PAPER = re.compile(
    r'<div class="ballot-paper[^>]*>(.*?)</div>\s*(?=<div class="ballot-paper|</section>)', re.DOTALL
)


def papers_of(client, vote, address=""):
    page = client.get(f"/votes/{vote.id}/papers{address}")
    assert page.status_code == 200, vote.method
    return page.text, PAPER.findall(page.text)


@pytest.mark.parametrize("method", METHODS)
def test_a_paper_says_the_question_the_options_the_method_and_the_fingerprint(world, as_, method):
    vote, _keys = opened(world, world.shed, method=method, labels=LABELS, **RULES)
    _page, papers = papers_of(as_(world.fleur), vote, "?all=1")
    for words in (vote.question, "Linde", "Eik &amp; Es", vote.short_fingerprint, "Fold it once", "Vouw het"):
        assert words in papers[0], words
    with force_locale("en"):
        assert str(vote.method_name) in papers[0]


@pytest.mark.parametrize("method", ["yes_no", "irv", "score", "dots"])
def test_all_papers_of_a_vote_are_the_same(world, as_, method):
    vote, _keys = opened(world, world.shed, method=method, labels=LABELS, **RULES)
    page, papers = papers_of(as_(world.fleur), vote)
    assert len(papers) == paper_of(vote).format.per_sheet > 1 and len(set(papers)) == 1
    again, _papers = papers_of(as_(world.fatima), vote)
    sheet = '<section class="sheet'
    assert page.split(sheet)[1].split("</section>")[0] == again.split(sheet)[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("method", "ticks", "grades"),
    [("approval", 2, 0), ("irv", 2, 0), ("dots", 2, 0), ("score", 0, 12), ("resistance", 0, 22)],
)
def test_what_has_to_be_filled_in_follows_the_method(world, as_, method, ticks, grades):
    top = 10 if method == "resistance" else 5
    vote, _keys = opened(world, world.shed, method=method, labels=LABELS, **{**RULES, "top": top})
    paper = papers_of(as_(world.fleur), vote)[1][0]
    assert (paper.count('class="tick'), paper.count('class="to-circle')) == (ticks, grades)


def test_more_options_take_a_larger_paper(world, as_):
    sizes = []
    for number in (3, 9, 30):
        labels = [f"Een plan met een lange naam, nummer {n}" for n in range(number)]
        vote, _keys = opened(world, world.shed, method="irv", labels=labels)
        sizes.append(len(papers_of(as_(world.fleur), vote)[1]))
    assert sizes == [4, 2, 1]


def test_papers_are_printed_by_tellers_and_hosts_while_the_vote_is_open(world, as_):
    vote = world.roof_vote
    assert as_(world.fleur).get(f"/votes/{vote.id}/papers").status_code == 200
    for person in (world.amina, world.daan, world.bram):
        assert as_(person).get(f"/votes/{vote.id}/papers").status_code == 403
    for other in (world.evenings_vote, world.crossing_vote):
        assert as_(world.fleur).get(f"/votes/{other.id}/papers").status_code == 403
