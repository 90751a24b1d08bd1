"""Nothing that can be carried off tells who cast which ballot: programs try, and do no better than chance.

The vote of 200 voters, with 30 who change their ballot: `python -m bench.ballot_box`.
"""

import random
import re

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app.core.tally import METHODS
from app.db import db
from app.votes.box import Envelope
from tests import naive_box
from tests.attackers import PROGRAMS
from tests.held_vote import CHOICES, hold
from tests.odds import at_least, tries_of
from tests.test_ballots import CAST, cast, filled
from tests.test_ballots import opened as by_method

VOTERS, CHANGED = 40, 8
NAIVE_VOTERS, NAIVE_CHANGED = 200, 30


@pytest.fixture(scope="module")
def held(served_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("held")
    held = hold(served_demo, folder, VOTERS, CHANGED)
    held.loot.study(folder / "study")
    return held


@pytest.fixture(scope="module")
def naive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("naive")
    loot, truth = naive_box.hold(folder / "instance", naive_casts(NAIVE_VOTERS, NAIVE_CHANGED))
    loot.study(folder / "study")
    return loot, truth


def naive_casts(number, changed):
    luck = random.Random(number)
    voters = luck.sample(range(300, 999), number)
    casts = [(voter, CHOICES[place % len(CHOICES)]) for place, voter in enumerate(voters)]
    luck.shuffle(casts)
    return casts + [(voter, luck.choice(CHOICES)) for voter in luck.sample(voters, changed)]


# Programs that try to link


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_links_a_voter_to_a_ballot_better_than_chance(held, tmp_path, program):
    tries = tries_of(program, held.loot, held.truth, tmp_path / program)
    assert not [tried for tried in tries if tried.is_above_chance]


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_does_link_them_where_the_box_was_made_naively(naive, tmp_path, program):
    best, *_others = tries_of(program, *naive, tmp_path / program)
    # Copies two casts apart are sure only where both chose alike, or one of them is a changed ballot.
    least = 20 if program == "two apart" else 0.9 * NAIVE_VOTERS
    assert best.share >= 0.9 and best.guesses >= least and best.is_above_chance


def test_the_programs_had_everything_to_look_at(held):
    assert len(held.loot.copies) > VOTERS + CHANGED and len(held.loot.voters) == VOTERS
    names = held.loot.copies.names(held.loot.last_before)
    assert {"buurtstem.db", "buurtstem.db-wal", "buurtstem.db-shm", "secret.key", "record.seals"} <= set(
        names
    )
    assert sum(bool(re.fullmatch(r"backups/.*\.db", name)) for name in names) >= 3
    assert "Buurtstem is on" in held.loot.words["log"] and "zit in de stembus" in held.loot.words["mail"]
    assert [table.name for table in held.loot.tables if table.receipt] == ["ballot"]
    assert sorted(held.loot.published) == sorted(held.truth.values())
    assert all(held.loot.published[receipt] == held.chosen[receipt] for receipt in held.truth.values())


def test_chance_is_what_it_should_be():
    assert at_least(0, 10, 0.25) == pytest.approx(1)
    assert at_least(2, 2, 0.5) == 0.25 and at_least(1, 2, 0.5) == 0.75


# Traces


def test_before_the_count_no_copy_holds_a_receipt(held):
    last = held.loot.last_before
    for content in (held.loot.copies.ever(last), held.loot.copies.whole(last)):
        assert not [receipt for receipt in held.chosen if receipt.encode() in content]


def test_after_the_count_nothing_that_was_in_the_box_can_be_dug_up(held):
    pieces = [thing[start : start + 16] for thing in held.boxed for start in range(8, len(thing) - 16, 160)]
    before = held.loot.copies.ever(held.loot.last_before)
    assert sum(piece in before for piece in pieces) > VOTERS
    after = held.loot.copies.whole(len(held.loot.copies) - 1, without="backups/")  # these go within a month
    assert not [piece for piece in pieces if piece in after]


def test_a_receipt_that_was_replaced_stands_nowhere(held):
    replaced = held.chosen.keys() - held.truth.values()
    assert len(replaced) == CHANGED
    everything = held.loot.copies.whole(len(held.loot.copies) - 1).decode("latin-1")
    for words in (everything, *held.loot.words.values()):
        assert not [receipt for receipt in replaced if receipt in "".join(words.split())]


@pytest.mark.parametrize(
    "words", ["log", "mail", "record", "open data", "page", "page/seals/file", "page/terms"]
)
def test_receipts_stand_in_the_list_of_ballots_only(held, words):
    said = held.loot.words[words]
    assert said and not [receipt for receipt in held.chosen if receipt in "".join(said.split())]


def test_one_mail_comes_however_often_somebody_votes(held):
    told = held.loot.words["mail"].count("Subject: ")
    assert told == sum(voter % 3 == 0 for voter in held.loot.voters)


def test_the_log_says_nothing_of_visits(held):
    assert set(re.sub(r"http\S+", "", held.loot.words["log"]).splitlines()) == {
        "Buurtstem is on   (stop with Ctrl-C)"
    }


# What crosses the network, and what goes wrong


@pytest.mark.parametrize("method", METHODS)
def test_answer_and_envelope_are_as_long_for_every_ballot_by_any_method(world, as_, method):
    vote, _keys = by_method(world, method)
    amina, (_rule, ballots, _winners) = as_(world.amina), CAST[method]
    answers = [cast(amina, vote, filled(amina, vote, ballot)) for ballot in ballots]
    assert {answer.status_code for answer in answers} == {200} and len(answers) > 1
    assert len({len(answer.data) for answer in answers}) == 1
    assert set(db.session.scalars(select(func.length(Envelope.sealed)))) == {560}


def test_of_yes_or_no_also_what_is_sent_is_as_long(world, as_):
    page = as_(world.amina).get(f"/votes/{by_method(world, 'yes_no')[0].id}").text
    buttons = re.findall(r'<input[^>]* name="choice"[^>]*>', page)
    sent = {len(re.search(r'value="([^"]*)"', button)[1]) for button in buttons}
    assert len(buttons) == 3 and sent == {1}


@pytest.mark.parametrize(
    "trouble", [RuntimeError("the disk fell out"), OperationalError("INSERT", {}, "full")]
)
def test_when_casting_goes_wrong_the_log_has_no_choice_and_no_receipt(
    shared_app, world, as_, monkeypatch, caplog, trouble
):
    drawn = []

    def fail(vote_id, person_id, sealed):
        raise trouble

    monkeypatch.setattr("app.votes.casting.put_in", fail)
    monkeypatch.setattr("app.votes.casting.draw_receipt", lambda own: drawn.append("7K2M9QXA") or drawn[0])
    monkeypatch.setitem(shared_app.config, "PROPAGATE_EXCEPTIONS", False)
    vote, _keys = by_method(world, "borda")
    answer = cast(as_(world.amina), vote, {"order": "2>1=3"})
    assert answer.status_code in (500, 503) and drawn and caplog.text
    for said in ("2>1=3", "7K2M9QXA", "order="):
        assert said not in caplog.text and said not in answer.text
    assert not vote.has_ballot_of(world.amina)


# Tables


BALLOT_TABLES = ("roll", "envelope", "seal", "ballot", "receipt", "named_ballot")
TOTALS = {"paper_ballot"}  # how often each choice stood on paper: a row is no ballot, and nobody's


def test_no_table_of_ballots_has_a_rowid_a_time_or_a_number_in_order(app):
    for name in BALLOT_TABLES:
        sql = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
        assert "WITHOUT ROWID" in sql
        columns = dict(db.session.execute(text(f"SELECT name, type FROM pragma_table_info('{name}')")).all())
        assert not [c for c in columns if re.search("_at|_on|time|date|number|version|count|order", c)]
        assert not re.search(
            "DATE|TIME|DEFAULT|AUTOINCREMENT", " ".join(columns.values()).upper() + sql.upper()
        )


def test_every_table_that_knows_ballots_is_looked_at(app):
    """A table that comes to hold choices, receipts or envelopes of a vote belongs in the list above."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%vote_id%'"
    holding = {
        name
        for name, sql in db.session.execute(text(query))
        if re.search(r"\b(choice|receipt|sealed|mark|handled)\b", sql)
    }
    assert holding == set(BALLOT_TABLES) | TOTALS
