"""A vote taken through its course: over HTTP as tellers do it, or quickly where only the outcome matters."""

import re
from contextlib import contextmanager
from datetime import timedelta

from app import clock
from app.clock import now, today
from app.db import db
from app.votes.tellers import name_tellers, rehearse


def hand_out_keys(vote, by, people):
    """Three tellers with keys, and the box tried. Returns the keys."""
    name_tellers(vote, by, people)
    db.session.flush()
    keys = [teller.draw_key() for teller in vote.tellers]
    for teller, key in zip(vote.tellers, keys, strict=True):
        assert teller.prove(key)
    for pair in (keys[:2], keys[1:]):
        rehearse(vote, people[0], pair)
    db.session.commit()
    return keys


def opened(vote, by, people):
    """The vote, open, and the keys of its tellers."""
    keys = hand_out_keys(vote, by, people)
    vote.open(by)
    db.session.commit()
    return keys


@contextmanager
def after_the_last_day(vote):
    with clock.at(now() + timedelta(days=max((vote.closes_on - today()).days, 0) + 1)):
        yield


def counted(vote, keys):
    """Close the vote after its last day, and count it with two of the keys."""
    with after_the_last_day(vote):
        vote.close()
        if vote.is_secret:
            vote.count(vote.tellers[0].person, list(keys)[:2])
        db.session.commit()
    return vote


# As tellers do it


def name_over_http(as_, vote, host, people):
    answer = as_(host).post(f"/votes/{vote.id}/tellers", data={"tellers": [person.id for person in people]})
    assert answer.status_code == 303, answer.text


def key_on(page):
    return "".join(re.findall(r"<span>([0-9A-Z]{5})</span>", page))


def key_over_http(client, vote):
    """What one teller does alone: see the key, and type it over."""
    key = key_on(client.post(f"/votes/{vote.id}/key").text)
    assert len(key) == 20
    assert client.post(f"/votes/{vote.id}/key/proof", data={"key": key}).status_code == 303
    return key


def prepared_over_http(as_, vote, host, people):
    """From naming the tellers to the second rehearsal. Returns the keys."""
    name_over_http(as_, vote, host, people)
    clients = [as_(person) for person in people]
    keys = [key_over_http(client, vote) for client in clients]
    for client, pair in ((clients[0], keys[:2]), (clients[2], keys[1:])):
        assert two_keys(client, f"/votes/{vote.id}/rehearsal", pair).status_code == 303
    return keys


def two_keys(client, address, pair):
    return client.post(address, data={"key_one": pair[0], "key_two": pair[1]})


def count_over_http(client, vote, pair):
    return two_keys(client, f"/votes/{vote.id}/count", pair)
