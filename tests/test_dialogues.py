from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.clock import now, today
from app.db import db
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.events import Event
from app.jobs import tick

CARD = {
    "question": "Waar moeten de bomen staan?",
    "why_now": "De gemeente plant in het najaar.",
    "fixed": "Er komen er tien.",
    "still_open": "Waar.",
    "level": "advise",
    "decider": "Gemeente",
    "closes_on": str(today() + timedelta(days=10)),
    "seeds": "Bij de school.\nLangs de weg.\nOp het plein.",
}


def react(client, dialogue, statement, reaction, **headers):
    data = {"statement": statement.id, "reaction": reaction}
    return client.post(f"/dialogues/{dialogue.id}/reactions", data=data, headers=headers)


def kept(person, dialogue):
    query = (
        select(Reaction.statement_id, Reaction.value)
        .join(Participant, Participant.id == Reaction.participant_id)
        .where(Participant.person_id == person.id, Participant.dialogue_id == dialogue.id)
    )
    return dict(db.session.execute(query).all())


def published(dialogue):
    return [statement for statement in dialogue.statements if statement.state == "published"]


def test_a_host_prepares_and_opens_a_dialogue(world, as_, visitor):
    fleur = as_(world.fleur)
    response = fleur.post(f"/dialogues/new/{world.shed.id}/statement_round", data=CARD)
    dialogue = db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1]))
    assert visitor.get(response.location).status_code == 404  # in preparation
    fleur.post(f"{response.location}/opening")
    assert dialogue.is_open and [s.text for s in dialogue.statements] == CARD["seeds"].split("\n")
    assert CARD["question"] in visitor.get(response.location).text


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("question", "", "Fill this in"),
        ("closes_on", "2020-01-01", "still to come"),
        ("closes_on", "morgen", "Fill in a date"),
        ("level", "", "Choose one"),
        ("seeds", "Een.", "Write 3 to 20 statements in all"),
        ("seeds", "Een.\nTwee.\neen.", "twice"),
        ("seeds", "Een.\nTwee.\n" + "x" * 141, "Statement 3 is longer"),
    ],
)
def test_a_remit_card_that_is_not_right_is_refused_with_the_reason(world, as_, field, value, word):
    data = {**CARD, field: value}
    response = as_(world.fleur).post(f"/dialogues/new/{world.shed.id}/statement_round", data=data)
    assert response.status_code == 422 and word in response.text and "De gemeente plant" in response.text


def test_a_reaction_is_kept_at_once_and_counted(world, as_):
    dialogue, statement = world.parking_dialogue, published(world.parking_dialogue)[0]
    before, people = statement.agrees, dialogue.participants
    assert react(as_(world.amina), dialogue, statement, "agree").status_code == 303
    assert kept(world.amina, dialogue) == {statement.id: 1}
    assert (statement.agrees, dialogue.participants) == (before + 1, people + 1)


def test_a_second_reaction_replaces_the_first(world, as_):
    dialogue, statement = world.parking_dialogue, published(world.parking_dialogue)[0]
    counts = statement.standing
    amina = as_(world.amina)
    for reaction in ("agree", "pass", "disagree", "disagree"):
        react(amina, dialogue, statement, reaction)
    assert kept(world.amina, dialogue) == {statement.id: -1}
    assert statement.standing.reactions == counts.reactions + 1
    assert statement.disagrees == counts.disagrees + 1


def test_counters_always_equal_the_reactions(world, as_):
    amina = as_(world.amina)
    for statement in published(world.parking_dialogue):
        react(amina, world.parking_dialogue, statement, ("agree", "disagree", "pass")[statement.id % 3])
    counted = select(Reaction.statement_id, Reaction.value, func.count()).group_by(
        Reaction.statement_id, Reaction.value
    )
    counts = {(row[0], row[1]): row[2] for row in db.session.execute(counted)}
    for statement in db.session.scalars(select(Statement).where(Statement.kind == "statement")):
        found = tuple(counts.get((statement.id, value), 0) for value in (1, -1, 0))
        assert found == (statement.agrees, statement.disagrees, statement.passes)


def test_each_card_is_another_statement_until_all_are_done(world, as_):
    amina, dialogue = as_(world.amina), world.parking_dialogue
    seen = []
    while True:
        page = amina.get(f"/dialogues/{dialogue.id}").text
        if "You answered every statement" in page:
            break
        shown = [s for s in published(dialogue) if f'name="statement" value="{s.id}"' in page]
        assert len(shown) == 1
        seen.append(shown[0].id)
        then = react(amina, dialogue, shown[0], "pass").location
        assert then == f"/dialogues/{dialogue.id}?after={shown[0].id}#card"  # not at the top of the page
    assert "others may add statements" in page
    assert sorted(seen) == sorted(s.id for s in published(dialogue)) and len(seen) == len(set(seen))


def test_who_is_done_is_not_called_back_when_nothing_more_is_added(world, as_):
    amina, dialogue = as_(world.amina), world.evenings_dialogue
    for statement in published(dialogue):
        react(amina, dialogue, statement, "pass")
    page = amina.get(f"/dialogues/{dialogue.id}").text
    assert "You answered every statement" in page and "others may add statements" not in page


