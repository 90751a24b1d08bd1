"""What counting participatory budgets takes: ours, and pabutools beside it where it is installed.

    .venv/bin/python bench/budget.py FOLDER [--rule mes_cost] [--completion add1]
        [--pabutools PYTHON] [--against NAME ...] [--runs 1] [--typed] [--seconds 600]

FOLDER holds Pabulib files (.pb). Every count is a process of its own, from its start to its end: reading
the file, counting, telling the winners. CPU seconds and peak memory are what the system says of it; of
several runs the quickest, because what a busy machine adds belongs to neither. Python may keep what it
compiled, ours and theirs, as it does once a package is installed. With `--typed` ours is what an operator
types, `buurtstem tally`, with all that checks the file and tells the rounds.

pabutools is GPL-3.0 and brings solvers with it, so it has no place among our packages. To compare, put it
into an environment of its own and name that one's Python:

    python3 -m venv elsewhere && elsewhere/bin/pip install pabutools
    .venv/bin/python bench/budget.py FOLDER --pabutools elsewhere/bin/python --against Swiecie_2023

With `add1` pabutools stops also when nothing more fits. `same` says whether the winners are equal when ours
stops there too; the time of ours is that of the rule as we have it.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

ONE = Path(__file__).parent / "one_budget.py"
OURS = [sys.executable, "-S", ONE]  # it needs no packages, so it looks for none
COMPILED_ONCE = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def ours(path, told):
    if not told.typed:
        return quickest([*OURS, path, told.rule, told.completion, "ours"], told)
    command = [Path(sys.executable).parent / "buurtstem", "tally", told.rule.replace("_", "-"), path]
    found, *used = quickest([*command, "--completion", told.completion, "--json"], told)
    return found and seen_in(found), *used


def seen_in(found):
    """The same figures as `one_budget.py` tells, from what the command says."""
    figures = {"voters": found["ballots"], "projects": len(found["options"])}
    return figures | {"increments": found["rounds"][0].get("increments", 0)}


def quickest(command, told):
    """What a process printed, its CPU seconds and its peak memory in MB, in the quickest of its runs."""
    return min([measured(command, told.seconds) for _ in range(told.runs)], key=lambda run: run[1])


def measured(command, seconds):
    """The same of one run. It printed None when it took too long."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*map(str, command)], env=COMPILED_ONCE, **streams)
    late = threading.Timer(seconds, os.kill, (process.pid, signal.SIGKILL))
    late.start()
    printed = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    found = json.loads(printed) if process.returncode == 0 else None
    return found, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def compare(folder, told):
    print(f"{'file':44}{'voters':>8}{'projects':>9}{'increments':>11}{'CPU s':>8}{'MB':>6}", end="")
    print(f"{'pabutools s':>13}{'MB':>7}{'times':>8}{'memory':>8}  same" if told.pabutools else "")
    spent, slowest, largest = 0, 0, 0
    for path in sorted(folder.glob("*.pb")):
        if told.only and not any(name in path.stem for name in told.only):
            continue
        asked = (path, told.rule, told.completion)
        found, seconds, memory = ours(path, told)
        spent, slowest, largest = spent + seconds, max(slowest, seconds), max(largest, memory)
        line = f"{path.stem[:43]:44}" + (
            f"{found['voters']:8}{found['projects']:9}{found['increments']:11}" if found else " " * 28
        )
        line += f"{seconds:8.2f}{memory:6.0f}"
        if told.pabutools and any(name in path.stem for name in told.against):
            theirs, other, most = quickest([told.pabutools, ONE, *asked, "pabutools"], told)
            stopping, _, _ = measured([*OURS, *asked, "stopping"], told.seconds)
            same = "stopped" if not theirs else "yes" if theirs["winners"] == stopping["winners"] else "NO"
            line += f"{other:13.2f}{most:7.0f}{other / seconds:8.1f}{most / memory:8.1f}  {same}"
        print(line, flush=True)
    print(f"All together {spent:.1f} CPU seconds; the slowest {slowest:.2f}, the largest {largest:.0f} MB.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rule", default="mes_cost", choices=("greedy", "mes_cost", "mes_cardinality"))
    parser.add_argument("--completion", default="add1", choices=("none", "add1", "add1u", "utilitarian"))
    parser.add_argument("--pabutools", help="the Python of an environment that has pabutools")
    parser.add_argument("--against", nargs="*", default=["Swiecie_2023"], help="parts of names of files")
    parser.add_argument("--only", nargs="*", help="parts of names of files")
    parser.add_argument("--runs", type=int, default=1, help="how often each is counted")
    parser.add_argument("--typed", action="store_true", help="ours as the command that people type")
    parser.add_argument("--seconds", type=int, default=600, help="a count that takes longer is stopped")
    told = parser.parse_args()
    compare(told.folder, told)


if __name__ == "__main__":
    main()
