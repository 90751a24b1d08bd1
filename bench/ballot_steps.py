"""Pull the plug at every step of closing and counting a secret vote: nothing is lost or counted twice.

    python -m bench.ballot_steps

A box with ballots in it is closed, counted and swept by a process that dies, without warning, just before its
first SQL statement; then one that dies before its second; and so on. Long statements have steps inside. Each
time another process goes on where the files stand, and must come to the very same end as one that was left
alone: every row of every table.
"""

import argparse
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from app.accounts.models import SignInLink
from app.clock import today
from app.db import db
from app.demo import find_world
from app.jobs import attempt, work_off
from app.votes.models import Vote, close_votes_past_their_date
from tests.server import Server
from tests.tellers import opened

DAYS = 5
MINUTES = (0, 10, 30)  # when the clock ticks: a job that was cut short is tried again after some minutes
INSIDE = 20_000  # instructions of SQLite between two steps inside one statement
BALLOTS = 14
QUIET = {"TESTING": True, "WTF_CSRF_ENABLED": False}
PATIENCE = 120  # seconds
# How often was tried, and when a job beside the vote found its groups: that may differ
OF_THE_MOMENT = ('"sqlite_sequence"', '"opinion_groups"')


class Plug:
    """Dies before the step with a number; with none it only counts the steps."""

    def __init__(self, die_at, steps):
        self.die_at, self.steps = die_at, steps

    def connected(self, connection, _record):
        connection.set_trace_callback(lambda _statement: self.step())
        connection.set_progress_handler(self.step, INSIDE)

    def step(self):
        self.steps.value += 1
        if self.steps.value == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Machine:
    """The files of one neighbourhood at one place, and processes that work on them and may die."""

    def __init__(self, start, place):
        self.start, self.place = start, place
        self.begin_anew()
        self.application = create_app({"INSTANCE": place, **QUIET})

    def begin_anew(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.start, self.place)

    def run(self, box, die_at=0):
        """Close, count and sweep in a process of its own. Returns (steps it took, whether it died)."""
        context = multiprocessing.get_context("fork")
        steps = context.Value("i", 0)
        process = context.Process(target=self.close_count_and_sweep, args=(box, Plug(die_at, steps)))
        process.start()
        process.join(PATIENCE)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        return steps.value, process.exitcode != 0

    def close_count_and_sweep(self, box, plug):
        """What a server does after the last day, with two tellers at the host's computer."""
        event.listen(Engine, "connect", plug.connected)
        client, keys = (
            self.application.test_client(),
            dict(zip(("key_one", "key_two"), box["keys"], strict=True)),
        )
        client.set_cookie("buurtstem", box["cookie"])
        for minutes in MINUTES:
            with time_machine.travel(box["after"] + timedelta(minutes=minutes), tick=False):
                with self.application.app_context():
                    attempt(close_votes_past_their_date)
                # Once it is counted this is refused, as it should be.
                client.post(f"/votes/{box['vote_id']}/count", data=keys)
                with self.application.app_context():
                    work_off()


def fill_a_box(instance):
    """An open vote with ballots in it, and a host who is signed in after its last day."""
    application = create_app({"INSTANCE": instance, **QUIET})
    with application.app_context():
        world = find_world()
        facts = {"question": "Komt er een bank?", "method": "yes_no", "secrecy": "secret", "receipts": "list"}
        vote = Vote.prepare(world.fleur, world.shed, ["Ja", "Nee", "Onthouding"], electorate="residents",
                            closes_on=today() + timedelta(days=DAYS), **facts)  # fmt: skip
        keys = opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
        people = db.session.query(type(world.fleur)).where(type(world.fleur).batch_id.is_not(None))
        for number, person in enumerate(people.limit(BALLOTS)):
            vote.cast(person, frozenset({1 + number % 3}))
        db.session.commit()
        after = datetime.now(UTC) + timedelta(days=DAYS + 1)
        box = {"vote_id": vote.id, "keys": keys[:2], "after": after}
        with time_machine.travel(after, tick=False):
            token = SignInLink.make(world.fleur)
            db.session.commit()
            client = application.test_client()
            assert client.post(f"/sign-in/{token}").status_code == 303
            assert client.post("/me/spare-codes").status_code == 200
        db.session.remove()
        db.engine.dispose()
    return box | {"cookie": client.get_cookie("buurtstem").value}


def end_of(instance):
    """All that is in the database. How often a number was given out for a job is no part of it."""
    with closing(sqlite3.connect(instance / "buurtstem.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return sorted(line for line in file.iterdump() if not any(table in line for table in OF_THE_MOMENT))


def traces_of(instance, sealed):
    """Pieces of envelopes that can still be dug up in the files."""
    content = b"".join(path.read_bytes() for path in instance.glob("buurtstem.db*"))
    return [one for one in sealed if one[100:116] in content]


def envelopes_in(instance, vote_id):
    with closing(sqlite3.connect(instance / "buurtstem.db")) as file:
        rows = file.execute("SELECT sealed FROM envelope WHERE vote_id = ?", [vote_id]).fetchall()
    return [row[0] for row in rows]


def hold(served, folder, steps_to_take):
    """Pull the plug at these steps, given how many there are. Returns (steps in all, those tried, faults)."""
    start = Path(folder) / "start"
    shutil.copytree(served.instance, start)
    box = fill_a_box(start)
    sealed = envelopes_in(start, box["vote_id"])
    assert len(sealed) == BALLOTS
    machine = Machine(start, Path(folder) / "machine")
    in_all, _died = machine.run(box)
    end, tried, faults = end_of(machine.place), 0, []
    assert traces_of(machine.place, sealed) == [] and len(end) > BALLOTS
    for step in steps_to_take(in_all):
        machine.begin_anew()
        assert machine.run(box, step) == (step, True)
        machine.run(box)
        tried += 1
        found = end_of(machine.place)
        if found != end or traces_of(machine.place, sealed):
            faults.append((step, sorted(set(found) ^ set(end))))
    return in_all, tried, faults


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--every", type=int, default=1, help="take only each so many-th step")
    every = asked.parse_args().every
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "served").mkdir()
        served = Server(Path(folder) / "served" / "instance").start()
        served.stop()
        in_all, tried, faults = hold(served, folder, lambda in_all: range(1, in_all + 1, every))
    print(f"{in_all} steps; the plug was pulled at {tried} of them; another end after {len(faults)}")
    for step, lines in faults:
        print(step, *lines, sep="\n  ")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
