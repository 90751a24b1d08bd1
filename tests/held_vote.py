"""A secret vote held on a real server, with everything kept that somebody could carry off meanwhile."""

import random
import re
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from app import clock, create_app
from app.accounts.models import CodeBatch, Person, SignInLink
from app.audit import lines_of_record
from app.backups import back_up
from app.clock import now, today
from app.db import db
from app.demo import find_world
from app.exports.tables import TABLES, csv_of
from app.keys import digest
from app.votes.models import Vote
from tests.loot import DATABASE, Loot
from tests.post_office import FROM, PostOffice
from tests.tellers import hand_out_keys
from tests.visitor import Phone

CHOICES = ("", "1", "2,3", "1,2,3")  # of four lengths, each chosen as often
LABELS = ("Een bank", "Een speeltoestel voor kleine en grote kinderen", "Een boom", "Niets")
DAYS = 5
BACKUPS = 4
WITH_MAIL = 3  # one voter in so many gives an address
PATIENCE = 60  # seconds


@dataclass
class HeldVote:
    """What happened, as only the voters themselves know it, and what can be carried off."""

    server: object
    loot: Loot = field(default_factory=Loot)
    truth: dict = field(default_factory=dict)  # voter: the receipt of the ballot that counts
    chosen: dict = field(default_factory=dict)  # receipt: what was sent; of replaced ballots too
    boxed: set = field(default_factory=set)  # envelopes, also replaced ones, and the keys of the box
    vote_id: int = 0

    @property
    def address(self):
        return f"/votes/{self.vote_id}"


@dataclass
class Voter:
    phone: Phone
    code: str
    choices: list  # the last one counts
    id: int = 0

    def come_in(self, application):
        self.phone.join(self.code)
        with at_the_files(application):
            person = db.session.query(Person).where(Person.place == digest("place", self.code)).one()
            self.id = person.id
            if self.id % WITH_MAIL == 0:
                person.take_email(f"buur{self.id}@havenbuurt.example")


@contextmanager
def at_the_files(application):
    """Beside the server, in the same files."""
    with application.app_context():
        yield
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def hold(served_demo, folder, number, changed, copy_every=1):
    """Hold a vote of so many voters, of whom some vote again. Every so many casts all files are copied."""
    office = PostOffice()
    office.open()
    settings = {"BUURTSTEM_SMTP": f"smtp://127.0.0.1:{office.port}", "BUURTSTEM_MAIL_FROM": FROM}
    server = served_demo.copy_to(folder / "instance", **settings).start()
    held = HeldVote(server)
    try:
        application = create_app({"INSTANCE": server.instance})
        take_the_vote(held, application, random.Random(number), number, changed, copy_every)
        publish(held, application)
    finally:
        server.stop()
        office.close()
    held.loot.copies.take(server.instance)
    held.loot.words["log"] = (folder / "instance.log").read_text()
    held.loot.words["mail"] = "\n".join(mail.as_string() for mail in office.received)
    return held


