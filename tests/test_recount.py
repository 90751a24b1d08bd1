"""Anybody can count a published vote again: with one Python file in an empty folder, or with our command."""

import ast
import re
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.core.published import canonical, outcome_of, read_published, recount, write_published
from app.core.tally import METHODS, Rule
from app.core.tally.notation import write_choice
from app.votes.recount import file_name, script_for

from .core.tally.elections import READ

CAST = {
    "yes_no": ["1", "1", "1", "2", "3"],
    "set": ["1,3", "3", "", "1,2,3", "3", "2"],
    "ranking": ["1>2>3", "2>1=3", "", "3", "1>3", "2>3>1"],
    "grades": ["1:2,2:1", "3:2", "", "1:0,2:2,3:1", "1:1"],
}
RULE = Rule(electorate=20, seats=1, credits=9, budget=500, costs={1: 200, 2: 300, 3: 400}, priority=(2, 3, 1))


def published(method, cast=None, paper=None, rule=RULE):
    """A file as a vote by this method publishes it."""
    kind, options = METHODS[method].KIND, (1, 2, 3)
    cast = CAST.get(method) or CAST[kind] if cast is None else cast
    spec = canonical(
        {
            "question": "Waar komt de bank?",
            "options": [{"number": n, "label": f"Plek {n}", "cost": RULE.costs[n]} for n in options],
            "method": method,
            "rule": asdict(rule),
        }
    )
    ballots = [(f"RCPT{place:04}", ballot) for place, ballot in enumerate(cast)]
    everything = Counter(READ[kind](ballot) for ballot in cast)
    for ballot, number in (paper or {}).items():
        everything[READ[kind](ballot)] += number
    tally = METHODS[method].count(everything, options, rule)
    return write_published(spec, paper or {}, ballots, outcome_of(tally))


def run_alone(folder, method, *arguments):
    """Run the one file with a bare Python: no site-packages, no environment, nothing of ours."""
    command = [sys.executable, "-I", "-S", file_name(method), *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("method", METHODS)
def test_one_file_in_an_empty_folder_counts_again(tmp_path, method):
    (tmp_path / file_name(method)).write_text(script_for(method), encoding="utf-8")
    text = published(method, paper={CAST.get(method, CAST[METHODS[method].KIND])[0]: 2})
    (tmp_path / "ballots.txt").write_text(text, encoding="utf-8")
    right = run_alone(tmp_path, method, "ballots.txt", "--sha256", sha256(text.encode()).hexdigest())
    assert right.returncode == 0 and right.stderr == ""
    assert right.stdout.startswith("Waar komt de bank?\n") and "of which on paper: 2." in right.stdout
    assert right.stdout.endswith("This is just what the file says.\n")
    said = recount(text.encode(), METHODS)[0]
    assert right.stdout == "\n".join(said) + "\n"
    (tmp_path / "ballots.txt").write_text(text.replace("RCPT0001;", "RCPT9991;"), encoding="utf-8")
    wrong = run_alone(tmp_path, method, "ballots.txt")
    assert wrong.returncode == 1 and "Ballots were changed, added or left out" in wrong.stdout


def test_the_file_says_how_it_is_used(tmp_path):
    (tmp_path / file_name("irv")).write_text(script_for("irv"), encoding="utf-8")
    for arguments in ([], ["a", "b"], ["a", "--sha", "b"]):
        used = run_alone(tmp_path, "irv", *arguments)
        assert used.returncode == 1 and "python3 recount_irv.py BALLOTS [--sha256 SHA256]" in used.stderr
    (tmp_path / "ballots.txt").write_text(published("stv"), encoding="utf-8")
    other_method = "it was counted by stv, and here we count by irv"
    for name, says in (("none.txt", "No such file"), ("ballots.txt", other_method)):
        trouble = run_alone(tmp_path, "irv", name)
        assert says in trouble.stderr and "Traceback" not in trouble.stderr and trouble.returncode == 1


@pytest.mark.parametrize("method", METHODS)
def test_the_file_holds_our_very_lines_and_no_name_twice(method):
    script = script_for(method)
    assert "app.core" not in "\n".join(line for line in script.splitlines() if "import" in line)
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names)
    defined = [
        node.name for node in ast.parse(script).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert len(defined) == len(set(defined)), Counter(defined).most_common(2)
    # The method's own lines, as they stand in its module.
    own = METHODS[method].count.__code__
    source = Path(own.co_filename).read_text(encoding="utf-8").splitlines()
    assert "\n".join(source[own.co_firstlineno - 1 : own.co_firstlineno + 6]) in script


# What was altered is found


@given(st.data())
@settings(max_examples=120)
def test_one_ballot_altered_added_or_left_out_is_found(data):
    text = published("schulze", cast=["1>2>3"] * 5 + ["2>1", "3", ""])
    lines = text.splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if not line.startswith("#"))
    place = data.draw(st.integers(start, len(lines) - 1))
    other = data.draw(st.sampled_from(["3>2>1", "2", "", "1=2", "1>2"]))
    act = data.draw(st.sampled_from(["alter", "add", "drop", "receipt", "twice"]))
    receipt, ballot = lines[place].rstrip("\n").split(";")
    if act == "alter":
        lines[place] = f"{receipt};{other if other != ballot else '3>1'}\n"
    elif act == "add":
        lines.insert(place, f"RCPT9{data.draw(st.integers(100, 999))};{other}\n")
    elif act == "drop":
        del lines[place]
    elif act == "receipt":
        lines[place] = f"{receipt[:-1]}X;{ballot}\n"
    else:
        lines.insert(place, lines[place])
    altered = "".join(lines)
    said, is_right = recount(altered.encode(), METHODS)
    assert not is_right and "Ballots were changed, added or left out: their SHA-256 is another one." in said


