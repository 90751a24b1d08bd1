"""On paper and by phone: numbered sheets, typed in twice, that count as an answer on a screen does."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from flask import current_app
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.privacy import erase
from app.accounts.roles import Role
from app.clock import now, today
from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.formats.paper import Item, Paper, make_sheets
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.dialogues.sheets import Sheet
from app.events import Event

KEYS = {"agree": "1", "disagree": "2", "pass": "3"}
VALUES = {1: "agree", -1: "disagree", 0: "pass"}


@pytest.fixture
def hosts(world, as_):
    """Two people who may type in sheets."""
    Role.give(world.bram, "host")
    db.session.commit()
    return as_(world.fleur), as_(world.bram)


def opened(world, format, phase=None):
    """A dialogue of the demo's greens, open, with six statements or options."""
    kind = "statement" if format == "statement_round" else "option"
    card = {"question": "Wat doen we?", "closes_on": today() + timedelta(days=20), "decider": "Gemeente"}
    dialogue = Dialogue.prepare(world.fleur, world.parking, format=format, **card)
    dialogue.phases = FORMATS[format].phases
    for number in range(5):
        dialogue.add_seed(f"Woorden nummer {number}.", kind=kind)
    dialogue.add_seed("Alles blijft zoals het is.", kind=kind, is_passive=True)
    dialogue.open(world.fleur)
    if phase:
        dialogue.go_to(world.fleur, phase)
    db.session.commit()
    return dialogue


def made(host, dialogue, new, **more):
    before = set(db.session.scalars(select(Sheet.id)))
    response = host.post(f"/dialogues/{dialogue.id}/sheets", data={"new": new, **more})
    assert response.status_code == 303, response.text
    sheets = db.session.scalars(select(Sheet).where(Sheet.dialogue_id == dialogue.id).order_by(Sheet.id))
    return [sheet for sheet in sheets if sheet.id not in before]


@dataclass(frozen=True)
class Line:
    """One item of a sheet, as an English reader sees it."""

    key: str
    number: int
    label: str
    is_written: bool


def lines_of(sheet):
    with current_app.test_request_context(headers={"Accept-Language": "en"}):
        return [Line(i.key, i.number, str(i.label), i.is_written) for i in Paper(sheet).items]


def differing_lines(sheet):
    with current_app.test_request_context():
        found = {difference.item for difference in sheet.compare(Paper(sheet).keys)}
    return [line for line in lines_of(sheet) if line.key in found]


def filled(sheet, said, consent="1"):
    """What a typist types of a sheet, of which each item is known by its label; the rest is blank."""
    form = {"item_0": consent, "place": str(len(sheet.entries) + 1)}
    for item in lines_of(sheet):
        form[f"item_{item.number}"] = str(said.get(item.label, "-"))
    return form


def typed(host, sheet, said, **more):
    return host.post(f"/dialogues/sheets/{sheet.id}/entries", data={**filled(sheet, said), **more})


def typed_twice(hosts, sheet, said):
    for host in hosts:
        assert typed(host, sheet, said).status_code == 303
    db.session.refresh(sheet)
    return sheet


def reactions_on(sheet):
    mine = select(Statement.text, Reaction.value).join(Reaction, Reaction.statement_id == Statement.id)
    return dict(db.session.execute(mine.where(Reaction.participant_id == sheet.participant_id)).all())


# The same answers on paper and on a screen


def residents(number):
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    return [person for person in people if person.is_resident and person.has_consented][:number]


def with_slips(said, sheet, chance, keys, slips):
    """The same answers, with one or two typed wrongly on purpose."""
    second = dict(said)
    for label in chance.sample(sorted(said), chance.randint(1, 2)):
        second[label] = chance.choice([key for key in keys if key != str(said[label])])
        slips.add((sheet.id, label))
    return second


def all_on_paper(hosts, dialogue, answers, keys, **more):
    """Print, fill in, type twice with slips, compare, and settle: the differences that were found."""
    chance, slips, found = random.Random(7), set(), set()
    for sheet, said in zip(made(hosts[0], dialogue, **more), answers, strict=True):
        assert typed(hosts[0], sheet, said).status_code == 303
        assert typed(hosts[1], sheet, with_slips(said, sheet, chance, keys, slips)).status_code == 303
        db.session.refresh(sheet)
        assert sheet.state == "differs" and sheet.participant_id is None
        differing = differing_lines(sheet)
        found |= {(sheet.id, line.label) for line in differing}
        settle = {f"item_{line.number}": "first" for line in differing}
        assert hosts[0].post(f"/dialogues/sheets/{sheet.id}/comparison", data=settle).status_code == 303
        db.session.refresh(sheet)
        assert sheet.state == "counted" and sheet.differences_found == len(differing)
    assert found == slips and len(slips) >= len(answers)


