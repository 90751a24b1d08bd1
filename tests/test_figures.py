"""Each figure is counted once, and is the same wherever it stands."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import today
from app.db import db
from app.dialogues.models import Participant, Reaction
from app.exports.figures import FIGURES, GROUPS, OF_ALL
from app.exports.tables import measured
from app.responses.models import Request
from tests.test_pages import PEOPLE, pages

# Those of one dialogue, proposal or collective lead to a page of its own: tests/test_reports.py
SHOWN = re.compile(r'<data value="([^"]*)" data-figure="(\w+)"><a href="/figures#(\w+)">([^<]*)<')


def figures_on(text):
    return [(name, value) for value, name, _link, _words in SHOWN.findall(text)]


@pytest.mark.parametrize("person", PEOPLE)
def test_a_figure_is_the_same_on_every_page_that_shows_it(shared_app, world, as_, visitor, person):
    client = visitor if person == "visitor" else as_(getattr(world, person))
    expected = {row["figure"]: row["value"] for row in visitor.get("/open-data/figures.json").json["rows"]}
    shown = {}
    for address in pages(shared_app, world):
        response = client.get(address)
        if response.mimetype == "text/html" and response.status_code == 200:
            for name, value in figures_on(response.text):
                shown.setdefault(name, set()).add(address)
                assert float(value) == expected[name] if value else expected[name] is None, (address, name)
    assert set(shown) == set(OF_ALL) and len(shown["people"]) >= 3


def test_every_figure_explains_itself(world, visitor):
    page = visitor.get("/figures").text
    for name, figure in FIGURES.items():
        assert figure.group in GROUPS and f'id="{name}"' in page
    assert all(name == link for _value, name, link, _words in SHOWN.findall(page))


def test_figures_are_what_somebody_who_counts_would_find(world):
    found = measured()
    people = select(func.count(func.distinct(Participant.person_id)))
    assert found["people"]["value"] == db.session.scalar(people)
    assert found["reactions"]["value"] == db.session.scalar(select(func.count()).select_from(Reaction))
    requests = db.session.scalars(select(Request)).all()
    answered = [request for request in requests if request.is_answered]
    assert found["answered"]["value"] == len(answered) / len(requests)
    assert found["overdue"]["value"] == sum(request.is_overdue for request in requests)
    days = sorted((request.response.at.date() - request.sent_at.date()).days for request in answered)
    middle = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
    assert abs(found["days_to_answer"]["value"] - middle) <= 1


def test_a_request_is_overdue_from_the_day_after(world):
    before = measured()["overdue"]["value"]
    world.lamps_request.due_on = today()
    db.session.flush()
    on_the_day = measured()["overdue"]["value"]
    world.lamps_request.due_on = today() - timedelta(days=1)
    db.session.flush()
    assert measured()["overdue"]["value"] == on_the_day + 1 <= before + 1


def test_how_few_people_behave_is_not_shown(app, visitor):
    found = measured()
    for name, figure in OF_ALL.items():
        if figure.fewest:
            assert found[name]["value"] is None and found[name]["n"] < figure.fewest, name
    assert "too few to show" in visitor.get("/figures").text


def test_an_empty_neighbourhood_has_figures_too(app, visitor):
    for address in ("/dashboard", "/figures", "/"):
        assert visitor.get(address).status_code == 200, address
    assert measured()["people"]["value"] == 0


def test_the_dashboard_says_where_people_agree_and_whom_they_miss(world, visitor):
    page, harvest = visitor.get("/dashboard").text, world.solar_dialogue.harvest
    assert "We agree:" in page and "We differ:" in page
    assert harvest.agreed.splitlines()[0][:20] in page


def test_only_hosts_see_where_people_leave(world, as_, visitor):
    assert visitor.get("/admin/funnel").status_code in (302, 303, 401, 403)
    assert as_(world.amina).get("/admin/funnel").status_code == 403
    page = as_(world.fleur).get("/admin/funnel").text
    assert world.parking_dialogue.question in page and "7 reactions or more" in page