def take_the_vote(held, application, luck, number, changed, copy_every):
    voters = let_in(held.server, application, number, luck)
    for voter in voters[::2]:  # the others come in when the vote is open
        voter.come_in(application)
    held.vote_id, keys = open_vote(application)
    casts = voters + luck.sample(voters, changed)
    luck.shuffle(casts)
    for step, voter in enumerate(casts):
        if not voter.id:
            voter.come_in(application)
        cast(held, voter, casts[step + 1 :].count(voter))
        if step % copy_every == 0:
            take_copy(held)
        if step % (len(casts) // BACKUPS) == 0:
            with at_the_files(application):
                back_up()
    held.loot.voters = set(held.truth)
    wait_for(held, "SELECT NOT EXISTS (SELECT 1 FROM mail WHERE state <> 'sent')")
    held.server.stop()
    held.server.start(days_on=DAYS + 1)
    wait_for(held, "SELECT 1 FROM vote WHERE id = ? AND closed_at IS NOT NULL", held.vote_id)
    held.loot.last_before = take_copy(held)
    count(held, application, keys)
    held.loot.first_after = take_copy(held)
    wait_for(held, "SELECT NOT EXISTS (SELECT 1 FROM job WHERE name = 'sweep_box')")


def let_in(server, application, number, luck):
    """Voters with a code on paper. Each choice is the last one of as many of them."""
    with at_the_files(application):
        _batch, codes = CodeBatch.make(None, "Brieven", number)
    last = [CHOICES[place % len(CHOICES)] for place in range(number)]
    luck.shuffle(last)
    return [Voter(Phone(server.address), code, [choice]) for code, choice in zip(codes, last, strict=True)]


def open_vote(application):
    with at_the_files(application):
        world = find_world()
        rules = {"method": "approval", "secrecy": "secret", "receipts": "list", "electorate": "residents"}
        facts = {"question": "Wat komt er op het plein?", "closes_on": today() + timedelta(days=DAYS)}
        vote = Vote.prepare(world.fleur, world.shed, LABELS, **facts, **rules)
        keys = hand_out_keys(vote, world.fleur, [world.fleur, world.fatima, world.samira])
        vote.open(world.fleur)
        return vote.id, keys


def cast(held, voter, casts_to_come):
    """One ballot over HTTP. Who votes again chose something else before."""
    choice = voter.choices[-1]
    if casts_to_come:
        choice = CHOICES[(CHOICES.index(choice) + casts_to_come) % len(CHOICES)]
    voter.phone.get(held.address)
    sent = {"choice": choice.split(",") if choice else []}
    status, headers, content = voter.phone.ask("POST", f"{held.address}/ballot", sent)
    assert status == 200, content[-3000:]
    receipt = receipt_on(content.decode())
    held.truth[voter.id], held.chosen[receipt] = receipt, choice
    held.loot.replies[voter.id] = len(bytes(headers)) + len(content)
    for query in (
        "SELECT sealed FROM envelope WHERE vote_id = ?",
        "SELECT wrapped FROM key_wrap WHERE vote_id = ?",
    ):
        held.boxed |= {row[0] for row in look(held, query, held.vote_id)}


def receipt_on(page):
    return "".join(re.search(r'<strong class="code">([0-9A-Z ]+)</strong>', page).group(1).split())


def look(held, query, *values):
    with closing(sqlite3.connect(held.server.instance / DATABASE)) as file:
        return file.execute(query, values).fetchall()


def take_copy(held):
    """Copy all files between two writings."""
    with closing(sqlite3.connect(held.server.instance / DATABASE, isolation_level=None, timeout=10)) as file:
        file.execute("BEGIN IMMEDIATE")
        number = held.loot.copies.take(held.server.instance)
        file.execute("ROLLBACK")
    return number


def wait_for(held, query, *values):
    until = time.monotonic() + PATIENCE
    while not any(row[0] for row in look(held, query, *values)):
        assert time.monotonic() < until, query
        time.sleep(0.1)


def count(held, application, keys):
    """Two tellers at the host's phone, on a later day."""
    host = Phone(held.server.address)
    with at_the_files(application), clock.at(now() + timedelta(days=DAYS + 1)):
        token = SignInLink.make(find_world().fleur)
    host.get(f"/sign-in/{token}")
    assert host.post(f"/sign-in/{token}") == 303
    host.get("/me")
    assert host.post("/me/spare-codes") == 200
    host.get(f"{held.address}/count")
    assert host.post(f"{held.address}/count", key_one=keys[0], key_two=keys[2]) == 303


def publish(held, application):
    """Take away all that everybody can read afterwards."""
    visitor, words = Phone(held.server.address), held.loot.words
    words["ballots"] = visitor.get(f"{held.address}/ballots/file")[1]
    lines = [line for line in words["ballots"].splitlines() if not line.startswith("#")]
    held.loot.published = dict(line.split(";") for line in lines)
    for page in ("", "/seals/file", "/terms"):
        words[f"page{page}"] = visitor.get(held.address + page)[1]
    words["front page"] = visitor.get("/")[1]
    with at_the_files(application):
        words["record"] = "\n".join(lines_of_record())
        words["open data"] = "\n".join(map(csv_of, TABLES))