def test_who_writes_all_hashes_anew_is_found_by_the_hash_that_was_published():
    right = published("approval")
    forged = published("approval", cast=[*CAST["set"], "2"])
    assert recount(forged.encode(), METHODS)[1]
    said, is_right = recount(forged.encode(), METHODS, sha256(right.encode()).hexdigest())
    assert not is_right and any("This is not the file that was published" in line for line in said)


def test_another_outcome_rule_or_paper_count_is_found():
    text = published("approval", paper={"1": 2})
    for old, new, says in (
        ('"winners":[1,3]', '"winners":[2]', "The file says something else about: winners."),
        ('"counts":{"1":4', '"counts":{"1":5', "The file says something else about: counts."),
        ('"seats":1', '"seats":2', "What was voted on was changed"),
        ('# paper: {"1":2}', '# paper: {"1":3}', "Ballots were changed, added or left out"),
    ):
        assert old in text
        said, is_right = recount(text.replace(old, new).encode(), METHODS)
        assert not is_right and any(line.startswith(says) for line in said), old


def test_lines_that_end_as_on_windows_count_the_same_but_are_another_file():
    text = published("stv")
    turned = text.replace("\n", "\r\n").encode()
    assert recount(turned, METHODS)[1]
    assert not recount(turned, METHODS, sha256(text.encode()).hexdigest())[1]


def test_a_vote_without_ballots_or_receipts_is_counted_too():
    none = published("irv", cast=[])
    assert recount(none.encode(), METHODS)[1] and read_published(none).ballots == {}
    without = write_published("{}", {}, [("", "2"), ("", "1")], {})
    assert without.endswith("\n;1\n;2\n")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: "", "the first line is not"),
        (lambda text: text.replace("# buurtstem", "# other", 1), "the first line is not"),
        (lambda text: text.replace("RCPT0000;", "RCPT0000"), "is not 'receipt;ballot'"),
        (lambda text: text.replace("# outcome: {", "# outcome: {{"), "behind '# outcome' cannot be read"),
        (lambda text: re.sub("# paper: .*\n", "", text), "'# paper: ...' is missing"),
        (lambda text: text.replace('"options"', '"choices"'), "what was voted on cannot be read"),
        (lambda text: text.replace('"method":"approval"', '"method":"other"'), "it was counted by other"),
        (lambda text: text.replace(";1,3\n", ";3,1\n"), "ascending"),
        (lambda text: text.replace(";1,3\n", ";1,9\n"), "choose from the options"),
    ],
)
def test_what_is_no_such_file_gets_one_sentence(tmp_path, change, says):
    path = tmp_path / "ballots.txt"
    path.write_text(change(published("approval")))
    result = CliRunner().invoke(main, ["recount", str(path)])
    assert result.exit_code == 1 and says in result.output and result.output.count("\n") == 1


def test_our_own_commands_do_the_same(tmp_path):
    path = tmp_path / "ballots.txt"
    text = published("borda")
    path.write_text(text)
    mark = sha256(text.encode()).hexdigest()
    result = CliRunner().invoke(main, ["recount", str(path), "--sha256", mark.upper()])
    assert result.exit_code == 0 and "Winners: Plek" in result.output
    assert CliRunner().invoke(main, ["recount", str(path), "--sha256", "0" * 64]).exit_code == 1
    script = CliRunner().invoke(main, ["recount-script", "ranked-pairs"])
    assert script.output == script_for("ranked_pairs")
    tally = CliRunner().invoke(main, ["tally", "borda", str(path), "--json"])
    assert tally.exit_code == 0 and '"winners"' in tally.output
    assert "needs them" in CliRunner().invoke(main, ["tally", "score", str(path)]).output


def test_a_choice_is_written_and_read_by_its_kind():
    for method in METHODS.values():
        for text in CAST[method.KIND]:
            assert write_choice(method.KIND, READ[method.KIND](text)) == text
