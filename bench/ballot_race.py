"""Everybody presses "vote" again and again at the same moment, at two servers of the same files.

    python -m bench.ballot_race --voters 20 --posts 50

Each voter sends so many ballots in parallel, then one more. In the box there must be one envelope a voter,
one that was acknowledged, and none that was answered before a later one was sent; and the count must find
the last ballot of each.
"""

import argparse
import re
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app import create_app
from app.accounts.models import CodeBatch, Person
from app.clock import today
from app.core.receipts import SHORT, fingerprint
from app.db import db
from app.demo import find_world
from app.keys import digest
from app.votes.box import Ballot
from app.votes.models import Vote
from tests.server import Server
from tests.tellers import counted, opened
from tests.visitor import Phone

CHOICES = ("1", "2", "3")


@dataclass(frozen=True)
class Cast:
    """One ballot that a phone sent, and what it saw of it."""

    choice: str
    sent: float
    answered: float
    status: int
    receipt: str = ""
    seal: str = ""

    @property
    def is_acknowledged(self):
        return self.status == 200


@dataclass
class Voter:
    phones: list  # one for each server
    id: int
    casts: list = field(default_factory=list)

    @property
    def acknowledged(self):
        return [cast for cast in self.casts if cast.is_acknowledged]


@dataclass
class Box:
    """A vote that is open in the files of some servers."""

    servers: list
    application: object
    vote_id: int
    keys: list
    voters: list = field(default_factory=list)

    def let_in(self, number):
        """Voters with a code, each with a phone at every server."""
        with self.application.app_context():
            _batch, codes = CodeBatch.make(None, "Drukte", number)
            self.vote_id, self.keys = open_vote()
            db.session.commit()
        for code in codes:
            phone = Phone(self.servers[0].address).join(code)
            phone.get(f"/votes/{self.vote_id}")
            with self.application.app_context():
                person = db.session.query(Person.id).where(Person.place == digest("place", code)).scalar()
            self.voters.append(Voter([at(phone, server) for server in self.servers], person))

    def seals(self):
        """Whose envelope is in the box, and its seal as a phone shows it."""
        with closing(sqlite3.connect(self.servers[0].instance / "buurtstem.db")) as file:
            query = "SELECT person_id, sealed FROM envelope WHERE vote_id = ?"
            rows = file.execute(query, [self.vote_id]).fetchall()
        return [(person, fingerprint(sealed)[:SHORT]) for person, sealed in rows]

    def count(self):
        """Close and count. Returns what each receipt says."""
        with self.application.app_context():
            vote = counted(db.session.get(Vote, self.vote_id), self.keys)
            ballots = db.session.query(Ballot.receipt, Ballot.choice).where(Ballot.vote_id == vote.id)
            return dict(ballots.all())


def open_vote():
    world = find_world()
    rules = {"question": "Gaan we dansen?", "method": "yes_no", "secrecy": "secret", "receipts": "list"}
    facts = {"closes_on": today() + timedelta(days=5), "electorate": "residents"}
    vote = Vote.prepare(world.fleur, world.shed, ["Ja", "Nee", "Onthouding"], **rules, **facts)
    keys = opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    return vote.id, keys


def at(phone, server):
    """The same phone, signed in, at another server of the same files."""
    other = copy(phone)
    other.host, other.cookies = server.address.removeprefix("http://"), dict(phone.cookies)
    return other


def cast(box, voter, number, choice):
    """Send one ballot, from the phone at one of the servers."""
    phone, began = copy(voter.phones[number % len(voter.phones)]), time.monotonic()
    phone.cookies = dict(phone.cookies)
    status, _headers, content = phone.ask("POST", f"/votes/{box.vote_id}/ballot", {"choice": choice})
    codes = re.findall(r'<strong class="code(?: mark)?">([0-9A-Za-z ]+)</strong>', content.decode())
    marks = ["".join(code.split()) for code in codes] if status == 200 else []
    voter.casts.append(Cast(choice, began, time.monotonic(), status, *marks))
    return status


def storm(box, posts):
    """All posts of a voter at the same moment, and all voters after each other."""
    with ThreadPoolExecutor(posts) as phones:
        for voter in box.voters:
            ready = threading.Barrier(posts)

            def press(number, voter=voter, ready=ready):
                ready.wait()
                cast(box, voter, number, CHOICES[number % len(CHOICES)])

            list(phones.map(press, range(posts)))


def boxed(voter, seals):
    """The acknowledged cast whose envelope is in the box."""
    return next((one for one in voter.acknowledged if (voter.id, one.seal) in seals), None)


def is_overtaken(one, voter):
    """Whether another ballot was sent after this one was answered, and acknowledged too."""
    return any(other.sent > one.answered for other in voter.acknowledged)


def hold(folder, voters, posts):
    """Hold the race. Returns what came of it, for who prints it and who checks it."""
    first = Server(Path(folder) / "instance").start()
    second = Server(first.instance).start()
    try:
        application = create_app({"INSTANCE": first.instance})
        box = Box([first, second], application, 0, [])
        box.let_in(voters)
        began = time.monotonic()
        storm(box, posts)
        seconds, seals = time.monotonic() - began, box.seals()
        found = [boxed(voter, seals) for voter in box.voters]
        fair = [one and not is_overtaken(one, v) for one, v in zip(found, box.voters, strict=True)]
        statuses = Counter(cast.status for voter in box.voters for cast in voter.casts)
        for number, voter in enumerate(box.voters):
            assert cast(box, voter, number, CHOICES[number % len(CHOICES)]) == 200
    finally:
        first.stop()
        second.stop()
    last = {voter.casts[-1].receipt: voter.casts[-1].choice for voter in box.voters}
    return {
        "seconds": seconds,
        "statuses": dict(statuses),
        "envelopes": len(seals),
        "in_order": sum(map(bool, fair)),
        "last_counts": box.count() == last and len(last) == voters,
    }


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--voters", type=int, default=20, help="ten or more, so that a list is published")
    asked.add_argument("--posts", type=int, default=50)
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = hold(folder, asked.voters, asked.posts)
    print(f"{asked.voters} voters, {asked.posts} ballots of each at once: {found['seconds']:.0f} s")
    print(f"answers: {found['statuses']}; envelopes: {found['envelopes']}")
    print(f"the one in the box was acknowledged and not overtaken: {found['in_order']} of {asked.voters}")
    print(f"after one more of each, the count finds just those: {found['last_counts']}")
    is_right = found["envelopes"] == found["in_order"] == asked.voters and found["last_counts"]
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
