"""What every format must do, whichever it is: tried through its pages, knowing only its face."""

import pytest

from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.models import KIND_NAMES, Statement
from tests.test_pages import MOST_QUERIES, Document
from tests.walker import dialogue_at, prepare, publish_what_waits, take_turns

PEOPLE = ("amina", "bram", "samira", "wout", "fatima", "naima")


def look(client, address, queries):
    """A page as people see it: there, sound, and asking the database little."""
    queries.clear()
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    assert len(queries) <= MOST_QUERIES, (address, len(queries), queries)
    document = Document(response.text)
    assert document.counts["h1"] == document.counts["main"] == 1
    assert len(document.ids) == len(set(document.ids)), (address, document.ids)
    assert document.described <= set(document.ids), address
    for field, inside_label in document.fields:
        assert inside_label or field in document.labels, (address, field)
    return response.text


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_all_that_people_must_know(name):
    face = FORMATS[name]
    assert face.name == name and all(map(str, (face.title, face.meaning, face.suits)))
    assert face.parts and all(str(part.title) and str(part.advice) for part in face.parts)
    assert face.people[0] >= 1 and set(face.kinds) <= set(KIND_NAMES)
    phases = {part.name for part in face.parts}
    while_open = [turn for turn in face.turns if turn.through != "follow_up"]
    assert all(turn.phases and set(turn.phases) <= phases for turn in while_open)
    assert {turn.through for turn in while_open} <= {"reaction", "statement", "change", "explanation"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_led_from_an_example_to_an_outcome(world, as_, visitor, queries, name):
    host, people = as_(world.fleur), [as_(getattr(world, person)) for person in PEOPLE]
    address = prepare(host, world.playground, name)
    look(host, address, queries)
    assert host.post(f"{address}/opening").status_code == 303
    dialogue, face, taken = dialogue_at(address), FORMATS[name], 0
    for part in face.parts:
        if dialogue.phase.name != part.name:
            moved = host.post(f"{address}/phase", data={"phase": part.name, "note": "Verder."})
            assert moved.status_code == 303, (part.name, moved.text)
        for number, client in enumerate(people):
            look(client, address, queries)
            sent = take_turns(client, address, f"Woorden {number} in {part.name}?", pick=number)
            # Samira hosts here too; two that can be merged are not found by who knows only the page.
            assert all(status == 303 for to, status in sent if not to.endswith("/changes/merging")), sent
            taken += len(sent)
        for client in (visitor, host):
            look(client, address, queries)
        publish_what_waits(host, dialogue)
        take_turns(host, address, f"De host in {part.name}.")
        look(host, f"{address}/phases", queries)
    assert taken >= len(people)
    host.post(f"{address}/closure")
    for client in (visitor, host, *people[:2]):
        look(client, address, queries)
        look(client, f"{address}/course", queries)
    assert all(isinstance(words, str) for words in face.passes_on(dialogue_at(address)))
    look(visitor, f"/dialogues/formats/{name}", queries)


@pytest.mark.parametrize("name", FORMATS)
def test_nobody_takes_a_turn_before_it_opens_or_after_it_closes(world, as_, name):
    host, amina = as_(world.fleur), as_(world.amina)
    address = prepare(host, world.playground, name)
    before = db.session.query(Statement).count()
    for step in ("opening", "closure"):
        for turn in [turn for turn in FORMATS[name].turns if turn.through != "follow_up"]:
            door = f"{turn.through}s"
            for client in (amina, host):
                status = client.post(f"{address}/{door}/{turn.name}", data={"text": "x"}).status_code
                assert status in (403, 404), (turn.name, status)
        host.post(f"{address}/{step}")
        if step == "opening":
            host.post(f"{address}/closure")
    assert db.session.query(Statement).count() == before
