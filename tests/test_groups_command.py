"""`buurtstem groups`: opinion groups in a file of votes, and clear words about a wrong file."""

import csv
import io
import json

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli import main
from tests.core.test_opinion import planted
from tests.reference import reference

STABLE = (
    "austria-climate.2vkxcncppn.2022-07-07",
    "austria-climate.5twd2jsnkf.2022-08-08",
    "scoop-hivemind.biodiversity",
    "scoop-hivemind.taxes",
    "vtaiwan.uberx",
)


def run(*arguments):
    return CliRunner().invoke(main, ["groups", *map(str, arguments)])


def told(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def cell(value):
    return "" if np.isnan(value) else str(int(value))


def wide(path, matrix, groups=None, people=None, statements=None):
    people = people or [f"p{row}" for row in range(len(matrix))]
    statements = statements or list(range(matrix.shape[1]))
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["participant", "group-id", "n-votes", *statements])
    for row, person in enumerate(people):
        writer.writerow([person, groups[row] if groups else "", "", *map(cell, matrix[row])])
    path.write_text(rows.getvalue())
    return path


@pytest.fixture
def file(tmp_path):
    return wide(tmp_path / "participants-votes.csv", planted(40, 20, 0.8))


def test_two_groups_of_twenty_are_found_and_told_in_one_object(file):
    found = told(file)
    assert list(found) == ["k", "groups", "representative", "consensus", "p_value", "stability", "note"]
    assert found["k"] == 2 and found["p_value"] <= 0.05 and found["stability"] >= 0.6
    sides = [[found["groups"][f"p{row}"] for row in part] for part in (range(20), range(20, 40))]
    assert {max(side, key=side.count) for side in sides} == {"A", "B"}
    assert all(max(side.count("A"), side.count("B")) >= 18 for side in sides)
    assert all(set(held) <= set(range(20)) and held for held in found["representative"].values())
    assert run(file).output.startswith("The groups are stable.")


def test_fewer_than_thirty_people_get_no_groups_unless_for_research(tmp_path):
    file = wide(tmp_path / "votes.csv", planted(24, 20, 0.9))
    few = told(file)
    assert few["k"] == 0 and few["groups"] == {} and "Fewer than 30" in few["note"]
    assert told(file, "--no-minimum")["k"] == 2


def test_people_without_a_side_get_no_groups(tmp_path):
    rng = np.random.default_rng(5)
    noise = rng.choice([1.0, -1.0, 0.0], (60, 20))
    found = told(wide(tmp_path / "votes.csv", noise))
    assert found["k"] == 0 and found["p_value"] > 0.05 and "No clear groups" in found["note"]


def test_the_long_columns_say_the_same_and_the_later_vote_counts(tmp_path, file):
    matrix = planted(40, 20, 0.8)
    lines = ["timestamp,datetime,comment-id,voter-id,vote"]
    for row, column in zip(*np.nonzero(~np.isnan(matrix)), strict=True):
        value = int(matrix[row, column])
        lines += [f"2,then,{column},p{row},{value}", f"1,before,{column},p{row},{-value}"]
    (tmp_path / "votes.csv").write_text("\n".join(lines))
    assert told(tmp_path / "votes.csv") == told(file)


def test_order_renaming_and_the_silent_change_nothing_but_labels(tmp_path, file):
    matrix, rng = planted(40, 20, 0.8), np.random.default_rng(7)
    people, statements = rng.permutation(40), rng.permutation(20)
    other = wide(
        tmp_path / "other.csv",
        np.vstack([matrix[people][:, statements], np.full((1, 20), np.nan)]),
        people=[f"Q{900 - row}" for row in people] + ["silent"],
        statements=[int(500 - column) for column in statements],
    )
    first, second = told(file), told(other)
    assert second["groups"] == {f"Q{900 - int(name[1:])}": group for name, group in first["groups"].items()}
    for group, held in first["representative"].items():
        assert set(second["representative"][group]) == {500 - number for number in held}
    assert (first["p_value"], first["stability"]) == (second["p_value"], second["stability"])


