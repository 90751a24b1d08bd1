"""How fast opinion groups are, and how much memory they take, beside red-dwarf 0.4.0 in one run.

    .venv/bin/python bench/opinion.py [--other PYTHON] [--people 2000 5000 10000 30000] [--statements 896]

red-dwarf pins other versions than ours and brings scikit-learn, pandas and more, so it is not in our
locks. Put it in an environment of its own, and name that one's Python:

    python3.11 -m venv DIR && DIR/bin/pip install red-dwarf==0.4.0
    .venv/bin/python bench/opinion.py --other DIR/bin/python

The votes are made: two sides, and each person reacts to about 100 of the statements. Each program runs
in a process of its own and gets the same votes as a file of numbers. CPU seconds and wall seconds are
those of the analysis; memory is the most that the whole process held, imports and votes included. Ours
does more: it also tests against chance and for stability. What those two cost is not in `map s`: the CPU
seconds of the map, the groups and the lists alone.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent


def make(path, people, statements, each=100):
    """Votes of two sides, as three columns of numbers: person, statement, value."""
    import numpy as np

    rng = np.random.default_rng(people)
    with open(path, "wb") as file:
        side = rng.random(people) < 0.45
        lean = rng.uniform(0.2, 0.8, statements)
        divides = rng.random(statements) < 0.4
        for first in range(0, people, 1000):
            size = min(1000, people - first)
            given = rng.random((size, statements)) < min(1, each / statements)
            high = np.where(side[first : first + size, None], 0.85, 0.15)
            agree = np.where(divides, high, lean)
            value = np.where(rng.random(given.shape) < agree, 1, -1)
            value[rng.random(given.shape) < 0.12] = 0
            row, column = np.nonzero(given)
            np.stack([row + first, column, value[row, column]], axis=1).astype(np.int32).tofile(file)


def ours(path, people, statements):
    app = sys.modules["app"] = ModuleType("app")  # the calculation without the web server around it
    app.__path__ = [str(ROOT / "app")]
    import numpy as np

    from app.core.opinion.analysis import analyse, describe
    from app.core.opinion.grouping import candidates
    from app.core.opinion.projection import draw
    from app.core.opinion.reactions import Reactions

    def without_doubts(reactions):
        best = max(candidates(draw(reactions).places, seed=1), key=lambda grouping: grouping.silhouette)
        return describe(reactions, best.groups, best.k).priorities

    def run():
        cells = np.memmap(path, dtype=np.int32, mode="r").reshape(-1, 3)
        parts = cells[:, 0].copy(), cells[:, 1].astype(np.int32), cells[:, 2].astype(np.int8)
        del cells
        reactions = Reactions.from_arrays(range(people), range(statements), *parts)
        del parts
        k, used = analyse(reactions).k, time.process_time()
        without_doubts(reactions)
        return k, time.process_time() - used

    return run


def theirs(path, people, statements):
    import numpy as np
    from reddwarf.implementations.polis import run_pipeline

    cells = np.fromfile(path, dtype=np.int32).reshape(-1, 3).tolist()
    votes = [dict(zip(("participant_id", "statement_id", "vote"), cell, strict=True)) for cell in cells]
    del cells

    def run():
        return len(run_pipeline(votes=votes).group_comment_stats.index.levels[0]), 0

    return run


def measure(which, path, people, statements):
    run = {"ours": ours, "theirs": theirs}[which](path, people, statements)
    wall, used = time.perf_counter(), time.process_time()
    k, map_only = run()
    print(
        json.dumps(
            {
                "k": k,
                "cpu": time.process_time() - used - map_only,
                "map": map_only,
                "wall": time.perf_counter() - wall - map_only,
                "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def ask(python, which, path, people, statements):
    done = subprocess.run(
        [
            python,
            __file__,
            "--measure",
            which,
            path,
            "--people",
            str(people),
            "--statements",
            str(statements),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1:]}
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--other", help="the Python of an environment with red-dwarf")
    parser.add_argument("--people", type=int, nargs="*", default=[300, 2000, 5000, 10000, 30000])
    parser.add_argument("--statements", type=int, default=896)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.measure:
        measure(*told.measure, told.people[0], told.statements)
        return
    print(f"{'people':>7}{'votes':>10}{'CPU s':>8}{'map s':>8}{'wall s':>8}{'MB':>6}{'k':>3}   red-dwarf")
    before = None
    for people in told.people:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "votes")
            make(path, people, told.statements)
            votes = Path(path).stat().st_size // 12
            own = ask(sys.executable, "ours", path, people, told.statements)
            if "error" in own:
                sys.exit(str(own["error"]))
            line = f"{people:7}{votes:10}{own['cpu']:8.2f}{own['map']:8.2f}{own['wall']:8.2f}"
            line += f"{own['mb']:6.0f}{own['k']:3}"
            if told.other:
                other = ask(told.other, "theirs", path, people, told.statements)
                if "error" in other:
                    line += f"   {other['error']}"
                else:
                    line += f"   {other['cpu']:.2f} {other['wall']:.2f} {other['mb']:.0f}; "
                    line += f"CPU x{other['cpu'] / own['cpu']:.1f}, MB x{other['mb'] / own['mb']:.1f}"
            if before:
                line += f"; {votes / before[0]:.1f} x the votes take {own['cpu'] / before[1]:.1f} x the time"
            print(line, flush=True)
            before = votes, own["cpu"]


if __name__ == "__main__":
    main()
