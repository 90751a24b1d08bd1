"""From dialogue to decision in one step: nothing is typed twice, and what follows names its origin."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from app.clock import today
from app.db import db
from app.dialogues.course import course_of
from app.dialogues.formats import FORMATS, carried_on
from app.dialogues.models import Dialogue
from app.responses.models import TIME_TO_ANSWER, Request, unsent_asks
from app.votes.models import Vote

ANSWER = {
    "decision": "adopted",
    "reason": "Wij geven het dak graag in gebruik, voor vijftien jaar.",
    "answered_by": "Daan de Wit",
}


class Forms(HTMLParser):
    """What each form of a page would send if somebody only pressed its button: {address: {name: value}}."""

    def __init__(self, html):
        super().__init__()
        self.found, self.here, self.text = {}, None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        if tag == "form":
            self.here = self.found.setdefault(facts["action"], {})
        elif self.here is not None and tag == "input" and facts.get("name"):
            if facts.get("type") not in ("radio", "checkbox") or "checked" in facts:
                self.here[facts["name"]] = facts.get("value", "")
        elif self.here is not None and tag == "textarea":
            self.text = facts["name"]
            self.here[self.text] = ""

    def handle_data(self, words):
        if self.text:
            self.here[self.text] += words

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text = None
        elif tag == "form":
            self.here = None


def press(client, page, action, **typed):
    """Press the button of a form as it stands, after typing some fields. Says what is left to do as well."""
    fields = Forms(client.get(page).text).found[action]
    return client.post(action, data={**fields, **typed})


@pytest.fixture
def harvest(world):
    return world.solar_dialogue.harvest


@pytest.fixture
def address(harvest):
    return f"/dialogues/{harvest.id}/harvest"


def test_one_press_sends_all_that_is_asked_each_to_its_decider(world, as_, harvest, address):
    response = press(as_(world.wout), address, f"{address}/requests")  # nothing typed
    assert (response.status_code, response.location) == (303, address)
    sent = db.session.scalars(select(Request).where(Request.dialogue_id == harvest.id)).all()
    assert [(r.text, r.decider) for r in sent] == [tuple(ask) for ask in harvest.asks] and len(sent) == 2
    assert {r.due_on for r in sent} == {harvest.finished_on + TIME_TO_ANSWER}
    page = as_(None).get(address).text
    for request in sent:
        assert f"/requests/{request.id}" in page
        assert f'"/dialogues/{harvest.id}"' in as_(None).get(f"/requests/{request.id}").text


def test_what_was_sent_is_not_sent_again(world, as_, harvest, address):
    wout = as_(world.wout)
    soon = {"due_on": str(today() + timedelta(days=40))}
    for _ in range(2):
        wout.post(f"{address}/requests", data=soon)
    assert db.session.query(Request).filter_by(dialogue_id=harvest.id).count() == 2
    assert unsent_asks(harvest) == [] and "Send 2 requests" not in wout.get(address).text


def test_a_due_day_that_is_past_is_refused_and_nothing_is_sent(world, as_, harvest, address):
    refused = as_(world.wout).post(f"{address}/requests", data={"due_on": "2020-01-01"})
    assert refused.status_code == 422 and "still to come" in refused.text and len(unsent_asks(harvest)) == 2


def test_only_hosts_send_and_only_what_is_final(world, as_, harvest, address):
    for person in (world.amina, world.samira, world.daan):
        assert as_(person).post(f"{address}/requests").status_code == 403
    harvest.published_on = today()
    db.session.commit()
    assert as_(world.wout).post(f"{address}/requests").status_code == 403


def test_a_vote_begins_with_what_came_out_and_nothing_is_typed(world, as_, harvest, address):
    wout = as_(world.wout)
    link = f"/votes/new/{world.solar.id}?dialogue={harvest.id}"
    assert link.replace("&", "&amp;") in wout.get(address).text  # the first press
    response = press(wout, link, f"/votes/new/{world.solar.id}")  # the second
    assert response.status_code == 303
    vote = db.session.get(Vote, int(response.location.rsplit("/", 1)[1]))
    assert vote.dialogue_id == harvest.id and [o.label for o in vote.options] == carried_on(harvest.dialogue)
    assert f'"/dialogues/{harvest.id}"' in wout.get(response.location).text


def test_a_vote_after_an_open_dialogue_shows_no_outcome(world, as_):
    link = f"/votes/new/{world.evenings.id}?dialogue={world.evenings_dialogue.id}"
    page = as_(world.samira).get(link).text
    for sentence in FORMATS["statement_round"].passes_on(world.evenings_dialogue):
        assert sentence not in page


def test_another_dialogue_begins_with_card_and_words_and_names_its_origin(world, as_, harvest, address):
    wout = as_(world.wout)
    new = f"/dialogues/new/{world.solar.id}/statement_round"
    assert f"{new}?dialogue={harvest.id}" in wout.get(address).text  # the first press
    response = press(wout, f"{new}?dialogue={harvest.id}", new)  # the second
    assert response.status_code == 303
    again = db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1]))
    assert again.origin_id == harvest.id and again.decider == harvest.dialogue.decider
    assert [s.text for s in again.statements] == carried_on(harvest.dialogue)
    again.open(world.wout)
    db.session.commit()
    assert f'"/dialogues/{harvest.id}"' in as_(None).get(f"/dialogues/{again.id}").text
    assert f'"/dialogues/{again.id}"' in as_(None).get(address).text


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_can_go_on_with_it(world, as_, harvest, name):
    page = as_(world.wout).get(f"/dialogues/new/{world.solar.id}/{name}?dialogue={harvest.id}")
    assert page.status_code == 200 and harvest.dialogue.question in page.text


def test_a_dialogue_of_another_proposal_is_no_origin(world, as_, harvest):
    card = {"question": "Hoe?", "why_now": "x", "fixed": "x", "still_open": "x", "level": "advise"}
    card |= {"decider": "Gemeente", "closes_on": str(today() + timedelta(days=9)), "seeds": "Een\nTwee\nDrie"}
    response = as_(world.fleur).post(
        f"/dialogues/new/{world.evenings.id}/statement_round", data={**card, "dialogue": harvest.id}
    )
    assert db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1])).origin_id is None


def test_answers_and_kept_commitments_move_the_dialogue_on(world, as_, harvest, address):
    dialogue = harvest.dialogue
    press(as_(world.wout), address, f"{address}/requests")
    daan = as_(world.daan)
    first, second = db.session.scalars(select(Request).where(Request.dialogue_id == harvest.id)).all()
    first_id, second_id = first.id, second.id
    daan.post(f"/requests/{first_id}/response", data=ANSWER)
    assert dialogue.state == "harvested"
    daan.post(f"/requests/{second_id}/response", data={**ANSWER, "decision": "no"})
    assert dialogue.state == "answered"
    promise = {"text": "Het dak.", "owner": "Gemeente", "due_on": str(today() + timedelta(days=90))}
    daan.post(f"/requests/{first_id}/commitments", data=promise)
    assert dialogue.state == "answered"
    commitment = db.session.get(Request, first_id).commitments[0].id
    daan.post(f"/commitments/{commitment}/progress", data={**promise, "status": "done", "note": "Klaar."})
    assert dialogue.state == "carried_out"
    daan.post(f"/commitments/{commitment}/progress", data={**promise, "status": "busy"})
    assert dialogue.state == "answered"
    steps = course_of(dialogue)[-3:]
    assert [step.to for step in steps] == ["answered", "carried_out", "answered"]
    assert {step.actor_id for step in steps} == {world.daan.id}
    assert "Carried out" in as_(None).get(f"/dialogues/{harvest.id}/course").text
