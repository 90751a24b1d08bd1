"""Somebody who gets at the file of a ballot box is found out; once it is put right the count goes on."""

import random

import pytest

from app.core.receipts import fingerprint, seals_file
from app.db import db
from app.votes.box import Envelope, seal, seals_of
from tests.tellers import after_the_last_day, count_over_http
from tests.test_tellers import TAMPERED, at_the_file, held
from tests.test_votes import opened

TABLES = ("envelope", "key_wrap", "roll", "seal")
BITS = 15  # fewer than the wrong keys that one person may try in an hour


@pytest.fixture
def box(world):
    """A closed box with twelve envelopes that waits for its tellers, and their keys."""
    vote, keys = opened(world, world.shed, [(1 + number % 2,) for number in range(12)])
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    return vote, keys


def first_envelope(vote):
    return db.session.query(Envelope).where(Envelope.vote_id == vote.id).order_by(Envelope.person_id).first()


def literal(value):
    return f"x'{value.hex()}'" if isinstance(value, bytes) else repr(value)


def put_back(app, vote_id, rows):
    """Write the rows of a vote as they were, from a copy of the file."""
    statements = []
    for table, kept in zip(TABLES, rows, strict=False):
        statements.append(f"DELETE FROM {table} WHERE vote_id = {vote_id}")
        statements += [f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))})" for row in kept]
    at_the_file(app, *statements)


@pytest.mark.parametrize("case", TAMPERED)
def test_once_it_is_put_right_the_count_succeeds(shared_app, world, as_, box, case):
    vote, keys = box
    vote_id, before = vote.id, held(vote.id)
    facts = {"id": vote_id, "mark": fingerprint(first_envelope(vote).sealed)}
    at_the_file(shared_app, *(statement.format(**facts) for statement in TAMPERED[case][1:]))
    assert count_over_http(as_(world.fleur), vote, keys[:2]).status_code == 409
    put_back(shared_app, vote_id, before)
    assert held(vote_id) == before
    assert count_over_http(as_(world.fleur), vote, keys[:2]).status_code == 303
    assert vote.tally["counts"] == {"1": 6, "2": 6, "3": 0}


def test_any_bit_of_any_envelope_that_flips_stops_the_count(shared_app, world, as_, box):
    vote, keys = box
    luck, fleur = random.Random(1), as_(world.fleur)
    rows = [(e.person_id, e.sealed) for e in db.session.query(Envelope).where(Envelope.vote_id == vote.id)]
    for _one in range(BITS):
        person, sealed = luck.choice(rows)
        flipped = bytearray(sealed)
        flipped[luck.randrange(len(sealed))] ^= 1 << luck.randrange(8)
        for content, status in ((bytes(flipped), 409), (sealed, None)):
            where = f"WHERE vote_id = {vote.id} AND person_id = {person}"
            at_the_file(shared_app, f"UPDATE envelope SET sealed = {literal(content)} {where}")
            assert status is None or count_over_http(fleur, vote, keys[:2]).status_code == status
    assert count_over_http(fleur, vote, keys[:2]).status_code == 303


def test_a_ballot_of_their_own_in_place_of_another_stops_the_count_also_with_its_seal(
    shared_app, world, as_, box
):
    """Everybody has the key that closes an envelope; the record of the close tells that this one is new."""
    vote, keys = box
    old, new = first_envelope(vote).sealed, seal(vote.id, vote.public_key, "7K2M9QXA", "2")
    marks = seals_file([fingerprint(new), *(mark for mark in seals_of(vote.id) if mark != fingerprint(old))])
    at_the_file(
        shared_app,
        f"UPDATE envelope SET sealed = {literal(new)} WHERE sealed = {literal(old)}",
        f"UPDATE seal SET mark = '{fingerprint(new)}' WHERE mark = '{fingerprint(old)}'",
        f"UPDATE vote SET box_sha256 = '{fingerprint(marks)}' WHERE id = {vote.id}",
    )
    answer = count_over_http(as_(world.fleur), vote, keys[:2])
    assert answer.status_code == 409 and "not those" in answer.text and vote.awaits_count


def test_keys_of_another_vote_or_two_of_the_same_teller_open_nothing(world, as_, box):
    vote, keys = box
    others = list(world.keys["crossing_vote"].values())
    before = held(vote.id)
    for pair in (others[:2], (keys[0], others[0]), (keys[1], keys[1])):
        assert count_over_http(as_(world.fleur), vote, pair).status_code == 422
    assert held(vote.id) == before
