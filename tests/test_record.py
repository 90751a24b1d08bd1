"""The record: who did what is written down, can be read by the host, and cannot be changed unseen."""

import csv
import hashlib
import hmac
import io
import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from app.audit import (
    is_sealed,
    lines_of_record,
    note_latest_seal,
    noted_seals,
    notes_file,
    short_form,
    verify,
)
from app.clock import today
from app.core.chain import Fault, seal
from app.db import db
from app.events import EVENTS, Event, facts_of, latest_event, record
from app.exports.record import SUBJECTS
from app.permissions import PERMISSIONS
from tests.photographs import a_picture
from tests.test_safety import DOORS

ROLE_CONDITIONS = {"is_host", "hosts_collective", "is_council", "is_moderator", "is_operator"}
SOON = str(today() + timedelta(days=20))
COMMITMENT = {"text": "Twee banken.", "owner": "Wijkteam", "due_on": SOON}
# A mail to oneself, and what every resident may do
NO_ACT_IN_A_ROLE = {
    "votes.find_receipt",
    "votes.find_seal",
    "admin.try_mail",
    "moderation.make_statement_report",
    "moderation.make_proposal_report",
    "moderation.make_amendment_report",
    "moderation.make_collective_report",
    "moderation.make_dispute_report",
    "moderation.make_sighting_report",
}
# What a role holder fills in, for each act that a role allows
CARD = {
    "question": "Hoe verder?", "why_now": "x", "fixed": "x", "still_open": "x", "level": "advise",
    "decider": "Gemeente", "closes_on": SOON, "seeds": "Een\nTwee\nDrie",
}  # fmt: skip
FORMS = {
    "reports.fill_challenge": {"task": "Het plantsoen.", "weeks_before": "18", "weeks_to_decide": "10"},
    "reports.hand_in_challenge": {},
    "reports.fill_impact": {"story": "Een buurvrouw leerde snoeien."},
    "reports.fill_participation": {"success": "Als er schaduw is."},
    "collectives.found": {"name": "Repareercafé", "purpose": "Samen repareren."},
    "proposals.draft": {"title": "Een pluktuin", "text": "Kersen voor iedereen."},
    "proposals.revise": {"title": "Parkeren", "text": "Minder auto's.", "note": "Korter"},
    "proposals.submit": {},
    "proposals.withdraw": {},
    "proposals.choose_merger": {"into": "2"},
    "proposals.add_attachment": {"file": (io.BytesIO(a_picture()), "a.png"), "words": "Een auto"},
    "proposals.remove_attachment": {},
    "proposals.draw_sketch": {"file": (io.BytesIO(a_picture()), "a.png"), "words": "Een plein"},
    "proposals.mark_place": {"square": "C4"},
    "proposals.remove_place": {},
    "proposals.accept_amendment": {"latest": "2"},
    "proposals.decline_amendment": {"answer": "Dat past niet bij de rest."},
    "dialogues.prepare": CARD,
    "dialogues.rewrite": CARD,
    "dialogues.announce": {"opens_on": SOON},
    "dialogues.open_": {},
    "dialogues.plan": {"stating": SOON, "reacting": SOON},
    "dialogues.move": {"phase": "stating", "note": "Er kwam nieuws."},
    "dialogues.change": {"revision-about": "OPTION", "revision-text": "Een rots van drie meter."},
    "dialogues.repeat": {"closes_on": SOON},
    "dialogues.make_paper": {"new": "2"},
    "dialogues.call": {},
    "dialogues.enter_sheet": {"place": "1", **{f"item_{number}": "-" for number in range(30)}},
    "dialogues.compare_sheet": {"item_1": "first"},
    "dialogues.confirm_sheet": {},
    "dialogues.void_sheet": {"reason": "lost"},
    "dialogues.withdraw_sheet": {"note": "Verkeerd nummer."},
    "dialogues.follow_up": {"about": "ACTION"},
    "dialogues.explain": {
        "resolution-about": "OBJECTION", "resolution-how": "text", "resolution-text": "Dat doet een ander.",
    },
    "dialogues.close": {},
    "dialogues.stop": {"stop-note": "Het plan is van de baan."},
    "agreements.keep": {"keep-review_on": SOON},
    "agreements.change": {"change-text": "Twee keer.", "change-review_on": SOON, "change-note": "Korter."},
    "agreements.end": {"end-note": "Het is klaar."},
    "rooms.open_": {"hours": "2"},
    "rooms.close": {},
    "rooms.start_timer": {"minutes": "4"},
    "rooms.begin_part": {},
    "dialogues.write_harvest": {"agreed": "Tot tien uur.", "absent": "Wie werkt."},
    "dialogues.publish_harvest": {},
    "responses.send_asks": {"due_on": SOON},
    "votes.prepare": {
        "question": "Doen we het?", "method": "yes_no", "electorate": "residents", "quorum": "0",
        "threshold": "majority", "closes_on": SOON,
    },
    "votes.open_": {},
    "votes.void": {"note": "De vraag klopte niet."},
    "votes.name": {"tellers": "MEMBERS"},
    "responses.send": {"text": "Zet er lampen.", "decider": "Gemeente", "due_on": SOON},
    "responses.answer": {
        "decision": "adopted", "reason": "Het is er ’s avonds te donker om te lopen.", "answered_by": "Daan",
    },
    "responses.save_draft": {"reason": "Het is te donker."},
    "responses.offer": {
        "decision": "no", "reason": "Het is er ’s avonds te donker om te lopen.", "answered_by": "Daan",
    },
    "responses.release": {"version": "1"},
    "responses.dispute": {"text": "De kabels kunnen ook verlegd worden, zegt het netbedrijf."},
    "responses.reply": {"reply": "De bus rijdt er weer, dan is het te smal.", "replied_by": "Daan"},
    "responses.commit_to": COMMITMENT,
    "responses.change_commitment": {
        "status": "done", "note": "Ze staan er.", "owner": "Wijk", "due_on": SOON,
    },
    "responses.remove_proof": {},
    "moderation.publish": {},
    "moderation.reject": {"reason": "unclear"},
    "admin.make_codes": {"label": "Wilgenpad", "size": 3},
    "admin.revoke_codes": {},
    "admin.restore_codes": {},
    "admin.make_replacement": {},
    "admin.revoke_letter": {"number": "2"},
    "admin.restore_letter": {},
    "admin.replace_letter": {},
    "admin.change_texts": {"nl": "Doe mee, Lakerbeek!"},
    "moderation.publish_proposal": {},
    "moderation.reject_proposal": {"reason": "unclear"},
    "moderation.remove": {"reason": "unclear"},
    "moderation.leave": {},
    "moderation.undo": {},
    "moderation.decide_appeal": {"outcome": "upheld", "answer": "Het blijft zo, want het is niet duidelijk."},
    "moderation.propose_ban": {"reason": "spam", "until": SOON},
    "moderation.confirm_ban": {},
    "moderation.lift_ban": {},
    "admin.retry_mail": {},
    "admin.give_role": {"name": "council", "new_name": "Noor, wethouder", "ends_on": SOON},
    "admin.change_role": {"ends_on": SOON},
    "admin.end_role": {},
    "admin.make_link": {},
    "admin.change_neighbourhood": {
        "name": "Nieuwbeek", "purpose": "Samen.", "decider": "Gemeente", "contact": "Fleur",
        "languages": ["nl"],
    },
    "admin.copy_acts": {"format": "csv"},
}  # fmt: skip


