"""Are opinion groups honest for a small neighbourhood? Simulated neighbourhoods, and the real conversations.

    .venv/bin/python bench/groups.py [--runs 400] [--people 20 40 80 200] [--kinds KIND ...] [--real FOLDER]

Neighbourhoods as in the research notes: 30 statements, of which each person reacts to 60 %, 12 % of that
a pass. Without groups everybody agrees with a statement with the same chance, drawn between 15 and 85 %.

- `nobody differs`: no more than that.
- `yes-sayers`: one person in five agrees with 95 % of everything.
- `always yes`: two persons in five agree with everything, and never pass.
- `tendencies`: each person has an own tendency to agree (normal, 1.2 on the logistic scale).
- `two halves`: on 40 % of the statements one half agrees with 85 % and the other with 15 %, in turn.
- `a quarter`: the same, but one side is a quarter of the people.

Printed: in how many of 100 neighbourhoods groups are shown (the minimum of 30 people apart), the mean
stability, and for planted groups the adjusted Rand index with the truth where they are shown.

With --real: groups of every conversation in the folder in 20 orders of people and statements, and the
adjusted Rand index with the groups that Polis published.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from app.core.opinion import analysis
from app.core.opinion.reactions import Reactions
from app.dialogues.vote_files import read

NULLS = ("nobody differs", "yes-sayers", "always yes", "tendencies")
PLANTED = {"two halves": 0.5, "a quarter": 0.25}
WANTED = {20: 70, 40: 90, 80: 95, 200: 99}


def neighbourhood(kind, n, seed, m=30, answered=0.6, passes=0.12):
    """A matrix of reactions with NaN where there are none, and who is on which side."""
    rng = np.random.default_rng(seed)
    agree = np.tile(rng.uniform(0.15, 0.85, m), (n, 1))
    passing = rng.random((n, m)) < passes
    side = np.zeros(n, dtype=int)
    if kind == "yes-sayers":
        agree[rng.random(n) < 0.2] = 0.95
    elif kind == "always yes":
        always = rng.random(n) < 0.4
        agree[always], passing[always] = 1, False
    elif kind == "tendencies":
        odds = np.log(agree / (1 - agree)) + rng.normal(0, 1.2, n)[:, None]
        agree = 1 / (1 + np.exp(-odds))
    elif kind in PLANTED:
        side[round(n * PLANTED[kind]) :] = 1
        divides = rng.permutation(m)[: int(0.4 * m)]
        high = np.where(rng.random(len(divides)) < 0.5, 0.85, 0.15)
        agree[:, divides] = np.where(side[:, None] == 0, high, 1 - high)
    matrix = np.where(rng.random((n, m)) < agree, 1.0, -1.0)
    matrix[passing] = 0
    matrix[rng.random((n, m)) > answered] = np.nan
    return matrix, side


def one(task):
    kind, n, seed = task
    matrix, side = neighbourhood(kind, n, seed)
    found = shown(Reactions.from_matrix(matrix), seed)
    agreement = adjusted_rand(found.groups, side) if found.k and kind in PLANTED else np.nan
    return found.k, found.p_value, found.stability.overall if found.stability else np.nan, agreement


def shown(reactions, seed=1):
    """What would be shown, were there no minimum number of people."""
    kept, analysis.PEOPLE_NEEDED = analysis.PEOPLE_NEEDED, 0
    try:
        return analysis.analyse(reactions, seed)
    finally:
        analysis.PEOPLE_NEEDED = kept


def adjusted_rand(first, second):
    """How well two groupings agree: 1 the same, 0 by chance (Hubert and Arabie 1985)."""
    _, first = np.unique(first, return_inverse=True)
    _, second = np.unique(second, return_inverse=True)
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)
    together, rows, columns = (
        (part * (part - 1) / 2).sum() for part in (table, table.sum(axis=1), table.sum(axis=0))
    )
    expected = rows * columns / (len(first) * (len(first) - 1) / 2)
    whole = (rows + columns) / 2 - expected
    return (together - expected) / whole if whole else 1.0


def simulate(runs, sizes, kinds):
    print(f"{'neighbourhood':16}{'people':>7}{'shown %':>9}{'k = 2 %':>9}{'p <= 5 %':>10}{'stability':>11}"
          f"{'truth':>7}  bar")  # fmt: skip
    with ProcessPoolExecutor() as pool:
        for n in sizes:
            for kind in kinds:
                rows = list(pool.map(one, [(kind, n, seed) for seed in range(runs)], chunksize=4))
                k, p, stability, truth = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
                rate = 100 * (k > 0).mean()
                bar, fine = "", True
                if kind in NULLS:
                    bar, fine = "at most 7 %", rate <= 7
                elif kind == "two halves":
                    bar, fine = f"at least {WANTED.get(n, 0)} %", rate >= WANTED.get(n, 0)
                told = f"{np.nanmean(truth):7.2f}" if kind in PLANTED and (k > 0).any() else " " * 7
                print(
                    f"{kind:16}{n:7}{rate:9.1f}{100 * (k == 2).mean():9.1f}{100 * (p <= 0.05).mean():10.1f}"
                    f"{np.nanmean(stability):11.2f}{told}  {bar}{'' if fine else '  MISSED'}",
                    flush=True,
                )


def real(folder, orders=20):
    print(
        f"{'conversation':40}{'people':>7}{'k':>3}{'p':>7}{'stability':>10}{'same in orders':>15}{'ARI':>6}"
    )
    for path in sorted(folder.glob("*/participants-votes.csv")):
        votes = read(path)
        found = analysis.analyse(votes.reactions, minimum=False)
        rng, same = np.random.default_rng(1), 0
        for _ in range(orders):
            order = [rng.permutation(size) for size in votes.reactions.shape]
            again = analysis.analyse(votes.reactions.in_order(*order), minimum=False)
            same += bool((again.groups == found.groups[order[0]]).all())
        placed = dict(zip(votes.reactions.people, found.groups.tolist(), strict=True))
        both = [person for person in votes.given_groups if placed[person] >= 0]
        agreement = adjusted_rand(
            np.array([placed[person] for person in both]), np.array([votes.given_groups[one] for one in both])
        )
        print(
            f"{path.parent.name:40}{len(placed):7}{found.k:3}{found.p_value:7.3f}"
            f"{found.stability.overall:10.2f}{same:6} of {orders}{agreement:6.2f}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--people", type=int, nargs="*", default=[20, 40, 80, 200])
    parser.add_argument("--kinds", nargs="*", default=[*NULLS, *PLANTED])
    parser.add_argument("--real", type=Path)
    told = parser.parse_args()
    if told.real:
        real(told.real)
    else:
        simulate(told.runs, told.people, told.kinds)


if __name__ == "__main__":
    main()