def outcome_in_words(dialogue, host):
    """The part of the page with the outcome, without numbers of things."""
    host.post(f"/dialogues/{dialogue.id}/closure")
    page = host.get(f"/dialogues/{dialogue.id}").text
    part = page.split('<div class="columns">')[1].split("<aside")[0]
    return re.sub(r'(href|id)="[^"]*"', "", part)


def test_a_statement_round_on_paper_only_comes_out_as_the_same_answers_on_a_screen(world, as_, hosts):
    online, paper = opened(world, "statement_round"), opened(world, "statement_round")
    texts, chance = [s.text for s in online.statements], random.Random(3)
    answers = [{text: chance.choice((1, 1, -1, 0)) for text in texts} for _ in range(14)]
    for person, said in zip(residents(14), answers, strict=True):
        client = as_(person)
        for statement in online.statements:
            data = {"statement": statement.id, "reaction": VALUES[said[statement.text]]}
            assert client.post(f"/dialogues/{online.id}/reactions", data=data).status_code == 303
    on_paper = [{text: KEYS[VALUES[value]] for text, value in said.items()} for said in answers]
    all_on_paper(hosts, paper, on_paper, "123", new=14)
    for one, other in zip(online.statements, paper.statements, strict=True):
        assert one.standing == other.standing and one.standing.reactions == 14
    assert online.participants == paper.participants == 14
    assert paper.channels() == {"paper": 14}
    assert outcome_in_words(online, hosts[0]) == outcome_in_words(paper, hosts[0])


def test_a_resistance_measurement_on_paper_only_comes_out_as_the_same_answers_on_a_screen(world, as_, hosts):
    online, paper = opened(world, "resistance"), opened(world, "resistance")
    texts, chance = [s.text for s in online.statements], random.Random(5)
    rounds = [[{text: chance.randint(0, 10) for text in texts} for _ in range(8)] for _ in range(2)]
    keys = [str(number) for number in range(11)]
    for phase, answers in zip(("measuring", "measuring_again"), rounds, strict=True):
        for dialogue in (online, paper):
            dialogue.go_to(world.fleur, phase)
        db.session.commit()
        for person, said in zip(residents(8), answers, strict=True):
            data = {f"option_{option.id}": said[option.text] for option in online.statements}
            sent = as_(person).post(f"/dialogues/{online.id}/reactions/rating", data=data)
            assert sent.status_code == 303
        # The same numbers are the same people in the second measurement
        more = {"new": 8} if phase == "measuring" else {"new": 0, "again": "y"}
        all_on_paper(hosts, paper, answers, keys, **more)
    by_text = [
        {(db.session.get(Statement, id_).text, n): counts for (id_, n), counts in d.counts().items()}
        for d in (online, paper)
    ]
    assert by_text[0] == by_text[1] and len(by_text[0]) == 12
    assert online.participants == paper.participants == 8
    assert outcome_in_words(online, hosts[0]) == outcome_in_words(paper, hosts[0])


def test_a_statement_on_paper_waits_for_a_host_as_any_other(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    (own,) = [line for line in lines_of(sheet) if line.is_written]
    said = {own.label: "Meer banken in de zon.", "Woorden nummer 1.": "1"}
    typed_twice(hosts, sheet, said)
    (statement,) = [s for s in dialogue.statements if s.text == "Meer banken in de zon."]
    assert (statement.state, statement.author_id) == ("pending", sheet.participant_id)
    assert statement.author.person_id is None and statement.author.channel == "paper"
    assert reactions_on(sheet) == {"Woorden nummer 1.": 1}


def test_what_would_lessen_resistance_can_be_said_on_paper_of_each_option(world, hosts):
    dialogue = opened(world, "resistance", "listening")
    (sheet,) = made(hosts[0], dialogue, 1)
    labels = {item.label for item in lines_of(sheet)}
    assert "Woorden nummer 0." in labels and "Alles blijft zoals het is." not in labels
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "Als het stiller wordt."})
    (words,) = [s for s in dialogue.statements if s.kind == "lessening"]
    assert words.text == "Als het stiller wordt." and words.state == "pending"
    assert db.session.get(Statement, words.about_id).text == "Woorden nummer 0."