def test_results_are_hidden_while_the_dialogue_is_open(world, as_):
    for person in (None, world.amina, world.fleur, world.daan):
        page = as_(person).get(f"/dialogues/{world.parking_dialogue.id}").text
        assert " agree, " not in page and 'class="agree"' not in page
    assert as_(world.fleur).get(f"/dialogues/{world.parking_dialogue.id}/statements").status_code == 404


def test_htmx_gets_only_the_card(world, as_):
    amina, dialogue = as_(world.amina), world.parking_dialogue
    htmx = {"HX-Request": "true", "HX-Target": "card"}
    response = react(amina, dialogue, published(dialogue)[0], "agree", **htmx)
    part = amina.get(response.location, headers=htmx)
    assert "<!doctype" not in part.text and '<section id="card"' in part.text
    assert part.headers["Cache-Control"] == "no-store" and "HX-Target" in part.headers["Vary"]


def test_a_reaction_to_something_else_is_refused(world, as_):
    amina, elsewhere = as_(world.amina), world.evenings_dialogue.statements[0]
    assert react(amina, world.parking_dialogue, elsewhere, "agree").status_code == 422
    assert (
        react(amina, world.parking_dialogue, published(world.parking_dialogue)[0], "love").status_code == 422
    )
    assert amina.post(f"/dialogues/{world.parking_dialogue.id}/reactions").status_code == 422


def test_who_has_no_code_cannot_react(world, as_):
    statement = published(world.parking_dialogue)[0]
    assert react(as_(None), world.parking_dialogue, statement, "agree").location == "/code"
    for person in (world.eva, world.daan):
        assert react(as_(person), world.parking_dialogue, statement, "agree").status_code == 403


def test_a_new_statement_waits_for_a_host(world, as_):
    amina, address = as_(world.amina), f"/dialogues/{world.parking_dialogue.id}"
    assert amina.post(f"{address}/statements", data={"text": "Meer fietsenrekken."}).status_code == 303
    statement = db.session.scalar(select(Statement).where(Statement.text == "Meer fietsenrekken."))
    assert statement.state == "pending"
    assert "A host still has to read this" in amina.get(address).text
    assert "Meer fietsenrekken." not in as_(world.bram).get(address).text


def test_an_author_reads_why_a_statement_was_not_published(world, as_):
    amina, address = as_(world.amina), f"/dialogues/{world.parking_dialogue.id}"
    amina.post(f"{address}/statements", data={"text": "Bomen en banken en stilte."})
    statement = db.session.scalar(select(Statement).where(Statement.text.startswith("Bomen en banken")))
    as_(world.fleur).post(
        f"/moderation/statements/{statement.id}/rejection", data={"reason": "several_ideas"}
    )
    assert "It holds more than one idea." in amina.get(address).text
    assert "Bomen en banken" not in as_(world.bram).get(address).text


def test_a_statement_that_is_too_long_is_refused_and_kept(world, as_):
    text = "x" * 141
    response = as_(world.amina).post(
        f"/dialogues/{world.parking_dialogue.id}/statements", data={"text": text}
    )
    assert response.status_code == 422 and text in response.text


def test_near_the_end_only_reactions_are_taken(world, as_):
    assert world.evenings_dialogue.is_in("reacting")
    refused = as_(world.amina).post(
        f"/dialogues/{world.evenings_dialogue.id}/statements", data={"text": "Soep."}
    )
    assert refused.status_code == 409 and "Soep." in refused.text
    statement = published(world.evenings_dialogue)[0]
    assert react(as_(world.amina), world.evenings_dialogue, statement, "agree").status_code == 303


def test_a_dialogue_closes_by_itself_after_its_last_day(world, as_):
    dialogue, statement = world.parking_dialogue, published(world.parking_dialogue)[0]
    after = now() + timedelta(days=(dialogue.closes_on - today()).days + 1)
    with time_machine.travel(after):
        assert react(as_(world.amina), dialogue, statement, "agree").status_code == 403
        tick()
    assert dialogue.closed_at is not None
    closed = select(Event).where(Event.name == "dialogue.closed", Event.subject_id == dialogue.id)
    assert db.session.scalar(closed).particulars == {"participants": dialogue.participants}


def test_the_outcome_shows_common_ground_difference_and_what_is_unknown(world, visitor):
    page = visitor.get(f"/dialogues/{world.solar_dialogue.id}").text
    for title in ("Common ground", "Opinions differ", "Many do not know", "participants, not a sample"):
        assert title in page


def test_small_numbers_stay_hidden_in_the_outcome(app, world, as_, visitor):
    fleur = as_(world.fleur)
    response = fleur.post(f"/dialogues/new/{world.shed.id}/statement_round", data=CARD)
    dialogue = db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1]))
    fleur.post(f"{response.location}/opening")
    for person in (world.amina, world.bram, world.samira, world.wout):
        react(as_(person), dialogue, dialogue.statements[0], "agree")
    fleur.post(f"{response.location}/closure")
    for path in (response.location, f"{response.location}/statements"):
        page = visitor.get(path).text
        assert "4 agree" not in page and ("Too few" in page)


def test_a_resident_cannot_open_close_or_prepare(world, as_):
    amina, address = as_(world.amina), f"/dialogues/{world.parking_dialogue.id}"
    assert amina.post(f"{address}/closure").status_code == 403
    assert amina.post(f"/dialogues/{world.shed_dialogue.id}/opening").status_code == 403
    assert amina.post(f"/dialogues/new/{world.shed.id}/statement_round", data=CARD).status_code == 403
