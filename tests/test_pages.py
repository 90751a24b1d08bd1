"""Every page, as every kind of person: it opens, it is a sound document, and it asks the database little."""

import re
from html.parser import HTMLParser

import pytest

from app import create_app
from app.clock import today
from app.db import db
from app.dialogues.formats.pulse import earlier_pulses
from app.dialogues.polis import take_over as take_over_polis
from app.votes.pabulib import take_over as take_over_pabulib
from tests.reference import reference

PEOPLE = ("visitor", "amina", "samira", "fleur", "daan", "eva")
MOST_QUERIES = 12
MOST_FOR_ONE_PERSON = 48  # each table that knows people is asked once
VOID = {"meta", "link", "input", "br", "hr", "image", "img", "circle", "rect", "path", "wbr"}


class Document(HTMLParser):
    """A page as a tree of open elements; notes what is not closed, not labelled, or there twice."""

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.labels, self.fields, self.counts = [], [], set(), [], {}
        self.described, self.landmarks = set(), []
        self.feed(html)
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if "id" in facts:
            self.ids.append(facts["id"])
        if tag == "label" and "for" in facts:
            self.labels.add(facts["for"])
        self.described |= set(facts.get("aria-describedby", "").split())
        if tag in ("input", "select", "textarea") and facts.get("type") not in ("hidden", "image"):
            self.fields.append((facts.get("id"), "label" in self.open))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open and self.open.pop() == tag, f"</{tag}> closes something else"


def pages(app, world):
    """The address of every page that can be opened with a GET, with something real in each gap."""
    numbers = {
        "collective_id": world.greens.id,
        "proposal_id": world.parking.id,
        "amendment_id": 1,
        "attachment_id": 1,
        "agreement_id": 1,
        "dialogue_id": world.parking_dialogue.id,
        "harvest_id": world.solar_dialogue.id,
        "vote_id": world.roof_vote.id,
        "request_id": world.lamps_request.id,
        "commitment_id": world.benches.id,
        "progress_id": 1,
        "dispute_id": 1,
        "sighting_id": 1,
        "statement_id": world.solar_dialogue.statements[0].id,
        "judgement_id": 1,
        "ban_id": 1,
        "role_id": 3,
        "sheet_id": 1,
        "codebatch_id": 1,
        "kind": "poster",
        "number": 1,
        "place": 1,
        "code": "00000000000",
        "token": "no-such-token",
        "format_name": "resistance",
        "turn": "rating",
        "language": "en",
        "name": "requests",
        "ending": "csv",
        "year": today().year,
    }
    addresses = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in rule.methods and rule.endpoint != "asset":
                addresses.append(rule.build({a: numbers[a] for a in rule.arguments})[1])
    more = {
        "proposals": (world.square, world.solar, world.dogs, world.shed, world.garden),
        "dialogues": (
            world.square_dialogue,
            world.solar_dialogue,
            world.evenings_dialogue,
            world.shed_dialogue,
            world.options_dialogue,
            world.bench_dialogue,
            world.pulse_dialogue,
            world.meeting_dialogue,
            earlier_pulses(world.pulse_dialogue)[-1],
            world.crossing_debate,
        ),
        "votes": (world.trees, world.lamps_vote, world.evenings_vote, world.crossing_vote),
        "requests": (world.square_request, world.speed_request),
        "commitments": (world.lindens, world.speed_count),
    }
    addresses += [f"/{room}/{thing.id}" for room, things in more.items() for thing in things]
    addresses += [f"/dialogues/{world.meeting_dialogue.id}/table-sheet"]
    parts = ("seals", "seals/file", "ballots", "ballots/file", "recount", "receipt")
    addresses += [f"/votes/{world.trees.id}/{part}" for part in parts]
    addresses += [f"/votes/{world.crossing_vote.id}/count", f"/votes/{world.evenings_vote.id}/rehearsal"]
    addresses += [f"/votes/{world.crossing_vote.id}/batches"]
    addresses += [f"/votes/{world.evenings_vote.id}/tellers", f"/votes/{world.crossing_vote.id}/seals"]
    addresses += [f"/dialogues/{world.solar_dialogue.id}/statements", "/search?q=boom"]
    return addresses


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_opens_is_sound_and_asks_little(shared_app, world, as_, queries, name):
    client = as_(None if name == "visitor" else getattr(world, name))
    opened = 0
    for address in pages(shared_app, world):
        queries.clear()
        response = client.get(address)
        assert response.status_code in (200, 302, 303, 403, 404, 410), address
        most = MOST_FOR_ONE_PERSON if address.startswith(("/me/data", "/me/erasure")) else MOST_QUERIES
        assert len(queries) <= most, (address, len(queries), queries)
        if response.mimetype != "text/html" or response.status_code in (302, 303):
            continue
        opened += response.status_code == 200
        document = Document(response.text)
        assert document.counts["h1"] == document.counts["title"] == document.counts["main"] == 1, address
        assert len(document.ids) == len(set(document.ids)), (address, document.ids)
        assert document.described <= set(document.ids), address
        for field, inside_label in document.fields:
            assert inside_label or field in document.labels, (address, field)
        assert re.search(r'<html lang="(nl|en)">', response.text), address
    assert opened >= 20


def test_the_pages_of_what_was_taken_over_ask_little_however_large(app, visitor, queries):
    take_over_polis(reference("polis/austria-climate.2vkxcncppn.2022-07-07"), "de", progress=str)
    take_over_pabulib(reference("pabulib/Poland_Lodz_2022.pb"), progress=str)
    for address in ("/", "/council", "/dialogues/1", "/dialogues/1/statements", "/votes/1", "/proposals/1",
                    "/proposals/2", "/proposals", "/dialogues", "/votes"):  # fmt: skip
        queries.clear()
        response = visitor.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.status_code == 200 and len(queries) <= MOST_QUERIES, (address, len(queries))
        assert len(response.data) <= 20_000, (address, len(response.data))


def test_a_site_that_is_not_set_up_says_so(tmp_path):
    from app.keys import MissingSecret

    with pytest.raises(MissingSecret, match="init"):
        create_app({"INSTANCE": tmp_path})


def test_the_security_headers_are_on_every_answer(world, visitor):
    for address in ("/", "/nergens", "/open-data/requests", "/code", "/admin"):
        headers = visitor.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert (
            "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_assets_are_kept_for_a_year_and_never_guessed(shared_app, world, visitor):
    page = visitor.get("/").text
    for address in re.findall(r'"(/assets/[^"]+)"', page):
        response = visitor.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.status_code == 200 and "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Encoding"] == "gzip"
    assert visitor.get("/assets/000000000000/app.css").status_code == 404
    assert visitor.get("/assets/000000000000/..%2f__init__.py").status_code == 404
    db.session.rollback()