def highest():
    return db.session.scalar(select(db.func.max(Event.id)))


# Who did what is written down


def test_every_act_that_a_role_allows_has_its_form_here(shared_app):
    needs_role = {
        action
        for action, rows in PERMISSIONS.items()
        if any(condition.__name__ in ROLE_CONDITIONS for row in rows for condition in row)
    }
    acts = {
        name for name in DOORS if getattr(shared_app.view_functions[name], "permission", "") in needs_role
    }
    assert acts == set(FORMS) | NO_ACT_IN_A_ROLE


@pytest.mark.parametrize("endpoint", FORMS)
def test_an_act_in_a_role_is_recorded_with_its_actor(shared_app, filled, as_, endpoint):
    path, insiders = DOORS[endpoint]
    actor = getattr(filled, insiders.split()[-1])
    address = path.format(**filled.numbers)
    client, before = as_(actor), highest()
    option = filled.options_dialogue.statements[0].id
    (objection,) = filled.bench_dialogue.said("objection")
    action = next(s.id for s in filled.meeting_dialogue.statements if s.kind == "meeting_action")
    members = [m.person_id for m in filled.table.memberships if m.person.name][:3]
    filled = {"MEMBERS": members, "OPTION": option, "ACTION": action, "OBJECTION": objection.id}
    form = {name: filled.get(str(value), value) for name, value in FORMS[endpoint].items()}
    response = client.post(address, data=form)
    assert response.status_code in (200, 303), endpoint
    written = db.session.scalars(select(Event).where(Event.id > before)).all()
    assert written and {event.actor_id for event in written} == {actor.id}
    with shared_app.test_request_context():
        assert all(str(event.sentence) for event in written)
    assert verify() is None


