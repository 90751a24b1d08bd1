from sqlalchemy import func, select

from app.db import db
from app.dialogues.models import Participant


def test_the_front_page_shows_what_is_open_promised_and_found(world, visitor):
    page = visitor.get("/").text
    for thing in (world.parking_dialogue, world.evenings_dialogue, world.roof_vote, world.lamps_vote):
        assert thing.question in page
    for hidden in (world.shed_dialogue, world.evenings_vote):
        assert hidden.question not in page
    people = db.session.scalar(select(func.count(func.distinct(Participant.person_id))))
    assert f">{people}</a></data> residents took part in a dialogue" in page


def test_what_is_over_says_when_it_closed(world, visitor):
    found = visitor.get("/").text.split("What came out of it")[1]
    cards = found.split("</ul>")[0].split('class="card"')[1:]
    assert len(cards) >= 3 and all("Closed on" in card for card in cards)


def test_an_empty_neighbourhood_is_calm_not_broken(app, visitor):
    for path in ("/", "/council", "/proposals", "/dialogues", "/votes", "/requests", "/collectives"):
        response = visitor.get(path)
        assert response.status_code == 200 and 'class="empty"' in response.text, path


def test_the_start_leads_to_the_one_thing_to_do(world, as_):
    assert as_(world.amina).get("/start").location == f"/votes/{world.roof_vote.id}"
    as_(world.amina).post(f"/votes/{world.roof_vote.id}/ballot", data={"choice": [1]})
    assert as_(world.amina).get("/start").location == f"/dialogues/{world.evenings_dialogue.id}"


def test_the_council_page_says_what_is_asked_and_by_when(world, visitor):
    page = visitor.get("/council").text
    for request in (world.lamps_request, world.crossing_request, world.square_request):
        assert request.text[:60] in page


def test_search_finds_whole_words_and_beginnings_in_what_is_public(world, visitor):
    assert world.parking.title in visitor.get("/search", query_string={"q": world.parking.title}).text
    assert f">{world.parking.title}</a>" in visitor.get("/search?q=parkeerplekken").text  # the title alone
    word = max(world.square_dialogue.statements[0].text.rstrip(".").split(), key=len)
    for question in (word, word.upper(), word[:-2]):
        assert world.square_dialogue.statements[0].text in visitor.get(f"/search?q={question}").text, question


def test_search_does_not_find_what_is_not_public(world, visitor):
    rejected = next(s for s in world.parking_dialogue.statements if s.state != "published")
    for hidden in (world.garden.title, world.shed_dialogue.question, rejected.text):
        page = visitor.get("/search", query_string={"q": hidden}).text
        assert "Nothing found" in page, hidden


def test_search_takes_anything(world, visitor):
    for odd in ('"', "*", "AND OR NOT", "a'b", "()", "NEAR(", "-", "%", "\x00", "x" * 5000, "🌳", ""):
        assert visitor.get("/search", query_string={"q": odd}).status_code == 200, odd


def test_a_page_that_is_not_there_says_so_kindly(world, visitor):
    response = visitor.get("/nergens")
    assert response.status_code == 404 and "This page is not here." in response.text
    assert visitor.get("/proposals/99999").status_code == 404
    assert visitor.get("/dialogues/99999").status_code == 404
