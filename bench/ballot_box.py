"""Try to break the secrecy of a ballot box, with everything that can be carried off from it.

    python -m bench.ballot_box --voters 200 --changed 30

A secret vote is held on a real server, over HTTP; after every ballot all its files are copied. Then each
program of tests/attackers.py tries to tell who cast which ballot, there and in a box that was made naively.
It ends with 1 when a program does better than chance with ours, or no better with the naive one.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests import naive_box
from tests.attackers import PROGRAMS
from tests.held_vote import hold
from tests.odds import ALPHA, tries_of
from tests.server import Server
from tests.test_secrecy import naive_casts


def held_and_naive(folder, voters, changed):
    """The two boxes, ours and the naive one, each as (loot, truth)."""
    (folder / "served").mkdir()
    served = Server(folder / "served" / "instance").start()
    served.stop()
    (folder / "ours").mkdir()
    began = time.monotonic()
    held = hold(served, folder / "ours", voters, changed)
    print(f"{voters} voters, {changed} changed ballots, {len(held.loot.copies)} copies of all files,")
    print(f"held in {time.monotonic() - began:.0f} s. Alpha is {ALPHA} for each try.")
    yield "ours", held.loot, held.truth
    yield "naive", *naive_box.hold(folder / "naive", naive_casts(voters, changed))


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--voters", type=int, default=200, help="a multiple of four: each choice as often")
    asked.add_argument("--changed", type=int, default=30)
    asked = asked.parse_args()
    is_right = True
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for box, loot, truth in held_and_naive(folder, asked.voters, asked.changed):
            loot.study(folder / f"study-{box}")
            for program in PROGRAMS:
                tries = tries_of(program, loot, truth, folder / box / program)
                is_right &= any(tried.is_above_chance for tried in tries) is (box == "naive")
                print(f"{box:6} {program:10} {len(tries):4} tries; {words_for(tries)}")
    sys.exit(0 if is_right else 1)


def words_for(tries):
    if not tries or not any(tried.guesses for tried in tries):
        return "nothing to guess by"
    best = tries[0]
    right = f"{best.choices_right} of {best.guesses} guesses right ({best.ballots_right} the very ballot)"
    return f"the best: {right}, by luck {best.luck:.1e}: {best.name}"


if __name__ == "__main__":
    main()
