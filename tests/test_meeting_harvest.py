"""The harvest of a meeting (M7): each table's own words, read by a host, kept with their origin."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import today
from app.db import db
from app.dialogues.models import Dialogue, Statement, forget_dialogues

SETUP = {
    "question": "Wat hoorden we?",
    "why_now": "De avond was gisteren.",
    "fixed": "De school.",
    "still_open": "De rest.",
    "level": "advise",
    "decider": "De gemeente",
    "closes_on": str(today() + timedelta(days=10)),
}
SHEET = {
    "topic": "De stoep",
    "host": "Toon",
    "people": "6",
    "sentences": "De stoep is te smal.\nMijn rollator past er niet langs.",
    "solutions": "Minder paaltjes.",
    "agreements": "We meten de stoep.",
    "what_1": "De stoep meten",
    "who_1": "Cor",
    "when_1": "zaterdag",
}


@pytest.fixture
def meeting(world, as_):
    fleur = as_(world.fleur)
    response = fleur.post(f"/dialogues/new/{world.parking.id}/meeting_harvest", data=SETUP)
    assert response.status_code == 303, response.text
    fleur.post(f"{response.location}/opening")
    return db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1]))


def hand_in(client, meeting, **changes):
    data = {f"table-{name}": value for name, value in {**SHEET, **changes}.items()}
    return client.post(f"/dialogues/{meeting.id}/statements/table", data=data)


def words(meeting, kind):
    query = select(Statement).where(Statement.dialogue_id == meeting.id, Statement.kind == kind)
    return db.session.scalars(query.order_by(Statement.id)).all()


def read_all(client, meeting):
    for table in words(meeting, "meeting_table"):
        client.post(f"/dialogues/{meeting.id}/changes/reading", data={"about": table.id})


def held(world, as_, meeting, *sheets):
    """A meeting whose tables handed in, were read, and which is closed."""
    for person, changes in zip((world.amina, world.bram), sheets, strict=False):
        assert hand_in(as_(person), meeting, **changes).status_code == 303
    fleur = as_(world.fleur)
    read_all(fleur, meeting)
    fleur.post(f"/dialogues/{meeting.id}/closure")
    return fleur


def test_a_table_hands_in_its_own_words(world, as_, meeting):
    assert hand_in(as_(world.amina), meeting).status_code == 303
    (table,) = words(meeting, "meeting_table")
    assert (table.text, table.facts["host"], table.facts["people"], table.state) == (
        "De stoep",
        "Toon",
        6,
        "pending",
    )
    sentences = words(meeting, "meeting_sentence")
    assert [one.text for one in sentences] == SHEET["sentences"].split("\n")
    assert {one.about_id for one in sentences} == {table.id}
    (action,) = words(meeting, "meeting_action")
    assert (action.text, action.facts) == ("De stoep meten", {"who": "Cor", "when": "zaterdag"})
    assert meeting.people == 6


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"topic": ""}, "Fill this in"),
        ({"people": "veel"}, "Fill in a number from 1 to 200"),
        ({"sentences": "\n".join(f"Zin {n}" for n in range(11))}, "at most 10 lines"),
        ({"sentences": "x" * 141}, "at most 140 characters"),
        ({"what_1": ""}, "Say what will be done."),
    ],
)
def test_a_sheet_that_is_not_right_is_refused_and_kept(world, as_, meeting, changes, word):
    response = hand_in(as_(world.amina), meeting, **changes)
    assert response.status_code == 422 and word in response.text and "Minder paaltjes." in response.text
    assert words(meeting, "meeting_table") == []


def test_an_empty_sheet_is_refused(world, as_, meeting):
    empty = dict.fromkeys(SHEET, "") | {"topic": "De stoep", "people": "4"}
    response = hand_in(as_(world.amina), meeting, **empty)
    assert response.status_code == 422 and "at least one thing" in response.text


def test_others_read_nothing_before_the_end(world, as_, visitor, meeting):
    hand_in(as_(world.amina), meeting)
    read_all(as_(world.fleur), meeting)
    (sentence, _other) = words(meeting, "meeting_sentence")
    assert sentence.state == "published"
    for client in (visitor, as_(world.bram)):
        for path in (f"/dialogues/{meeting.id}", "/search?q=rollator", "/open-data/statements.csv",
                     f"/moderation/statements/{sentence.id + 1}/report"):  # fmt: skip
            assert "Mijn rollator" not in client.get(path).text, path
    assert "Mijn rollator" in as_(world.fleur).get(f"/dialogues/{meeting.id}").text
    as_(world.fleur).post(f"/dialogues/{meeting.id}/closure")
    assert "Mijn rollator" in visitor.get(f"/dialogues/{meeting.id}").text
    assert "Mijn rollator" in visitor.get("/search?q=rollator").text


def test_what_no_host_has_read_is_not_in_the_outcome(world, as_, visitor, meeting):
    hand_in(as_(world.amina), meeting)
    as_(world.fleur).post(f"/dialogues/{meeting.id}/closure")
    page = visitor.get(f"/dialogues/{meeting.id}").text
    assert "Mijn rollator" not in page and "No table handed in anything." in page


def test_a_correction_keeps_what_was_written_first(world, as_, visitor, meeting):
    hand_in(as_(world.amina), meeting, sentences="De stoup is te smal.")
    (sentence,) = words(meeting, "meeting_sentence")
    fleur, address = as_(world.fleur), f"/dialogues/{meeting.id}/changes/correction"
    for text in ("De stoep is te smalll.", "De stoep is te smal."):
        fleur.post(address, data={"correction-about": sentence.id, "correction-text": text})
    assert (sentence.text, sentence.facts["before"]) == ("De stoep is te smal.", "De stoup is te smal.")
    read_all(fleur, meeting)
    fleur.post(f"/dialogues/{meeting.id}/closure")
    assert "De stoup is te smal." in visitor.get(f"/dialogues/{meeting.id}").text


def test_residents_cannot_read_or_correct_for_a_table(world, as_, meeting):
    hand_in(as_(world.amina), meeting)
    (table,) = words(meeting, "meeting_table")
    for turn in ("reading", "correction"):
        response = as_(world.bram).post(f"/dialogues/{meeting.id}/changes/{turn}", data={"about": table.id})
        assert response.status_code == 403


def test_the_outcome_is_per_table_and_all_together_with_the_people_of_all_tables(
    world, as_, visitor, meeting
):
    held(
        world, as_, meeting, {}, {"topic": "De bomen", "people": "5", "sentences": "Er valt te veel schaduw."}
    )
    page = visitor.get(f"/dialogues/{meeting.id}").text
    assert "2 tables handed in." in page and "Together they counted 11 people." in page
    assert "counted twice" in page and "11 people took part." in page
    together, table_by_table = page.split("Table by table")
    for text in (
        "De stoep is te smal.",
        "Er valt te veel schaduw.",
        "Minder paaltjes.",
        "We meten de stoep.",
    ):
        assert text in together and text in table_by_table
    assert "Who: Cor." in together and "When: zaterdag." in together


def test_sentences_go_into_an_open_statement_round_as_pending_with_their_origin(world, as_, meeting):
    fleur = held(world, as_, meeting, {})
    second = words(meeting, "meeting_sentence")[1]
    target = world.parking_dialogue
    for _twice in range(2):
        data = {"picked": [second.id], "to": target.id}
        assert fleur.post(f"/dialogues/{meeting.id}/follow-up/sending", data=data).status_code == 303
    sent = [s for s in target.statements if s.facts.get("meeting") == meeting.id]
    assert [(s.text, s.state, s.about_id, s.kind) for s in sent] == [
        (second.text, "pending", second.id, "statement")
    ]
    sent[0].publish(world.fleur)
    db.session.commit()
    page = as_(world.bram).get(f"/dialogues/{target.id}?statement={sent[0].id}").text
    assert "From the meeting of" in page and second.text in page


def test_sentences_begin_a_new_statement_round(world, as_, meeting):
    fleur = held(world, as_, meeting, {})
    first, second = words(meeting, "meeting_sentence")
    data = {"picked": [second.id], "to": "new"}
    response = fleur.post(f"/dialogues/{meeting.id}/follow-up/sending", data=data)
    page = fleur.get(response.location).text
    assert response.status_code == 303 and second.text in page and first.text not in page


@pytest.mark.parametrize("data", [{"to": "new"}, {"picked": ["1"], "to": "new"}, {"to": "999"}])
def test_sending_nothing_or_elsewhere_is_refused(world, as_, meeting, data):
    fleur = held(world, as_, meeting, {})
    assert fleur.post(f"/dialogues/{meeting.id}/follow-up/sending", data=data).status_code == 422


def test_hosts_tick_off_an_action_and_only_they(world, as_, visitor, meeting):
    fleur = held(world, as_, meeting, {})
    (action,) = words(meeting, "meeting_action")
    address, data = f"/dialogues/{meeting.id}/follow-up/doing", {"about": action.id}
    assert as_(world.bram).post(address, data=data).status_code == 403
    fleur.post(address, data=data)
    assert (
        action.facts["is_done"]
        and '<span class="tag tag-good">Done' in visitor.get(f"/dialogues/{meeting.id}").text
    )
    fleur.post(address, data=data)
    assert not action.facts["is_done"]


def test_an_agreement_of_a_table_goes_into_the_agreements_book_once(world, as_, visitor, meeting):
    fleur = held(world, as_, meeting, {})
    (made,) = words(meeting, "meeting_agreement")
    address = f"/dialogues/{meeting.id}/follow-up/agreeing"
    data = {"book-about": made.id, "book-review_on": str(today() + timedelta(days=90))}
    assert fleur.post(address, data={**data, "book-review_on": ""}).status_code == 422
    assert fleur.post(address, data=data).status_code == 303
    assert fleur.post(address, data=data).status_code == 422
    book = visitor.get(f"/collectives/{world.greens.id}/agreements").text
    assert book.count("We meten de stoep.") == 1
    assert "stands in the agreements book" in visitor.get(f"/dialogues/{meeting.id}").text


def test_erasing_who_typed_it_takes_the_names_too(world, as_, meeting):
    held(world, as_, meeting, {})
    (action,), (table,) = words(meeting, "meeting_action"), words(meeting, "meeting_table")
    forget_dialogues(world.amina, True)
    db.session.commit()
    assert (action.text, action.facts, table.facts) == ("", {}, {"people": 6})


def test_withdrawing_answers_when_a_part_of_the_sheet_was_rejected_does_not_fail(world, as_, meeting):
    hand_in(as_(world.amina), meeting)
    words(meeting, "meeting_sentence")[0].reject(world.fleur, "unclear")
    db.session.commit()
    assert as_(world.amina).post("/me/consent/withdrawal").status_code == 303
    assert words(meeting, "meeting_table") == []


def test_a_sheet_for_a_table_can_be_printed(world, as_, visitor, meeting):
    page = visitor.get(f"/dialogues/{meeting.id}/table-sheet").text
    assert "Key sentences" in page and page.count('class="writing"') >= 20
    assert visitor.get(f"/dialogues/{world.parking_dialogue.id}/table-sheet").status_code == 404
    assert "table-sheet" in as_(world.fleur).get(f"/dialogues/{meeting.id}").text
