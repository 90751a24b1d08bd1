"""The harvest of a closed dialogue: who writes, checks and comments, and that in the end it stays."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now, today
from app.db import db
from app.dialogues.course import course_of
from app.dialogues.harvest import Harvest, finish_harvests, waiting_for
from app.dialogues.models import Dialogue, Statement
from app.events import Event
from app.exports.tables import csv_of
from app.moderation.models import Judgement
from tests.tellers import counted

WORDS = {
    "agreed": "Tot tien uur.\nGeen muziek.",
    "differ": "Hoe vaak.",
    "one_side": "Elke week.",
    "other_side": "Af en toe.",
    "absent": "Wie in de nacht werkt.",
    "ask_1": "Geef een vergunning.",
    "of_1": "Gemeente Lindhoven",
    "ask_2": "",
    "of_2": "Gemeente Lindhoven",
    "action_1": "Samen opruimen",
    "who_1": "De tafel",
    "when_1": "elke keer",
}
MISSING = {"check-verdict": "missing", "check-text": "Dat kinderen slapen."}
RIGHT = {"check-verdict": "right"}


@pytest.fixture
def talk(world):
    """A closed dialogue of the table, hosted by Samira; Amina, Bram, Fatima and Samira took part."""
    card = {
        "question": "Hoe vaak?",
        "decider": "Gemeente Lindhoven",
        "closes_on": today() + timedelta(days=9),
    }
    dialogue = Dialogue.prepare(world.samira, world.evenings, ["Elke week.", "Zelden."], **card)
    dialogue.open(world.samira)
    for person in (world.amina, world.bram, world.fatima, world.samira):
        dialogue.join(person)
    dialogue.close(world.samira)
    db.session.commit()
    return dialogue


@pytest.fixture
def address(talk):
    return f"/dialogues/{talk.id}/harvest"


@pytest.fixture
def written(as_, world, talk, address):
    assert as_(world.samira).post(address, data=WORDS).status_code == 303
    return talk.harvest


@pytest.fixture
def published(as_, world, written, address):
    for person in (world.amina, world.bram):
        assert as_(person).post(f"{address}/checks", data=RIGHT).status_code == 303
    assert as_(world.samira).post(f"{address}/publication").status_code == 303
    return written


def after_the_comments():
    return time_machine.travel(now() + timedelta(days=8))


def finish():
    finish_harvests()
    db.session.commit()


def page_of(client, address):
    return unescape(client.get(address).text)


# Writing


def test_the_form_begins_with_the_outcome(world, as_):
    db.session.delete(world.square_dialogue.harvest) if world.square_dialogue.harvest else None
    page = page_of(as_(world.fleur), f"/dialogues/{world.square_dialogue.id}/harvest/text")
    agreed = re.search(r'<textarea[^>]*name="agreed"[^>]*>(.*?)</textarea>', page, re.S).group(1)
    outcome = page_of(as_(None), f"/dialogues/{world.square_dialogue.id}")
    first = re.search(r"Yes: (.*?) \((\d+) agree", agreed)
    assert first.group(1) in outcome and f"{first.group(2)} agree" in outcome
    assert world.square_dialogue.decider in page


def test_a_host_writes_it_and_only_participants_and_hosts_read_it(world, as_, written, address):
    for person in (world.samira, world.amina, world.fleur):
        page = page_of(as_(person), address)
        assert "Geen muziek." in page and "Geef een vergunning." in page and "Being checked" in page
    for person in (None, world.wout, world.eva):
        assert as_(person).get(address).status_code == 404
    assert "Geen muziek" not in page_of(as_(None), f"/dialogues/{written.id}")


def test_only_a_host_writes_and_only_after_close(world, as_, talk, address):
    for person in (world.amina, world.wout, world.eva):
        assert as_(person).post(address, data=WORDS).status_code == 403
    assert talk.harvest is None
    for dialogue in (world.evenings_dialogue, world.shed_dialogue):
        assert as_(world.fleur).post(f"/dialogues/{dialogue.id}/harvest", data=WORDS).status_code == 403


def test_a_dialogue_that_was_stopped_has_no_harvest(world, as_, talk, address):
    talk.is_stopped = True
    db.session.commit()
    assert as_(world.samira).post(address, data=WORDS).status_code == 403


def test_a_form_that_is_not_right_comes_back_as_it_was(world, as_, talk, address):
    wrong = {**WORDS, "agreed": "", "of_1": "", "when_1": ""}
    response = as_(world.samira).post(address, data=wrong)
    assert response.status_code == 422 and "Geef een vergunning." in response.text
    assert response.text.count("Fill this in.") == 6 and talk.harvest is None  # each at its field and on top


def test_each_change_is_a_version_and_no_change_is_none(world, as_, written, address):
    samira = as_(world.samira)
    samira.post(address, data=WORDS)
    assert written.version == 1
    samira.post(address, data={**WORDS, "agreed": "Tot elf uur."})
    assert written.version == 2 and [v.writer_id for v in written.versions] == [world.samira.id] * 2
    events = db.session.scalars(
        select(Event).where(Event.name == "harvest.written").order_by(Event.id.desc())
    )
    assert [event.particulars["number"] for event in events][:2] == [2, 1]


# Checking


def test_a_participant_says_it_is_right_or_what_is_missing_and_the_page_counts(world, as_, written, address):
    as_(world.amina).post(f"{address}/checks", data=RIGHT)
    as_(world.bram).post(f"{address}/checks", data=MISSING)
    page = page_of(as_(world.samira), address)
    assert "2 participants checked this version." in page
    assert "1 says it is right." in page and "1 says something is missing." in page
    assert "Dat kinderen slapen." in page and "Publish for comments" in page
    assert "You said: this is right." in page_of(as_(world.amina), address)


def test_each_checks_once_and_the_writer_and_outsiders_never(world, as_, written, address):
    amina = as_(world.amina)
    assert [amina.post(f"{address}/checks", data=RIGHT).status_code for _ in range(2)] == [303, 403]
    for person in (world.samira, world.wout, world.fleur, world.eva):
        assert as_(person).post(f"{address}/checks", data=RIGHT).status_code == 403
    assert len(written.checks) == 1


def test_what_is_missing_has_to_be_said(world, as_, written, address):
    refused = as_(world.amina).post(f"{address}/checks", data={"check-verdict": "missing"})
    assert refused.status_code == 422 and "Say what is missing." in refused.text
    assert as_(world.amina).post(f"{address}/checks").status_code == 422 and not written.checks


def test_a_change_makes_the_checks_old(world, as_, written, address):
    for person in (world.amina, world.bram):
        as_(person).post(f"{address}/checks", data=RIGHT)
    as_(world.samira).post(address, data={**WORDS, "agreed": "Tot elf uur."})
    assert as_(world.samira).post(f"{address}/publication").status_code == 403
    assert "0 participants checked this version." in page_of(as_(world.samira), address)
    assert as_(world.amina).post(f"{address}/checks", data=RIGHT).status_code == 303


def test_who_is_banned_writes_nothing_with_it(world, as_, written, address):
    world.amina.banned_until = today()
    db.session.commit()
    amina = as_(world.amina)
    assert amina.post(f"{address}/checks", data=MISSING).status_code == 403
    assert amina.post(f"{address}/minority-reports", data={"report-text": "Nee"}).status_code == 403


def test_without_enough_checkers_it_can_be_published_after_a_week_and_says_so(world, as_, written, address):
    assert as_(world.samira).post(f"{address}/publication").status_code == 403
    with after_the_comments():
        samira = as_(world.samira)
        assert samira.post(f"{address}/publication").status_code == 303
        page = page_of(as_(None), address)
        assert "fewer than two participants checked it" in page and "Open for comments" in page
        assert "checked by fewer than two" in page_of(as_(None), f"/dialogues/{written.id}/course")


def test_participants_are_told_what_they_can_do(world, as_, written, address):
    assert address in as_(world.amina).get("/me").text
    assert address not in as_(world.samira).get("/me").text and address not in as_(world.wout).get("/me").text
    as_(world.amina).post(f"{address}/checks", data=RIGHT)
    assert address not in as_(world.amina).get("/me").text
    as_(world.bram).post(f"{address}/checks", data=RIGHT)
    as_(world.samira).post(f"{address}/publication")
    assert "comment on it" in as_(world.amina).get("/me").text
    with after_the_comments():
        assert waiting_for(world.amina) == []


def test_start_leads_to_a_harvest_to_check(world, as_, written, address):
    counted(world.roof_vote, world.keys["roof_vote"].values())
    db.session.commit()
    assert as_(world.amina).get("/start").location == address
    as_(world.amina).post(f"{address}/checks", data=RIGHT)
    assert as_(world.amina).get("/start").location != address


# Comments and minority reports


def test_participants_comment_and_everybody_reads_it(world, as_, published, address):
    assert as_(world.fatima).post(f"{address}/comments", data={"comment-text": "Goed zo."}).status_code == 303
    page = page_of(as_(None), address)
    assert "Goed zo." in page and "Fatima" not in page
    for person in (world.wout, world.samira, world.eva):
        assert as_(person).post(f"{address}/comments", data={"comment-text": "Nee."}).status_code == 403
    too_long = as_(world.amina).post(f"{address}/comments", data={"comment-text": "x" * 501})
    assert too_long.status_code == 422 and "x" * 501 in too_long.text


def test_no_comments_before_it_is_public_or_after_it_is_final(world, as_, written, address):
    assert as_(world.amina).post(f"{address}/comments", data={"comment-text": "Nu al."}).status_code == 403


def test_a_minority_report_is_part_of_it_in_its_writer_s_own_words(world, as_, published, address):
    report = {"report-text": "Ik wil het helemaal niet, want ik slaap om negen uur."}
    assert as_(world.bram).post(f"{address}/minority-reports", data=report).status_code == 303
    assert as_(world.samira).post(f"{address}/minority-reports", data=report).status_code == 403
    assert report["report-text"] in page_of(as_(None), address)


def test_its_words_can_be_reported_removed_appealed_and_erased(world, as_, published, address):
    as_(world.bram).post(f"{address}/minority-reports", data={"report-text": "Weg met Jan."})
    report = db.session.scalar(
        select(Statement).where(Statement.kind == "minority_report").order_by(Statement.id.desc())
    )
    page = f"/moderation/statements/{report.id}/report"
    assert page in as_(world.amina).get(address).text
    as_(world.amina).post(page, data={"reason": "about_a_person"})
    Judgement.make(world.naima, report, "removed", "about_a_person")
    db.session.commit()
    assert "Weg met Jan." not in page_of(as_(None), address)
    assert "A moderator removed this" in page_of(as_(None), address)
    judgement = db.session.scalar(select(Judgement).order_by(Judgement.id.desc()))
    assert as_(world.bram).get(f"/moderation/judgements/{judgement.id}/appeal").status_code == 200
    judgement.undo(world.fatima)
    db.session.commit()
    assert "Weg met Jan." in page_of(as_(None), address)
    as_(world.bram).post("/me/erasure", data={"words": "erase", "is_sure": "y"})
    page = page_of(as_(None), address)
    assert "Weg met Jan." not in page and "Erased by its author" in page


def test_its_words_are_found_nowhere_but_with_it(world, as_, written, address):
    as_(world.bram).post(f"{address}/minority-reports", data={"report-text": "Kwartelrapport."})
    report = db.session.scalar(select(Statement).where(Statement.text == "Kwartelrapport."))
    judgement = Judgement.make(world.naima, report, "removed", "unclear")
    judgement.undo(world.naima)
    db.session.commit()
    visitor = as_(None)
    for path in ("/search?q=kwartel", f"/dialogues/{written.id}", f"/dialogues/{written.id}/statements"):
        assert "Kwartelrapport" not in visitor.get(path).text.replace('value="kwartel"', ""), path
    for table in ("statements", "harvests", "harvest_words"):
        assert "Kwartelrapport" not in csv_of(table) and "Geen muziek" not in csv_of(table)


def test_a_change_during_the_comments_has_to_be_checked_again(world, as_, published, address):
    assert as_(world.samira).post(address, data={**WORDS, "agreed": "Anders."}).status_code == 303
    assert as_(None).get(address).status_code == 404 and not published.is_public
    assert course_of(published.dialogue)[-1].to == "harvest_reopened"


# Final


def test_by_the_clock_it_is_final_and_nothing_changes_any_more(world, as_, published, address):
    as_(world.bram).post(f"{address}/minority-reports", data={"report-text": "Ik niet."})
    with after_the_comments():
        samira, amina = as_(world.samira), as_(world.amina)
        assert (
            samira.post(address, data={**WORDS, "agreed": "Anders."}).status_code == 403
        )  # before the clock
        finish()
        assert samira.post(address, data={**WORDS, "agreed": "Anders."}).status_code == 403
        assert samira.post(f"{address}/publication").status_code == 403
        assert amina.post(f"{address}/comments", data={"comment-text": "Nog iets."}).status_code == 403
        assert amina.post(f"{address}/minority-reports", data={"report-text": "Ook."}).status_code == 403
        page = page_of(as_(None), address)
        assert "Geen muziek." in page and "It is final" in page
        assert "Harvested" in page_of(as_(None), f"/dialogues/{published.id}")
        assert (published.dialogue.state, course_of(published.dialogue)[-1].to) == ("harvested", "harvested")
        finish()
        assert [s.to for s in course_of(published.dialogue)].count("harvested") == 1


def test_a_final_harvest_is_open_data_without_who_does_what(world, as_, published, address):
    as_(world.bram).post(f"{address}/comments", data={"comment-text": "=Goed zo."})
    assert "Geen muziek." not in csv_of("harvests") and "Goed zo." not in csv_of("harvest_words")
    with after_the_comments():
        finish()
    table = csv_of("harvests")
    assert "Geen muziek." in table and "Geef een vergunning. (Gemeente Lindhoven)" in table
    assert "Samen opruimen (elke keer)" in table and "De tafel" not in table
    assert "'=Goed zo." in csv_of("harvest_words") and "Goed zo." not in csv_of("statements")


def test_erasing_its_writer_leaves_the_harvest_without_a_name(world, as_, published, address):
    world.samira.roles[0].ends_on = today() - timedelta(days=1)
    db.session.commit()
    assert as_(world.samira).post("/me/erasure", data={"words": "keep", "is_sure": "y"}).status_code == 303
    page = page_of(as_(None), address)
    assert "Geen muziek." in page and "Samira" not in page and "a host" in page


def test_the_demo_has_a_final_harvest_that_was_mended(world, visitor):
    harvest = db.session.get(Harvest, world.solar_dialogue.id)
    assert harvest.is_final and harvest.version == 2 and harvest.is_checked
    page = page_of(visitor, f"/dialogues/{harvest.id}/harvest")
    assert "Dat je ook zonder inleg mee moet kunnen doen." in page and "2 participants checked" in page