# Every format


def prepared(world, as_, name):
    """A dialogue of a format, made by its own form with the examples that it offers."""
    fleur, face = as_(world.fleur), FORMATS[name]
    address = f"/dialogues/new/{world.parking.id}/{name}"
    page = unescape(fleur.get(f"{address}?example=1").text)
    form = dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page))
    for field in re.findall(r"<input[^>]*>", page):
        found = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if found.get("type") in ("text", "number") and found.get("value"):
            form[found["name"]] = found["value"]
    form |= {
        "question": "Hoe nu?", "level": "advise", "decider": "Gemeente",
        "closes_on": str(today() + timedelta(days=30)),
    }  # fmt: skip
    for needed in ("why_now", "fixed", "still_open"):
        form[needed] = form.get(needed) or "Tekst."
    response = fleur.post(address, data=form)
    if response.status_code != 303:
        pytest.skip(f"{name} cannot be made by its examples alone")
    return db.session.get(Dialogue, int(response.location.rsplit("/", 1)[1])), face


@pytest.mark.parametrize("name", FORMATS)
def test_each_part_of_every_format_can_be_printed_or_says_kindly_that_it_cannot(world, as_, name):
    dialogue, face = prepared(world, as_, name)
    fleur = as_(world.fleur)
    dialogue.announce(world.fleur, today() + timedelta(days=2))
    db.session.commit()
    for part in (None, *face.parts):
        if part is not None:
            dialogue.open(world.fleur)
            if dialogue.phase.name != part.name:
                dialogue.go_to(world.fleur, part.name)
            db.session.commit()
        page = fleur.get(f"/dialogues/{dialogue.id}/sheets")
        assert page.status_code == 200
        response = fleur.post(f"/dialogues/{dialogue.id}/sheets", data={"new": 2})
        assert response.status_code in (303, 409), part
        assert (response.status_code == 409) == ("cannot be done on paper" in page.text)
        assert fleur.get(f"/dialogues/{dialogue.id}/sheets/paper?all=1").status_code == 200
        for sheet in db.session.scalars(select(Sheet).where(Sheet.dialogue_id == dialogue.id)):
            assert fleur.get(f"/dialogues/sheets/{sheet.id}").status_code == 200


# The sheets themselves


def test_each_sheet_has_its_own_number_and_order_and_says_what_a_person_must_know(world, hosts):
    dialogue = opened(world, "statement_round")
    sheets = made(hosts[0], dialogue, 5)
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4, 5]
    assert len({tuple(sheet.items) for sheet in sheets}) > 1
    assert len({tuple(sorted(sheet.items)) for sheet in sheets}) == 1
    page = unescape(hosts[0].get(f"/dialogues/{dialogue.id}/sheets/paper").text)
    assert page.count('class="sheet sheet-form"') == 5
    for words in ("Ja, jullie mogen mijn antwoorden bewaren.", "Wat doen we?", "Gemeente", sheets[2].code):
        assert words in page
    both = unescape(hosts[0].get(f"/dialogues/{dialogue.id}/sheets/paper?all=1").text)
    assert "Yes, you may keep my answers." in both and "Yes, you may keep my answers." not in page


def test_more_sheets_go_on_with_the_numbers(world, hosts):
    dialogue = opened(world, "statement_round")
    made(hosts[0], dialogue, 3)
    assert [sheet.number for sheet in made(hosts[0], dialogue, 2)] == [4, 5]
    refused = hosts[0].post(f"/dialogues/{dialogue.id}/sheets", data={"new": 0})
    assert refused.status_code == 422
    assert hosts[0].post(f"/dialogues/{dialogue.id}/sheets", data={"new": 101}).status_code == 422


def test_a_sheet_is_found_by_its_number_and_letters_and_not_by_a_wrong_one(world, hosts):
    dialogue, other = opened(world, "statement_round"), opened(world, "statement_round")
    (sheet,), (elsewhere,) = made(hosts[0], dialogue, 1), made(hosts[0], other, 1)
    address = f"/dialogues/{dialogue.id}/sheets"
    assert hosts[0].get(f"{address}?code={sheet.code.lower()}").location == f"/dialogues/sheets/{sheet.id}"
    for wrong in ("1", "2" + sheet.code[1:], elsewhere.code, "", "9999ZZ"):
        page = hosts[0].get(f"{address}?code={wrong}")
        assert page.status_code == 200 and 'role="alert"' in page.text, wrong


