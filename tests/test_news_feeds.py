"""News for programs (Atom), for everybody on a page, and on paper for the board in the hall."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine

from app.db import db
from app.proposals.models import Proposal

REASON = "Er is dit jaar geld voor, en het past bij het plan voor de wijk."
ATOM = "{http://www.w3.org/2005/Atom}"
ABSOLUTE = re.compile(r"(https?://[a-z0-9.:-]+/|tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:)\S*")


def feeds_of(world):
    return "/news/feed/nl", "/news/feed/en", f"/proposals/{world.square.id}/feed/nl"


def answer_lamps(world):
    world.lamps_request.answer(world.daan, "adopted", REASON, "", "Daan")
    db.session.commit()


def parsed(client, address):
    response = client.get(address)
    assert response.status_code == 200 and response.mimetype == "application/atom+xml"
    found = feedparser.parse(response.data)
    assert not found.bozo and found.version == "atom10", found.get("bozo_exception")
    return found


def test_each_feed_is_what_the_rfc_asks(world, visitor):
    for address in feeds_of(world):
        feed = ElementTree.fromstring(visitor.get(address).data)
        assert feed.tag == f"{ATOM}feed"
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) > 5
        for element in (feed, *entries):
            for name in ("id", "title", "updated"):  # RFC 4287, 4.1.1 and 4.1.2: exactly one of each
                (one,) = element.findall(f"{ATOM}{name}")
                assert one.text and one.text.strip(), name
            assert datetime.fromisoformat(element.find(f"{ATOM}updated").text).tzinfo
            assert ABSOLUTE.fullmatch(element.find(f"{ATOM}id").text)
            links = element.findall(f"{ATOM}link")
            assert all(ABSOLUTE.fullmatch(link.get("href")) for link in links)
            assert [link.get("rel") for link in links].count("alternate") == 1
        assert feed.find(f"{ATOM}author/{ATOM}name").text == "Lakerbeek"
        (own,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert own.get("href") == f"http://localhost:8000{address}"
        ids = [entry.find(f"{ATOM}id").text for entry in entries]
        assert len(ids) == len(set(ids))


def test_a_reader_program_sees_an_answer_first(world, visitor):
    answer_lamps(world)
    entry = parsed(visitor, "/news/feed/en").entries[0]
    assert entry.title == f"{world.lamps.title}: Gemeente Lindhoven answered."
    assert "Adopted." in entry.summary and world.lamps_request.text in entry.summary
    assert entry.link == f"http://localhost:8000/requests/{world.lamps_request.id}"


def test_a_feed_speaks_one_language(world, visitor):
    dutch, english = parsed(visitor, "/news/feed/nl"), parsed(visitor, "/news/feed/en")
    assert dutch.feed.title == "Nieuws uit Lakerbeek" and english.feed.title == "News from Lakerbeek"
    assert not {entry.title for entry in dutch.entries} & {entry.title for entry in english.entries}
    assert visitor.get("/news/feed/fr").status_code == 404


def test_the_feed_of_a_proposal_tells_of_nothing_else(world, visitor):
    entries = parsed(visitor, f"/proposals/{world.square.id}/feed/en").entries
    assert all(entry.title.startswith(world.square.title) for entry in entries)
    assert entries[0].updated >= entries[-1].updated


def test_an_entry_keeps_its_name_when_more_happens(world, visitor):
    before = {entry.id: entry.title for entry in parsed(visitor, "/news/feed/en").entries}
    answer_lamps(world)
    after = {entry.id: entry.title for entry in parsed(visitor, "/news/feed/en").entries}
    assert len(after.keys() - before.keys()) == 1
    assert all(after[name] == before[name] for name in after.keys() & before.keys())


def test_who_has_the_latest_gets_no_second_copy(world, visitor):
    first = visitor.get("/news/feed/nl")
    again = visitor.get("/news/feed/nl", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    answer_lamps(world)
    newer = visitor.get("/news/feed/nl", headers={"If-None-Match": first.headers["ETag"]})
    assert newer.status_code == 200


def test_what_is_not_public_is_in_no_feed(world, visitor, as_):
    assert visitor.get(f"/proposals/{world.garden.id}/feed/nl").status_code == 404
    assert as_(world.bram).get(f"/proposals/{world.garden.id}/feed/nl").status_code == 404
    world.square.remove(world.fleur, "spam")
    db.session.commit()
    assert visitor.get(f"/proposals/{world.square.id}/feed/nl").status_code == 410
    assert "Lakerplein" not in visitor.get("/news/feed/nl").text


def test_odd_words_make_no_broken_feed(world, visitor):
    proposal = Proposal.draft(world.amina, world.greens, 'Een "<b>&amp;</b>\x0b 🌳', "x", "nl")
    proposal.submit(world.amina)
    db.session.commit()
    assert "🌳" in parsed(visitor, "/news/feed/nl").entries[0].title


def test_an_empty_neighbourhood_has_a_feed_too(app, visitor):
    assert parsed(visitor, "/news/feed/nl").entries == []


def test_pages_lead_a_program_to_their_feed(world, visitor):
    line = f"/proposals/{world.square.id}"
    for page, feed in (("/news", "/news/feed/en"), (f"{line}/line", f"{line}/feed/en")):
        assert f'type="application/atom+xml" href="{feed}"' in visitor.get(page).text


# The page for everybody


def test_everybody_reads_the_news_of_four_weeks(world, visitor):
    answer_lamps(world)
    page = visitor.get("/news").text
    assert world.lamps.title in page and "Gemeente Lindhoven answered." in page
    with time_machine.travel(datetime.now(UTC) + timedelta(days=60)):
        assert "Nothing happened in the last four weeks." in visitor.get("/news").text


def test_the_menu_leads_a_visitor_to_the_news_of_all(world, visitor, as_):
    assert 'href="/news"' in visitor.get("/about").text
    assert 'href="/me/news"' in as_(world.amina).get("/about").text


# On paper


@pytest.fixture
def sheet(world, visitor):
    answer_lamps(world)
    return visitor.get("/news/notice").text.split('class="sheets"')[1]


def test_the_notice_says_what_happened_and_what_comes_next(world, sheet):
    assert world.lamps.title in sheet and "answered. Adopted." in re.sub(r"\s+", " ", sheet)
    assert "What comes next" in sheet and "Last day to take part:" in sheet


def test_the_notice_leads_to_the_site_by_camera_and_by_typing(sheet):
    assert sheet.count('class="qr"') == 1 and "localhost:8000/news" in sheet and "style=" not in sheet


def test_the_notice_holds_what_fits_and_says_that_there_is_more(world, sheet):
    assert sheet.count('class="posted"') == 3 and "more proposal" in sheet


def test_the_notice_comes_in_the_language_of_the_visit(world, visitor):
    visitor.get("/language/nl")
    assert "Nieuws van de laatste vier weken" in visitor.get("/news/notice").text
