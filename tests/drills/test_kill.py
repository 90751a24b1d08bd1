"""Kill the server in the middle of people's reactions: what was acknowledged is there afterwards."""

import http.client
import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from itertools import product

import pytest

from app import create_app
from app.accounts.models import CodeBatch
from app.db import db
from app.demo import find_world
from tests.visitor import Phone

WANTED = 500
KILL_AT = (150, 320)  # acknowledged reactions at which the server dies
PEOPLE = 40
VALUES = {"agree": 1, "disagree": -1, "pass": 0}


@pytest.fixture
def server(served_demo, tmp_path):
    server = served_demo.copy_to(tmp_path / "instance").start()
    yield server
    server.stop()


def kill_when(acknowledged, wanted, pid):
    """The second process: waits for its moment, and pulls the plug."""
    while acknowledged.value < wanted:
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)


def plan(server):
    """The people, let in with real codes, and for each what they will say of which statement."""
    with create_app({"INSTANCE": server.instance}).app_context():
        _batch, codes = CodeBatch.make(None, "Drill", PEOPLE)
        db.session.commit()
        dialogue = find_world().parking_dialogue
        statements = [s.id for s in dialogue.statements if s.state == "published"]
        dialogue_id = dialogue.id
        db.session.remove()
        db.engine.dispose()
    assert PEOPLE * len(statements) >= WANTED
    phones = [Phone(server.address).join(code) for code in codes]
    for phone in phones:
        phone.get(f"/dialogues/{dialogue_id}")
        assert phone.post(f"/dialogues/{dialogue_id}/consent") == 303
    reactions = list(VALUES)
    todo = [(phone, s, reactions[(n + s) % 3]) for n, (phone, s) in enumerate(product(phones, statements))]
    return dialogue_id, todo[:WANTED]


def react_until_acknowledged(phone, dialogue_id, statement, reaction):
    while True:
        try:
            status = phone.post(f"/dialogues/{dialogue_id}/reactions", statement=statement, reaction=reaction)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)  # the server is gone; the phone tries again
            continue
        assert status == 303, status
        return


def test_no_acknowledged_reaction_is_lost_when_the_server_is_killed(server):
    dialogue_id, todo = plan(server)
    before = reactions_kept(server)
    acknowledged, lock, queue = multiprocessing.Value("i", 0), threading.Lock(), list(reversed(todo))

    def write():
        while True:
            with lock:
                if not queue:
                    return
                phone, statement, reaction = queue.pop()
            react_until_acknowledged(phone, dialogue_id, statement, reaction)
            with acknowledged.get_lock():
                acknowledged.value += 1

    writers = [threading.Thread(target=write) for _ in range(4)]
    killed_at = []
    for writer in writers:
        writer.start()
    for wanted in KILL_AT:
        killer = multiprocessing.Process(target=kill_when, args=(acknowledged, wanted, server.process.pid))
        killer.start()
        killer.join()
        killed_at.append(acknowledged.value)
        assert server.process.wait(10) == -signal.SIGKILL
        server.start()
    for writer in writers:
        writer.join()
    assert acknowledged.value == WANTED and all(0 < at < WANTED for at in killed_at)
    server.kill()
    server.start()

    kept = reactions_kept(server)
    assert sum(kept.values()) - sum(before.values()) == WANTED
    print(f"killed at {killed_at} of {WANTED} acknowledged reactions: none lost")
    expected = dict(before)
    for _phone, statement, reaction in todo:
        key = (statement, VALUES[reaction])
        expected[key] = expected.get(key, 0) + 1
    assert kept == expected
    assert the_file_is_sound(server, dialogue_id)


def reactions_kept(server):
    """How often each value was given to each statement."""
    with sqlite3.connect(server.instance / "buurtstem.db") as file:
        rows = file.execute("SELECT statement_id, value, count(*) FROM reaction GROUP BY 1, 2")
        return {(statement, value): number for statement, value, number in rows}


def the_file_is_sound(server, dialogue_id):
    with sqlite3.connect(server.instance / "buurtstem.db") as file:
        counters = file.execute(
            """SELECT count(*) FROM statement WHERE dialogue_id = ? AND agrees + disagrees + passes
               <> (SELECT count(*) FROM reaction WHERE statement_id = statement.id)""",
            [dialogue_id],
        )
        return file.execute("PRAGMA integrity_check").fetchone() == ("ok",) and counters.fetchone() == (0,)