def test_words_published_after_the_printing_are_not_asked_for(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    dialogue.add_seed("Dit kwam later.")
    db.session.commit()
    assert "Dit kwam later." not in hosts[0].get(f"/dialogues/sheets/{sheet.id}").text
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "1"})
    assert sheet.state == "counted"


def test_words_removed_after_the_printing_are_left_out_and_the_others_keep_their_numbers(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    before = {item.label: item.number for item in lines_of(sheet)}
    gone = dialogue.statements[2]
    gone.remove(world.fleur, "unclear")
    db.session.commit()
    after = {item.label: item.number for item in lines_of(sheet)}
    assert gone.text not in after and after.items() <= before.items() and len(after) == len(before) - 1


# Typing


def test_the_second_typist_never_sees_what_the_first_typed(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    untouched = hosts[1].get(f"/dialogues/sheets/{sheet.id}").text
    own = "Een zin die niemand ziet."
    (line,) = [item for item in lines_of(sheet) if item.is_written]
    typed(hosts[0], sheet, {"Woorden nummer 0.": "2", line.label: own})
    for page in ("", "/dialogues"):
        assert own not in hosts[1].get(page or f"/dialogues/sheets/{sheet.id}").text
    page = hosts[1].get(f"/dialogues/sheets/{sheet.id}").text
    fields = re.findall(r'<input[^>]*name="item_\d+"[^>]*>', page)
    assert fields and all('value=""' in field for field in fields)
    assert "the second time" in page and "the first time" in untouched


def test_one_reading_of_a_sheet_counts_for_nothing(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    typed(hosts[0], sheet, {"Woorden nummer 0.": "1"})
    assert dialogue.participants == 0 and db.session.get(Sheet, sheet.id).state == "typed_once"
    assert dialogue.statements[0].standing.reactions == 0


def test_a_sheet_sent_twice_by_one_person_is_one_reading(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    form = filled(sheet, {"Woorden nummer 0.": "1"})
    for _ in range(3):
        assert hosts[0].post(f"/dialogues/sheets/{sheet.id}/entries", data=form).status_code == 303
    db.session.refresh(sheet)
    assert sheet.state == "typed_once"


def test_who_types_both_must_say_so_and_the_sheet_shows_it(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    said = {"Woorden nummer 0.": "1"}
    typed(hosts[0], sheet, said)
    assert "You typed this sheet in the first time." in hosts[0].get(f"/dialogues/sheets/{sheet.id}").text
    refused = typed(hosts[0], sheet, said)
    assert refused.status_code == 422 and "Let somebody else type it" in refused.text
    assert typed(hosts[0], sheet, said, alone="y").status_code == 303
    db.session.refresh(sheet)
    assert sheet.state == "counted" and sheet.was_typed_alone
    assert "one person typed it twice" in hosts[1].get(f"/dialogues/{dialogue.id}/sheets").text


def test_nothing_typed_is_not_the_same_as_blank_on_paper(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    response = typed(hosts[0], sheet, {"Woorden nummer 0.": "1", "Woorden nummer 1.": ""})
    assert response.status_code == 422 and "or - when it is blank" in response.text
    assert response.text.count("or - when it is blank") == 2  # beside the field, and above
    assert re.search(r'name="item_\d+"[^>]*value="1"', response.text)  # what was typed is still there
    for sign in ("-", ".", ",", "x"):
        assert Item("reaction/x", 1, None).read(sign) == ""


@pytest.mark.parametrize("wrong", ["4", "0", "1 2", "eens", "11"])
def test_what_cannot_be_on_the_sheet_is_refused(world, hosts, wrong):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    response = typed(hosts[0], sheet, {"Woorden nummer 0.": wrong})
    assert response.status_code == 422 and "This is not on the sheet." in response.text


def test_a_sheet_on_which_nobody_said_yes_does_not_count(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    for host in hosts:
        typed(host, sheet, {"Woorden nummer 0.": "1"}, item_0="-")
    db.session.refresh(sheet)
    assert (sheet.state, sheet.void_reason, dialogue.participants) == ("void", "no_consent", 0)
    assert all(entry.answers == {} for entry in sheet.entries)


def test_an_empty_sheet_does_not_count(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    typed_twice(hosts, sheet, {})
    assert (sheet.state, sheet.void_reason, dialogue.participants) == ("void", "empty", 0)


def test_a_rating_that_leaves_one_option_out_does_not_count_as_on_a_screen(world, hosts):
    dialogue = opened(world, "resistance", "measuring")
    (sheet,) = made(hosts[0], dialogue, 1)
    assert "Vul elke regel" in hosts[0].get(f"/dialogues/{dialogue.id}/sheets/paper").text
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "0"})
    assert sheet.void_reason == "empty" and not db.session.scalar(
        select(func.count()).select_from(Participant).where(Participant.dialogue_id == dialogue.id)
    )


def test_a_third_reading_at_the_last_look_is_taken(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    typed(hosts[0], sheet, {"Woorden nummer 0.": "1"})
    typed(hosts[1], sheet, {"Woorden nummer 0.": "2"})
    number = next(item.number for item in lines_of(sheet) if item.label == "Woorden nummer 0.")
    address = f"/dialogues/sheets/{sheet.id}"
    assert "Look at the paper again" in hosts[0].get(address).text
    assert hosts[0].post(f"{address}/comparison").status_code == 422
    empty = {f"item_{number}": "other"}
    assert hosts[0].post(f"{address}/comparison", data=empty).status_code == 422
    third = {**empty, f"item_{number}_other": "3"}
    assert hosts[0].post(f"{address}/comparison", data=third).status_code == 303
    db.session.refresh(sheet)
    assert reactions_on(sheet) == {"Woorden nummer 0.": 0}


def test_words_that_differ_only_in_capitals_are_no_difference(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    (line,) = [item for item in lines_of(sheet) if item.is_written]
    typed(hosts[0], sheet, {line.label: "Meer banken."})
    typed(hosts[1], sheet, {line.label: "meer  banken"})
    db.session.refresh(sheet)
    assert sheet.state == "counted" and "Meer banken." in {s.text for s in dialogue.statements}


def test_attack_strings_on_paper_are_only_words(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    (line,) = [item for item in lines_of(sheet) if item.is_written]
    typed(hosts[0], sheet, {line.label: "<script>alert(1)</script>"})
    typed(hosts[1], sheet, {line.label: "<img src=x onerror=alert(1)>"})
    page = hosts[0].get(f"/dialogues/sheets/{sheet.id}").text
    assert "<script>alert" not in page and "<img" not in page and "&lt;img" in page


def test_once_it_counts_what_was_typed_is_let_go_and_it_cannot_be_typed_again(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    said = {"Woorden nummer 0.": "1"}
    form = filled(sheet, said)
    typed_twice(hosts, sheet, said)
    assert [entry.answers for entry in sheet.entries] == [{}, {}]
    assert hosts[0].post(f"/dialogues/sheets/{sheet.id}/entries", data=form).status_code == 403
    assert dialogue.participants == 1


# When


def test_an_answer_for_an_earlier_part_still_counts_where_it_means_the_same(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    dialogue.go_to(world.fleur, "reacting")
    db.session.commit()
    page = hosts[0].get(f"/dialogues/sheets/{sheet.id}").text
    assert "A part of this sheet is over." in page
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "1", "Is something missing?": "Te laat."})
    assert reactions_on(sheet) == {"Woorden nummer 0.": 1}
    assert "Te laat." not in {s.text for s in dialogue.statements}


def test_a_first_measurement_does_not_count_as_a_second(world, hosts):
    dialogue = opened(world, "resistance", "measuring")
    (sheet,) = made(hosts[0], dialogue, 1)
    form = filled(sheet, {option.text: "3" for option in dialogue.statements})
    dialogue.go_to(world.fleur, "measuring_again")
    db.session.commit()
    assert "is not open now" in hosts[0].get(f"/dialogues/sheets/{sheet.id}").text
    assert hosts[0].post(f"/dialogues/sheets/{sheet.id}/entries", data=form).status_code == 409


def test_after_the_dialogue_closed_nothing_is_typed_in(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    form = filled(sheet, {"Woorden nummer 0.": "1"})
    dialogue.close()
    db.session.commit()
    assert hosts[0].post(f"/dialogues/sheets/{sheet.id}/entries", data=form).status_code == 403
    assert hosts[0].post(f"/dialogues/{dialogue.id}/sheets", data={"new": 1}).status_code == 403
    assert hosts[0].get(f"/dialogues/{dialogue.id}/sheets").status_code == 200


def test_sheets_can_be_printed_once_a_dialogue_is_announced_and_typed_in_once_it_is_open(world, hosts):
    dialogue = world.shed_dialogue
    assert hosts[0].post(f"/dialogues/{dialogue.id}/sheets", data={"new": 1}).status_code == 403
    assert "Announce or open" in hosts[0].get(f"/dialogues/{dialogue.id}/sheets").text
    dialogue.announce(world.fleur, today() + timedelta(days=2))
    db.session.commit()
    (sheet,) = made(hosts[0], dialogue, 1)
    assert sheet.phase == "stating" and len(sheet.items) > 3
    form = filled(sheet, {})
    assert hosts[0].post(f"/dialogues/sheets/{sheet.id}/entries", data=form).status_code == 403


# Void, and taken back


def test_a_sheet_is_set_void_with_a_reason(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    address = f"/dialogues/sheets/{sheet.id}/refusal"
    assert hosts[0].post(address).status_code == 422
    assert hosts[0].post(address, data={"reason": "unreadable"}).status_code == 303
    db.session.refresh(sheet)
    assert sheet.state == "void" and "It cannot be read" in hosts[1].get(f"/dialogues/sheets/{sheet.id}").text


def test_a_counted_sheet_is_taken_back_with_a_note_and_its_answers_go(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "1", "Is something missing?": "Weg ermee."})
    address = f"/dialogues/sheets/{sheet.id}"
    assert hosts[0].post(f"{address}/withdrawal").status_code == 422
    note = {"note": "Het nummer was verkeerd."}
    assert hosts[0].post(f"{address}/withdrawal", data=note).status_code == 303
    db.session.refresh(sheet)
    db.session.refresh(dialogue)
    assert sheet.state == "blank" and sheet.entries == [] and sheet.note == note["note"]
    assert dialogue.participants == 0 and dialogue.statements[0].standing.reactions == 0
    assert "Weg ermee." not in {s.text for s in dialogue.statements}
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "2"})  # and it can be typed in again
    assert dialogue.participants == 1 and reactions_on(sheet) == {"Woorden nummer 0.": -1}


def test_taking_a_number_back_takes_both_of_its_measurements(world, hosts):
    dialogue = opened(world, "resistance", "measuring")
    (first,) = made(hosts[0], dialogue, 1)
    said = {option.text: "4" for option in dialogue.statements}
    typed_twice(hosts, first, said)
    dialogue.go_to(world.fleur, "measuring_again")
    db.session.commit()
    (second,) = made(hosts[0], dialogue, 0, again="y")
    typed_twice(hosts, second, said)
    assert second.number == first.number and second.participant_id == first.participant_id
    assert second.code != first.code and dialogue.participants == 1
    hosts[0].post(f"/dialogues/sheets/{second.id}/withdrawal", data={"note": "Teruggenomen."})
    db.session.refresh(first)
    assert first.participant_id is None and dialogue.counts() == {}


# By phone


def test_by_phone_the_answers_are_read_back_before_they_count(world, hosts):
    dialogue = opened(world, "statement_round")
    address = hosts[0].post(f"/dialogues/{dialogue.id}/calls").location
    sheet = db.session.scalars(select(Sheet).where(Sheet.dialogue_id == dialogue.id)).one()
    page = hosts[0].get(address).text
    assert "Read it out" in page and "Your answers can show your political views." in page
    typed(hosts[0], sheet, {"Woorden nummer 0.": "1"})
    assert dialogue.participants == 0
    back = hosts[0].get(address).text
    assert "Read it back" in back and "<strong>agree</strong>" in back and "left blank" in back
    typed(hosts[0], sheet, {"Woorden nummer 0.": "2"}, place="1")  # something was wrong
    assert "<strong>disagree</strong>" in hosts[0].get(address).text
    assert hosts[0].post(f"{address}/confirmation").status_code == 303
    db.session.refresh(sheet)
    assert sheet.state == "counted" and dialogue.channels() == {"phone": 1}
    assert reactions_on(sheet) == {"Woorden nummer 0.": -1}
    assert hosts[0].post(f"{address}/confirmation").status_code == 403


# Two at once


def test_two_typists_at_the_same_moment_are_two_readings_and_never_two_people(world, as_, hosts, shared_app):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    form, sheet_id, dialogue_id = filled(sheet, {"Woorden nummer 0.": "1"}), sheet.id, dialogue.id
    db.session.rollback()

    def send(host):
        with shared_app.app_context():
            return host.post(f"/dialogues/sheets/{sheet_id}/entries", data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(send, hosts)) == {303}
    assert {send(host) for host in hosts} == {403}  # once more, when it counts already
    sheet = db.session.get(Sheet, sheet_id)
    assert sheet.state == "counted" and len(sheet.entries) == 2 and not sheet.was_typed_alone
    assert len({entry.person_id for entry in sheet.entries}) == 2
    dialogue = db.session.get(Dialogue, dialogue_id)
    assert dialogue.participants == 1
    assert sum(statement.standing.reactions for statement in dialogue.statements) == 1


# Who, and what is known of whom


def test_only_hosts_come_near_the_sheets(world, as_, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    for person in (None, world.amina, world.samira, world.daan, world.eva):
        client = as_(person)
        for path in (f"/dialogues/{dialogue.id}/sheets", f"/dialogues/{dialogue.id}/sheets/paper",
                     f"/dialogues/sheets/{sheet.id}"):  # fmt: skip
            assert client.get(path).status_code == 404, path
        assert "On paper and by phone" not in client.get(f"/dialogues/{dialogue.id}").text
    assert "On paper and by phone" in hosts[0].get(f"/dialogues/{dialogue.id}").text


def test_the_host_of_a_collective_types_in_the_sheets_of_its_own_dialogues(world, as_):
    samira = as_(world.samira)
    dialogue = world.evenings_dialogue
    (sheet,) = made(samira, dialogue, 1)
    assert samira.get(f"/dialogues/sheets/{sheet.id}").status_code == 200


def test_the_record_says_who_typed_what_and_never_what_it_said(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "1"})
    about = select(Event).where(Event.subject_type == "sheet", Event.subject_id == sheet.id)
    events = db.session.scalars(about.order_by(Event.id)).all()
    assert [(event.name, event.actor_id) for event in events] == [
        ("sheet.typed", world.fleur.id), ("sheet.typed", world.bram.id), ("sheet.counted", world.bram.id),
    ]  # fmt: skip
    assert all(event.particulars == {"code": sheet.code} for event in events)
    assert f"/dialogues/sheets/{sheet.id}" in hosts[0].get("/admin/record").text


def test_who_typed_a_sheet_is_forgotten_with_the_person(world, hosts):
    dialogue = opened(world, "statement_round")
    (sheet,) = made(hosts[0], dialogue, 1)
    typed_twice(hosts, sheet, {"Woorden nummer 0.": "1"})
    assert sheet.code in hosts[1].get("/me/data").text
    erase(world.bram, words=False)
    db.session.commit()
    db.session.refresh(sheet)
    assert [entry.person_id for entry in sheet.entries] == [world.fleur.id, None] and sheet.participant_id


def test_results_stay_hidden_while_sheets_are_typed_in(world, hosts):
    dialogue = opened(world, "statement_round")
    for sheet in made(hosts[0], dialogue, 6):
        typed_twice(hosts, sheet, {"Woorden nummer 0.": "1"})
    for path in (f"/dialogues/{dialogue.id}", f"/dialogues/{dialogue.id}/sheets",
                 f"/dialogues/sheets/{sheet.id}"):  # fmt: skip
        page = hosts[0].get(path).text
        assert " agree, " not in page and 'class="agree"' not in page


def test_the_outcome_says_how_many_came_by_each_channel_unless_they_are_few(world, hosts, visitor):
    dialogue = opened(world, "statement_round")
    for channel, number in (("online", 18), ("paper", 6), ("phone", 2)):
        for _ in range(number):
            dialogue.admit(channel=channel)
    dialogue.close()
    db.session.commit()
    page = " ".join(visitor.get(f"/dialogues/{dialogue.id}").text.split())
    assert "online 18 (69%), in other ways 8 (31%)." in page and "phone 2" not in page


def test_a_hundred_sheets_are_printed_with_few_questions_to_the_database(world, hosts, queries):
    dialogue = opened(world, "statement_round")
    make_sheets(world.fleur, dialogue, 100)
    db.session.commit()
    for path in ("sheets", "sheets/paper?all=1"):
        queries.clear()
        began = now()
        assert hosts[0].get(f"/dialogues/{dialogue.id}/{path}").status_code == 200
        assert len(queries) <= 12 and now() - began < timedelta(seconds=10)