def test_the_role_in_which_somebody_acted_is_kept(world):
    event = record("link.printed", world.amina, actor=world.daan)
    assert event.role == "council" and record("link.printed", world.amina).role is None
    db.session.commit()
    assert verify() is None


# Reading it


def test_the_host_reads_who_did_what_newest_first_by_fifties(world, as_):
    fleur = as_(world.fleur)
    fleur.post("/admin/codes", data=FORMS["admin.make_codes"])
    first = fleur.get("/admin/record").text
    pages = int(re.search(r"Page 1 of (\d+)", first).group(1))
    last = fleur.get(f"/admin/record?page={pages}").text
    assert first.count("<time") == 50 and "3 access codes" in first.split("<time")[0].split("</form>")[-1]
    assert pages > 1 and 0 < last.count("<time") <= 50
    assert f'<a href="/votes/{world.roof_vote.id}">Vote {world.roof_vote.id}</a>' in first
    assert "Fleur" in first
    assert any("Daan" in fleur.get(f"/admin/record?page={number}").text for number in range(1, pages + 1))


def test_the_acts_of_one_kind_can_be_picked_out(world, as_):
    page = as_(world.fleur).get("/admin/record?kind=statement.rejected").text
    count = db.session.query(Event).where(Event.name == "statement.rejected").count()
    assert page.count("<time") == count > 0
    assert "No such act so far." in as_(world.fleur).get("/admin/record?kind=vote.prepared&page=99").text


def test_everything_recorded_is_about_something_with_a_name(world):
    assert set(db.session.scalars(select(Event.subject_type))) <= set(SUBJECTS)


def test_an_old_kind_of_event_can_still_be_read(shared_app, world):
    assert Event(name="no.longer", particulars={}).sentence == "no.longer"
    with shared_app.test_request_context():
        assert all("%(" not in kind.outline for kind in EVENTS.values())


def test_the_acts_can_be_taken_away_and_that_is_recorded(world, as_):
    fleur = as_(world.fleur)
    world.fleur.name = "=HYPERLINK(A1)"
    db.session.commit()
    response = fleur.post("/admin/record/copies", data={"format": "csv"})
    assert "attachment" in response.headers["Content-Disposition"] and response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert rows[0]["kind"] == "record.copied" and rows[0]["person"] == "'=HYPERLINK(A1)"
    assert latest_event().name == "record.copied" and latest_event().actor_id == world.fleur.id
    acts = fleur.post("/admin/record/copies", data={"format": "json", "kind": "vote.opened"}).json
    assert {act["kind"] for act in acts} == {"vote.opened"}
    assert fleur.post("/admin/record/copies", data={"format": "exe"}).status_code == 422


def test_others_do_not_see_the_record(world, as_):
    for name in ("amina", "samira", "daan", "eva"):
        assert as_(getattr(world, name)).get("/admin/record").status_code == 403
    assert as_(None).get("/admin/record").location == "/code"


def test_anybody_can_note_the_latest_seal(world, visitor):
    noted = short_form(latest_event().seal)
    assert noted in visitor.get("/about").text
    record("link.printed", world.amina)
    db.session.commit()
    assert noted not in visitor.get("/about").text and is_sealed(noted)
    assert not is_sealed("0000 0000 0000") and not is_sealed("")


def test_the_whole_record_can_be_exported_line_by_line(world):
    entries = [json.loads(line) for line in lines_of_record()]
    assert [entry["id"] for entry in entries] == list(range(1, highest() + 1))
    assert set(entries[0]) == {column.key for column in inspect(Event).columns}


# Nobody changes it unseen

