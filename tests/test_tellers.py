"""Three tellers, any two of whom open the box: keys, the rehearsal, the count, and what all can check."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts.models import Person
from app.backups import back_up, backups
from app.core.receipts import fingerprint
from app.db import db
from app.events import Event
from app.jobs import tick
from app.votes.box import Ballot, Envelope, Seal, put_in, seal
from app.votes.models import sweep_backups_of_votes
from app.votes.tellers import KeyWrap, WrongKeys, derive, unlock
from tests.tellers import (
    after_the_last_day,
    count_over_http,
    counted,
    key_over_http,
    name_over_http,
    prepared_over_http,
    two_keys,
)
from tests.test_votes import cast, opened, prepared, receipt_on, residents


@pytest.fixture
def three(world):
    return [world.amina, world.bram, world.samira]


@pytest.fixture
def vote(world, as_):
    """A vote that is prepared, without tellers yet."""
    return prepared(as_(world.fleur), world.shed)


@pytest.fixture
def box(world):
    """A closed box with twelve envelopes that waits for its tellers, and their keys."""
    vote, keys = opened(world, world.shed, [(1 + number % 2,) for number in range(12)])
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    return vote, keys


# The keys


def test_a_vote_goes_from_naming_tellers_to_its_outcome(world, as_, vote, three, visitor):
    host = as_(world.fleur)
    assert host.post(f"/votes/{vote.id}/opening").status_code == 403
    keys = prepared_over_http(as_, vote, world.fleur, three)
    assert host.post(f"/votes/{vote.id}/opening").status_code == 303 and vote.is_open
    receipts = {
        receipt_on(cast(as_(person), vote, 1 + number % 2).text): 1 + number % 2
        for number, person in enumerate(residents(world, 12))
    }
    with after_the_last_day(vote):
        tick()
        assert count_over_http(as_(world.bram), vote, keys[1:]).status_code == 303
    assert vote.tally["counts"] == {"1": 6, "2": 6, "3": 0}
    listed = visitor.get(f"/votes/{vote.id}/ballots").text
    for receipt, choice in receipts.items():
        assert " ".join(re.findall("....", receipt)) in listed
        found = visitor.post(f"/votes/{vote.id}/receipt", data={"receipt": receipt.lower()})
        label = vote.options[choice - 1].label
        assert f">{label}<" in found.text and found.headers["Cache-Control"] == "no-store"


def test_a_key_is_shown_once_and_what_is_kept_does_not_hold_it(shared_app, world, as_, vote, three):
    name_over_http(as_, vote, world.fleur, three)
    amina = as_(world.amina)
    answer = amina.post(f"/votes/{vote.id}/key")
    key = "".join(re.findall(r"<span>([0-9A-Z]{5})</span>", answer.text))
    assert len(key) == 20 and answer.headers["Cache-Control"] == "no-store"
    assert key[:5] not in amina.get(f"/votes/{vote.id}/key").text
    amina.post(f"/votes/{vote.id}/key/proof", data={"key": key})
    db.session.remove()
    for path in shared_app.config["INSTANCE"].rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert key.encode() not in held and key[:10].encode() not in held, path


def test_a_key_counts_once_it_is_typed_over_from_the_paper(world, as_, vote, three):
    name_over_http(as_, vote, world.fleur, three)
    amina = as_(world.amina)
    key = key_over_http(amina, vote)
    assert vote.teller_of(world.amina).is_ready
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    amina.post(f"/votes/{vote.id}/key")  # a new key: the old one no longer counts
    assert not vote.teller_of(world.amina).is_ready
    for typed in (key, wrong, "", "kort"):
        assert amina.post(f"/votes/{vote.id}/key/proof", data={"key": typed}).status_code == 422
    assert vote.public_key is None


def test_capitals_spaces_and_lookalikes_make_no_difference(world):
    teller, key = world.evenings_vote.tellers[0], next(iter(world.keys["evenings_vote"].values()))
    typed = " ".join(re.findall("..", key)).lower().replace("0", "o").replace("1", "l")
    assert teller.opens_with(typed)


def test_the_key_is_derived_as_it_always_was():
    """Or the papers that people have at home would open nothing after an upgrade."""
    private = derive("7K2M9QXA4TD0C1B2E3F4", bytes(range(16)))
    assert bytes(private.public_key).hex() == (
        "bc7d6292d7c82f947a67593c37b6e15aaa3ca6b5983bbc32a50b99a84e782b4a"
    )


def test_naming_other_tellers_lets_everybody_begin_anew(world, as_, vote, three):
    prepared_over_http(as_, vote, world.fleur, three)
    name_over_http(as_, vote, world.fleur, [world.fatima, world.naima, world.wout])
    assert vote.public_key is None and not vote.can_be_opened
    assert db.session.query(KeyWrap).where(KeyWrap.vote_id == vote.id).count() == 0
    assert as_(world.amina).get(f"/votes/{vote.id}").status_code == 404


def test_only_the_named_see_a_vote_that_is_not_open(world, as_, vote, three):
    name_over_http(as_, vote, world.fleur, three)
    assert "You are a teller" in as_(world.bram).get(f"/votes/{vote.id}").text
    assert vote.question in as_(world.bram).get("/me").text
    assert as_(world.naima).get(f"/votes/{vote.id}").status_code == 404
    assert as_(world.naima).post(f"/votes/{vote.id}/key").status_code == 403


@pytest.mark.parametrize("number", [0, 2, 4])
def test_there_are_three_tellers(world, as_, vote, number):
    some = [world.amina, world.bram, world.samira, world.wout][:number]
    data = {"tellers": [person.id for person in some]}
    assert as_(world.fleur).post(f"/votes/{vote.id}/tellers", data=data).status_code == 422


def test_a_collective_s_host_names_its_members(world, as_):
    address = f"/votes/{world.evenings_vote.id}/tellers"
    page = as_(world.samira).get(address).text
    members = {m.person.name for m in world.table.memberships} - {None}
    outsiders = {p.name for p in Person.with_a_name()} - members
    assert all(f"<span>{name}</span>" in page for name in members)
    assert not any(f"<span>{name}</span>" in page for name in outsiders)


def test_a_rehearsal_takes_two_pairs(world, as_, vote, three):
    name_over_http(as_, vote, world.fleur, three)
    clients = [as_(person) for person in three]
    keys = [key_over_http(client, vote) for client in clients]
    for again in range(2):
        assert two_keys(clients[0], f"/votes/{vote.id}/rehearsal", keys[:2]).status_code == 303, again
        assert not vote.is_rehearsed  # twice the same pair tried two papers only
    assert two_keys(clients[2], f"/votes/{vote.id}/rehearsal", keys[1:]).status_code == 303
    assert vote.is_rehearsed and vote.can_be_opened


def test_the_number_of_wrong_keys_is_limited(world, as_):
    fleur, address = as_(world.fleur), f"/votes/{world.evenings_vote.id}/rehearsal"
    answers = [two_keys(fleur, address, ("7" * 20, "8" * 20)).text for _try in range(21)]
    assert "not a key of this vote" in answers[0] and "too often" in answers[-1]


# Two open it, one does not


def test_any_two_open_the_box_and_one_alone_does_not(world):
    vote, keys = opened(world, world.shed)
    for one in range(3):
        for other in range(3):
            if one != other:
                private, _pair = unlock(vote, (keys[one], keys[other]))
                assert bytes(private.public_key) == vote.public_key
        for typed in ((keys[one], keys[one]), (keys[one], "7" * 20), (keys[one], "")):
            with pytest.raises(WrongKeys):
                unlock(vote, typed)


def test_two_papers_and_the_database_are_not_enough_without_the_secret(shared_app, world):
    vote, keys = opened(world, world.shed)
    ours = shared_app.config["SECRET"]
    shared_app.config["SECRET"] = b"7" * 32
    with pytest.raises(Exception, match="key"):
        unlock(vote, keys[:2])
    shared_app.config["SECRET"] = ours
    assert unlock(vote, keys[:2])


def test_another_person_s_computer_cannot_count(world, as_, box):
    vote, keys = box
    assert count_over_http(as_(world.amina), vote, keys[:2]).status_code == 403  # no teller of this vote
    assert count_over_http(as_(world.fleur), vote, keys[:2]).status_code == 303


def test_what_was_typed_wrong_is_said_and_nothing_is_counted(world, as_, box):
    vote, keys = box
    for pair, word in (((keys[0], keys[0]), "twice the same"), ((keys[0], "8" * 20), "not a key")):
        answer = count_over_http(as_(world.fleur), vote, pair)
        assert answer.status_code == 422 and word in answer.text
    assert vote.awaits_count


def test_counting_twice_is_refused(world, as_, box):
    vote, keys = box
    count_over_http(as_(world.fleur), vote, keys[:2])
    tally = vote.tally
    assert count_over_http(as_(world.fleur), vote, keys[:2]).status_code == 403
    assert vote.tally == tally and db.session.query(Ballot).where(Ballot.vote_id == vote.id).count() == 12


# A box that somebody was at


def at_the_file(app, *statements):
    """As somebody with the file who knows SQL: without our triggers, and without our foreign keys."""
    db.session.rollback()
    with closing(sqlite3.connect(app.config["INSTANCE"] / "buurtstem.db")) as file, file:
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        guards = [(name, sql) for name, sql in triggers if re.match("envelope|roll|seal|vote|ballot", name)]
        for name, _sql in guards:
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert file.execute(statement).rowcount
        for _name, sql in guards:
            file.execute(sql)


FIRST = "vote_id = {id} AND person_id = (SELECT min(person_id) FROM envelope WHERE vote_id = {id})"
LAST = "vote_id = {id} AND person_id = (SELECT max(person_id) FROM envelope WHERE vote_id = {id})"
TAMPERED = {
    "a flipped bit": (
        "not those",
        "UPDATE envelope SET sealed = CAST(substr(sealed, 1, 299) || x'55' || substr(sealed, 301) AS BLOB) "
        f"WHERE {FIRST}",
    ),
    "a copied envelope": (
        "not those", f"UPDATE envelope SET sealed = (SELECT sealed FROM envelope WHERE {LAST}) WHERE {FIRST}",
    ),
    "a dropped envelope": ("fewer envelopes", f"DELETE FROM envelope WHERE {FIRST}"),
    "a dropped envelope, with its mark": (
        "not those", f"UPDATE roll SET handled = 0 WHERE {FIRST}", f"DELETE FROM envelope WHERE {FIRST}",
    ),
    "an added envelope": (
        "more envelopes",
        "INSERT INTO envelope SELECT vote_id, (SELECT min(person_id) FROM roll WHERE vote_id = {id} "
        f"AND handled = 0), sealed FROM envelope WHERE {FIRST}",
    ),
    "another envelope, with its seal": (
        "not those",
        f"UPDATE envelope SET sealed = zeroblob(560) WHERE {FIRST}",
        "UPDATE seal SET mark = '" + fingerprint(bytes(560)) + "' WHERE vote_id = {id} AND mark = '{mark}'",
    ),
    "another key": (
        "key of the ballot box", "UPDATE key_wrap SET wrapped = zeroblob(168) WHERE vote_id = {id}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TAMPERED)
def test_a_box_that_somebody_was_at_stops_the_count_and_nothing_is_deleted(shared_app, world, as_, box, case):
    vote, keys = box
    vote_id, (sentence, *statements) = vote.id, TAMPERED[case]
    first = db.session.query(Envelope).where(Envelope.vote_id == vote_id).order_by(Envelope.person_id).first()
    facts = {"id": vote_id, "mark": fingerprint(first.sealed)}
    at_the_file(shared_app, *(statement.format(**facts) for statement in statements))
    before = held(vote_id)
    answer = count_over_http(as_(world.fleur), vote, keys[:2])
    assert answer.status_code == 409 and sentence in answer.text
    assert held(vote_id) == before and vote.awaits_count
    assert db.session.query(Event).order_by(Event.id.desc()).first().name == "count.stopped"


def held(vote_id):
    """Everything that a count would delete or make."""
    tables = ("envelope", "key_wrap", "roll", "seal", "ballot", "receipt")
    return [
        db.session.execute(text(f"SELECT * FROM {table} WHERE vote_id = {vote_id}")).all() for table in tables
    ]


@pytest.mark.parametrize("word", ["another vote", "cannot be opened"])
def test_an_envelope_that_was_wrong_before_the_close_stops_the_count(shared_app, world, as_, word):
    """Of another vote, or of nothing: only what is inside tells."""
    vote, keys = opened(world, world.shed, [(1,)] * 3)
    wrong = seal(vote.id + 1, vote.public_key, "7K2M9QXA", "1") if word == "another vote" else bytes(560)
    put_in(vote.id, residents(world, 1)[0].id, wrong)
    db.session.commit()
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    answer = count_over_http(as_(world.fleur), vote, keys[:2])
    assert answer.status_code == 409 and word in answer.text and vote.awaits_count


# What everybody can check


@pytest.fixture
def done(box):
    vote, keys = box
    return counted(vote, keys)


def test_the_seals_are_published_before_anybody_opens_the_box(world, visitor, box):
    vote, _keys = box
    marks = [fingerprint(e.sealed) for e in db.session.query(Envelope).where(Envelope.vote_id == vote.id)]
    file = visitor.get(f"/votes/{vote.id}/seals/file").data
    assert sorted(file.decode().split()) == sorted(marks) and fingerprint(file) == vote.box_sha256
    listed = visitor.get(f"/votes/{vote.id}/seals").text
    assert all(" ".join(re.findall("....", mark[:16])) in listed for mark in marks)
    for typed, word in ((marks[0][:16], "Yes."), (marks[0], "Yes."), ("0" * 16, "No."), ("zz", "16 signs")):
        assert word in visitor.post(f"/votes/{vote.id}/seal", data={"seal": typed}).text


def test_the_published_file_has_its_fingerprint_and_can_be_counted_again(visitor, done):
    file = visitor.get(f"/votes/{done.id}/ballots/file")
    assert fingerprint(file.data) == done.result_sha256
    assert done.result_sha256 in visitor.get(f"/votes/{done.id}/ballots").text
    head, lines = split(file.text)
    assert head["buurtstem ballots"] == "1" and fingerprint(head["vote"]) == head["fingerprint"].strip('"')
    assert head["vote"] == done.spec and head["paper"] == "{}"
    assert lines == sorted(lines) and len(lines) == len({line.split(";")[0] for line in lines}) == 12
    assert sum(line.endswith(";1") for line in lines) == done.tally["counts"]["1"]


def test_the_program_that_anybody_can_take_away_finds_the_same(tmp_path, visitor, done):
    program, ballots = tmp_path / "recount.py", tmp_path / "ballots.txt"
    program.write_text(visitor.get(f"/votes/{done.id}/recount").text)
    raw = visitor.get(f"/votes/{done.id}/ballots/file").data
    for content, is_right in ((raw, True), (raw.replace(b";1\n", b";2\n", 1), False)):
        ballots.write_bytes(content)
        command = [sys.executable, "-I", program, ballots, "--sha256", done.result_sha256]
        said = subprocess.run(command, capture_output=True, text=True)
        assert (said.returncode == 0) is is_right and done.question in said.stdout, said.stdout + said.stderr


def split(file):
    lines = file.splitlines()
    head = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
    return head, [line for line in lines if not line.startswith("# ")]


def test_a_ballot_that_is_changed_added_or_dropped_is_found(world, as_, visitor):
    """By its voter, by the fingerprint in the record, or by the number of seals."""
    vote, keys = opened(world, world.shed)
    mine = {
        receipt_on(cast(as_(person), vote, 1 + number % 2).text): str(1 + number % 2)
        for number, person in enumerate(residents(world, 12))
    }
    counted(vote, keys)
    said = [
        e.particulars["fingerprint"] for e in db.session.query(Event).where(Event.name == "ballots.published")
    ]
    seals = db.session.query(Seal).where(Seal.vote_id == vote.id).count()

    def is_right(lines):
        published = dict(line.split(";") for line in lines)
        voters_agree = all(published.get(receipt) == choice for receipt, choice in mine.items())
        return voters_agree and len(lines) == seals

    _head, lines = split(visitor.get(f"/votes/{vote.id}/ballots/file").text)
    assert is_right(lines) and vote.result_sha256 == said[-1]
    other = {"1": "2", "2": "1"}
    for number, line in enumerate(lines):
        receipt, choice = line.split(";")
        assert not is_right([*lines[:number], f"{receipt};{other[choice]}", *lines[number + 1 :]])
        assert not is_right([*lines[:number], *lines[number + 1 :]])
    assert not is_right([*lines, "ZZZZZZZZ;1"])


@pytest.mark.parametrize("receipts", ["presence", "none"])
def test_other_ways_to_publish_tie_no_choice_to_a_receipt(world, as_, visitor, receipts):
    vote, keys = opened(world, world.shed, receipts=receipts)
    answers = [cast(as_(p), vote, 1 + n % 2).text for n, p in enumerate(residents(world, 12))]
    counted(vote, keys)
    file = visitor.get(f"/votes/{vote.id}/ballots/file").text
    assert split(file)[1] == [";1"] * 6 + [";2"] * 6
    listed = visitor.get(f"/votes/{vote.id}/ballots").text
    assert listed.count('class="mark"') == (12 if receipts == "presence" else 0) and "<td" not in listed
    if receipts == "none":
        assert "receipt" not in "".join(answers).lower()
        return
    found = visitor.post(f"/votes/{vote.id}/receipt", data={"receipt": receipt_on(answers[0])}).text
    assert "was counted" in found and "It says" not in found
    stored = {ballot.receipt for ballot in db.session.query(Ballot).where(Ballot.vote_id == vote.id)}
    assert not stored & {receipt_on(answer) for answer in answers}


def test_a_receipt_that_nobody_has_is_not_found(visitor, done):
    for typed, word in (("0" * 8, "No ballot with this receipt"), ("x", "8 or 12 signs")):
        assert word in visitor.post(f"/votes/{done.id}/receipt", data={"receipt": typed}).text


def test_what_is_promised_stands_on_a_page_that_every_ballot_points_to(world, as_, visitor):
    assert "/votes/promises" in as_(world.amina).get(f"/votes/{world.roof_vote.id}").text
    page = visitor.get("/votes/promises").text
    assert "What we cannot promise" in page and "two tellers who cheat" in page.lower()


# Afterwards


def test_backups_from_while_a_vote_was_open_go_a_month_after_the_count_also_the_newest(world):
    vote, made = world.roof_vote, back_up()
    counted(vote, world.keys["roof_vote"].values())
    sweep_backups_of_votes(vote.counted_at - timedelta(seconds=1))
    assert made.exists()
    sweep_backups_of_votes(vote.counted_at)
    assert backups() == []


def test_a_teller_who_is_erased_leaves_a_key_that_still_works(world, as_):
    vote, keys = opened(world, world.shed, [(1,), (2,)])
    fatima = as_(world.fatima)
    assert fatima.post("/me/erasure", data={"words": "keep", "is_sure": "y"}).status_code in (303, 422)
    counted(vote, keys[1:])
    assert vote.is_counted
