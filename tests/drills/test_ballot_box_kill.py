"""Kill the server, or the count, in the middle: what was acknowledged is in the box, and counted once.

Every single step of closing and counting: `python -m bench.ballot_steps`.
"""

import http.client
import signal
import threading
import time

import pytest

from app import create_app
from bench.ballot_race import CHOICES, Box, cast
from bench.ballot_steps import hold

VOTERS, BALLOTS = 10, 8
KILL_AT = (20, 50)  # acknowledged ballots at which the server dies
STEPS = 8  # of closing and counting, spread over all


@pytest.fixture
def box(served_demo, tmp_path):
    server = served_demo.copy_to(tmp_path / "instance").start()
    box = Box([server], create_app({"INSTANCE": server.instance}), 0, [])
    box.let_in(VOTERS)
    yield box
    server.stop()


def cast_until_acknowledged(box, voter, choice):
    while True:
        try:
            if cast(box, voter, 0, choice) == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)  # the server is gone; the phone tries again


def vote_again_and_again(box, voter):
    for number in range(BALLOTS):
        cast_until_acknowledged(box, voter, CHOICES[(number + voter.id) % len(CHOICES)])


def acknowledged(box):
    return sum(len(voter.acknowledged) for voter in box.voters)


def test_no_acknowledged_ballot_is_lost_when_the_server_is_killed(box):
    (server,) = box.servers
    writers = [threading.Thread(target=vote_again_and_again, args=(box, voter)) for voter in box.voters]
    for writer in writers:
        writer.start()
    for wanted in KILL_AT:
        while acknowledged(box) < wanted:
            time.sleep(0.001)
        server.kill()
        assert server.process.returncode == -signal.SIGKILL
        server.start()
    for writer in writers:
        writer.join()
    server.kill()
    last = [(voter.id, voter.acknowledged[-1].seal) for voter in box.voters]
    assert sorted(box.seals()) == sorted(last) and acknowledged(box) == VOTERS * BALLOTS
    assert box.count() == {voter.casts[-1].receipt: voter.casts[-1].choice for voter in box.voters}


def test_a_count_that_was_killed_at_any_step_is_done_once_by_who_goes_on(served_demo, tmp_path):
    spread = lambda in_all: range(1, in_all + 1, in_all // STEPS)  # noqa: E731
    in_all, tried, faults = hold(served_demo, tmp_path, spread)
    print(f"{tried} of {in_all} steps")
    assert faults == [] and tried >= STEPS and in_all > 100