ROW = 7
CHANGES = {
    "name": "'vote.closed'",
    "subject_type": "'vote'",
    "subject_id": "subject_id + 1",
    "actor_id": "5",
    "particulars": """'{"number": 3}'""",
    "at": "'2026-01-01 12:00:00.000000'",
    "role": "'king'",
    "seal": "'" + 64 * "a" + "'",
}


def tamper(app, *statements):
    """As somebody with the file who knows SQL: the triggers go, the table changes, the triggers return."""
    db.session.remove()
    with closing(sqlite3.connect(app.config["INSTANCE"] / "buurtstem.db")) as file, file:
        triggers = file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        ).fetchall()
        assert len(triggers) == 2
        for name, _sql in triggers:
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(*statement) if isinstance(statement, tuple) else file.execute(statement)
        for _name, sql in triggers:
            file.execute(sql)


@pytest.fixture
def noted(world, shared_app):
    """The demo's record, with its latest seal noted beside the database. Gives the latest number."""
    note_latest_seal()
    assert verify() is None
    return highest()


def test_a_change_of_any_column_is_found(shared_app, noted):
    assert {"id", *CHANGES} == {column.key for column in inspect(Event).columns}


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_is_found(shared_app, noted, column):
    tamper(shared_app, f"UPDATE event SET {column} = {CHANGES[column]} WHERE id = {ROW}")
    assert verify() == Fault("added" if column == "seal" else "changed", ROW, ROW)


@pytest.mark.parametrize(
    "wreck", ["at = 'x'", "particulars = '{'", "name = x'ff00'", "at = 5", "seal = x'00'"]
)
def test_a_wrecked_entry_is_found_and_can_still_be_exported(shared_app, noted, wreck):
    tamper(shared_app, f"UPDATE event SET {wreck} WHERE id = {ROW}")
    assert verify().first == ROW
    if not wreck.startswith("seal"):
        assert len(list(lines_of_record())) == noted


def test_a_new_number_is_found(shared_app, noted):
    tamper(shared_app, f"UPDATE event SET id = 1000 WHERE id = {ROW}")
    assert verify() == Fault("missing", ROW, ROW)


def test_a_change_of_the_last_entry_is_found(shared_app, noted):
    tamper(shared_app, f"UPDATE event SET subject_id = 99 WHERE id = {noted}")
    assert verify() == Fault("changed", noted, noted)


def test_a_deletion_in_the_middle_is_found(shared_app, noted):
    tamper(shared_app, f"DELETE FROM event WHERE id IN ({ROW}, {ROW + 1})")
    assert verify() == Fault("missing", ROW, ROW + 1)


def test_a_deletion_closed_up_by_new_numbers_is_found(shared_app, noted):
    up = f"UPDATE event SET id = -id + 1 WHERE id > {ROW}", "UPDATE event SET id = -id WHERE id < 0"
    tamper(shared_app, f"DELETE FROM event WHERE id = {ROW}", *up)
    assert verify() == Fault("added", ROW, ROW)


def test_a_deletion_at_the_end_is_found(shared_app, noted):
    tamper(shared_app, f"DELETE FROM event WHERE id > {noted - 3}")
    assert verify() == Fault("cut off", noted - 2, noted)


def test_a_deletion_at_the_end_is_found_when_the_count_is_put_back(shared_app, noted):
    cut(shared_app, noted - 3)
    assert verify() == Fault("older", noted - 2, noted)


def test_a_record_that_went_on_after_a_cut_is_found(world, shared_app, noted):
    amina = world.amina.id
    cut(shared_app, noted - 3)
    for _ in range(5):
        record("link.printed", db.session.get(type(world.amina), amina))
        db.session.commit()
        note_latest_seal()  # its own notes do not hide it
    assert highest() == noted + 2
    assert verify() == Fault("older", noted, noted)


def test_a_record_that_went_on_keeps_a_gap_where_it_was_cut(world, shared_app, noted):
    amina = world.amina.id
    tamper(shared_app, f"DELETE FROM event WHERE id > {noted - 3}")
    record("link.printed", db.session.get(type(world.amina), amina))
    db.session.commit()
    assert highest() == noted + 1 and verify() == Fault("missing", noted - 2, noted)


def test_an_emptied_record_is_found(shared_app, noted):
    cut(shared_app, 0)
    assert verify() == Fault("older", 1, noted)