def test_given_groups_are_described_as_they_are(tmp_path):
    matrix = planted(20, 10, 1)
    file = wide(tmp_path / "votes.csv", matrix, groups=["7"] * 8 + ["x"] * 8 + [""] * 4)
    found = told(file, "--given-groups")
    assert found["k"] == 2 and list(found["representative"]) == ["7", "x"] and len(found["groups"]) == 16


def test_statements_moderated_out_are_not_named(tmp_path, file):
    assert told(file)["representative"]
    named = {number for held in told(file)["representative"].values() for number in held}
    out = sorted(named)[0]
    (tmp_path / "comments.csv").write_text(f"comment-id,moderated\n{out},-1\n")
    found = told(file)
    assert out not in {number for held in found["representative"].values() for number in held}
    assert "1 statements" in found["note"] or "1 statement" in found["note"]


@pytest.mark.parametrize(
    "content, complaint",
    [
        ("", "the file is empty"),
        ("a;b;c\n1;2;3\n", "the columns are not those of a Polis export"),
        ("participant,group-id\n1,0\n", "there is no column of a statement"),
        ("participant,0,1\n1,1\n", "line 2: the row has 2 cells; 3 are needed"),
        ("participant,0,1\n1,1,2\n", "line 2: a vote must be 1, -1 or 0, but one is '2'"),
        ("participant,0,0\n1,1,1\n", "the column '0' is there twice"),
        ("participant,0\n1,1\n1,0\n", "line 3: the participant '1' is there twice"),
        ("participant,0\n,1\n", "line 2: there is no participant"),
        ('participant,0\n"1,1\n', "the row cannot be read"),
        ("participant,0\n\udcff,1\n", "the text is not UTF-8"),
        ("comment-id,voter-id,vote\nx,1,1\n", "the comment-id must be a whole number"),
        ("comment-id,voter-id,vote\n1,1,yes\n", "a vote must be 1, -1 or 0, but one is 'yes'"),
        ("timestamp,comment-id,voter-id,vote\nnoon,1,1,1\n", "the timestamp must be a whole number"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_the_reason(tmp_path, content, complaint):
    path = tmp_path / "votes.csv"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    result = run(path, "--json")
    assert result.exit_code == 1
    assert complaint in result.output and "Traceback" not in result.output


def test_a_missing_file_and_missing_groups_are_told(tmp_path, file):
    assert "the file is missing" in run(tmp_path / "nothing.csv").output
    (tmp_path / "votes.csv").write_text("comment-id,voter-id,vote\n1,1,1\n")
    result = run(tmp_path / "votes.csv", "--given-groups")
    assert result.exit_code == 1 and "no column 'group-id'" in result.output


@pytest.mark.parametrize(
    "content",
    ["participant,0\n", "participant,0\n1,\n", "participant,0\n1,1\n", "comment-id,voter-id,vote\n"],
)
@pytest.mark.parametrize("option", ["--json", "--no-minimum", "--given-groups"])
def test_nearly_nothing_gives_no_groups_and_no_fright(tmp_path, content, option):
    (tmp_path / "votes.csv").write_text(content)
    result = run(tmp_path / "votes.csv", option)
    assert ("Traceback" not in result.output and result.exception is None) or result.exit_code == 1


@pytest.mark.parametrize("name", STABLE)
def test_groups_agree_with_published_ones_where_those_are_stable(name):
    path = reference(f"polis/{name}/participants-votes.csv")
    with path.open(newline="") as lines:
        published = {
            line["participant"]: line["group-id"] for line in csv.DictReader(lines) if line["group-id"]
        }
    found = told(path)["groups"]
    both = sorted(published.keys() & found.keys())
    assert adjusted_rand([found[one] for one in both], [published[one] for one in both]) >= 0.8


def adjusted_rand(first, second):
    """How well two groupings agree: 1 the same, 0 by chance (Hubert and Arabie 1985)."""
    table = np.zeros((len(set(first)), len(set(second))))
    np.add.at(table, (np.unique(first, return_inverse=True)[1], np.unique(second, return_inverse=True)[1]), 1)
    together, rows, columns = (
        (part * (part - 1) / 2).sum() for part in (table, table.sum(axis=1), table.sum(axis=0))
    )
    expected = rows * columns / (len(first) * (len(first) - 1) / 2)
    return (together - expected) / ((rows + columns) / 2 - expected)