def cut(app, last):
    back = f"UPDATE sqlite_sequence SET seq = {last} WHERE name = 'event'"
    tamper(app, f"DELETE FROM event WHERE id > {last}", back)


COLUMNS = "name, subject_type, subject_id, actor_id, particulars, at, role, seal"


def test_an_insertion_is_found(shared_app, noted):
    copy = f"INSERT INTO event ({COLUMNS}) SELECT {COLUMNS} FROM event WHERE id = {noted}"
    tamper(shared_app, copy)
    assert verify() == Fault("added", noted + 1, noted + 1)


def test_an_insertion_in_the_middle_is_found(shared_app, noted):
    up = f"UPDATE event SET id = -id - 1 WHERE id >= {ROW}", "UPDATE event SET id = -id WHERE id < 0"
    copy = f"INSERT INTO event (id, {COLUMNS}) SELECT {ROW}, {COLUMNS} FROM event WHERE id = 3"
    tamper(shared_app, *up, copy)
    assert verify() == Fault("added", ROW, ROW)


def test_two_entries_that_change_places_are_found(shared_app, noted):
    moves = [
        f"UPDATE event SET id = {to} WHERE id = {of}" for of, to in ((ROW, -1), (ROW + 1, ROW), (-1, ROW + 1))
    ]
    tamper(shared_app, *moves)
    assert verify() == Fault("added", ROW, ROW)


@pytest.mark.parametrize("key", [b"", b"\0" * 32, hashlib.sha256(b"a guess").digest()])
def test_a_chain_made_anew_without_our_key_is_found(shared_app, noted, key):
    before, changes = "", []
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        before = seal(key, before, facts_of(event)) if key else plain_hash(before, event)
        changes.append(("UPDATE event SET seal = ? WHERE id = ?", (before, event.id)))
    tamper(shared_app, *changes)
    assert verify() == Fault("added", 1, 1)


def plain_hash(before, event):
    return hashlib.sha256(json.dumps([before, *facts_of(event)], sort_keys=True).encode()).hexdigest()


# The seals beside the database


def test_the_latest_seal_is_noted_once_for_its_owner_only(world):
    note_latest_seal()
    note_latest_seal()
    assert noted_seals() == {highest(): latest_event().seal}
    assert notes_file().read_text().count("\n") == 1 and notes_file().stat().st_mode & 0o077 == 0
    record("link.printed", world.amina)
    db.session.commit()
    note_latest_seal()
    assert len(noted_seals()) == 2 and verify() is None


def test_a_note_cut_short_by_a_power_failure_spoils_nothing(noted):
    notes_file().write_text(notes_file().read_text() + "99 abcd")
    assert verify() is None
    record("link.printed", db.session.get(Event, 1))
    db.session.commit()
    note_latest_seal()
    assert set(noted_seals()) == {noted, noted + 1} and verify() is None


def test_an_empty_record_is_not_noted(world, shared_app):
    cut(shared_app, 0)
    note_latest_seal()
    assert not notes_file().exists()


# Writing it


def test_several_events_in_one_transaction_are_one_chain(world):
    before = highest()
    for _ in range(20):
        record("link.printed", world.amina)
    db.session.rollback()
    for _ in range(20):
        record("link.printed", world.bram)
    db.session.commit()
    assert highest() == before + 20 and verify() is None


def test_recording_asks_the_database_once(world, queries):
    db.session.refresh(world.amina)
    queries.clear()
    record("link.printed", world.amina)
    db.session.flush()
    assert len(queries) == 2, queries  # the end of the record, and the entry itself


def test_what_was_recorded_before_there_were_seals_is_sealed(app):
    for place in range(3):
        record("batch.revoked", db.session.get(Event, 1), label=f"Straat {place} “é”")
    db.session.commit()
    db.session.remove()
    downgrade(revision="0001")
    assert "seal" not in {column["name"] for column in inspect(db.engine).get_columns("event")}
    upgrade()
    assert verify() is None and highest() == 4
    made = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'event'"))
    assert "AUTOINCREMENT" in made
    assert db.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'event'")) == 4


def test_a_seal_is_an_hmac_of_what_the_entry_says():
    words = '["before",1,{"a":1,"b":2},null]'
    by_hand = hmac.new(b"key", words.encode(), "sha256").hexdigest()
    assert seal(b"key", "before", [1, {"b": 2, "a": 1}, None]) == by_hand
