"""`buurtstem tally` on Pabulib files: every type of vote, and clear words about a wrong file."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from app.cli import main
from tests.reference import reference

HEAD = """META
key;value
budget;100
vote_type;{type}
num_projects;3
num_votes;4
PROJECTS
cost;project_id;name
60;b;Bench
50.00;a;Apple tree
10.50;10;Sign
VOTES
voter_id;vote;points
"""
VOTES = "1;a,b;5,2\n2;b,10;0,3\n3;b;1\n4;;\n"


def run(*arguments):
    return CliRunner().invoke(main, ["tally", *map(str, arguments)])


@pytest.fixture
def write(tmp_path):
    def write(votes=VOTES, type="approval", **changed):
        text = HEAD.format(type=type) + votes
        for old, new in changed.items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "a.pb"
        path.write_text(text)
        return path

    return write


def told(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_projects_have_the_ids_of_the_file(write):
    found = told("greedy", write())
    assert found["winners"] == ["b", "10"] and found["scores"] == {"b": 3, "a": 1, "10": 1}
    assert found["rounds"][0] | {"equal": None} == {
        "stage": "added", "option": 1, "votes": 3, "cost": 6000, "left": 4000, "equal": None
    }  # fmt: skip


def test_equal_shares_and_what_they_do_with_the_rest(write):
    """Shares of 25 buy the bench for 20 each; of 31 the sign too; of 70 also the tree, which is too much."""
    assert told("mes-cost", write())["winners"] == ["b"]
    assert told("mes-cost", write(), "--completion", "utilitarian")["winners"] == ["b", "10"]
    grown = told("mes-cost", write(), "--completion", "add1")
    assert grown["winners"] == ["b", "10"] and grown["rounds"][0]["share"] == "6900"
    assert "Won: b, 10." in run("mes-cost", write(), "--completion", "add1u").output
    assert "Nothing won." in run("mes-cardinality", write(**{"budget;100": "budget;1"})).output


@pytest.mark.parametrize("type", ["approval", "choose-1", "knapsack", "ordinal", "cumulative", "scoring"])
def test_what_a_ballot_names_it_chooses(write, type):
    assert told("mes-cost", write(type=type))["scores"] == {"b": 3, "a": 1, "10": 1}
    assert told("approval", write(type=type))["winners"] == ["b"]


def test_a_file_that_ranks_or_gives_points_can_be_counted_so(write):
    assert told("borda", write(type="ordinal"))["winners"] == ["b"]
    assert told("score", write(type="scoring"))["scores"] == {"b": 3, "a": 5, "10": 3}
    assert "grades" in run("score", write()).output


def test_equals_are_decided_by_ids_as_text(write):
    assert told("greedy", write(**{"60;b": "50;b"}, votes="1;a,b;\n2;a,b;\n3;;\n4;;\n"))["winners"] == [
        "a",
        "b",
    ]
    found = told("greedy", write(votes="1;a,b;\n2;a,b;\n3;;\n4;;\n"))
    assert (found["winners"], found["tied"]) == (["a"], ["b", "a"])


def test_amounts_are_never_rounded(write):
    """Shares of 25 buy the bench for 75 and not for a thousandth more; then the sign is bought alone."""
    assert told("mes-cost", write(**{"60;b": "75;b"}))["winners"] == ["b"]
    assert told("mes-cost", write(**{"60;b": '"75,00";b'}))["winners"] == ["b"]
    assert told("mes-cost", write(**{"60;b": "75.001;b"}))["winners"] == ["10"]
    grown = told("mes-cost", write(**{"60;b": "75.001;b"}), "--completion", "add1")
    assert (grown["winners"], grown["rounds"][1]["price"]) == (["b", "10"], "75001/3")  # in thousandths


def test_a_file_that_went_through_a_spreadsheet(write):
    path = write(Sign='"Sign; with ""a star"""')
    wide = write(Sign='"Sign; with ""a star"""').read_text().replace("\n", ";;;\n").replace("\n", "\r\n")
    path.write_text(wide, encoding="utf-8-sig")
    assert told("mes-cost", path) == told("mes-cost", write())


@pytest.mark.parametrize(
    "change, said",
    [
        ({"budget;100": "purse;100"}, "no line 'budget'"),
        ({"budget;100": "budget;much"}, "the budget must be an amount"),
        ({"type": "lottery"}, "the vote_type 'lottery' is not known"),
        ({"60;b": "60;a"}, "the project 'a' is there twice"),
        ({"60;b": "60;"}, "there is no project_id"),
        ({"60;b": "-6;b"}, "the cost must be an amount"),
        ({"2;b,10": "1;b,10"}, "the voter '1' is there twice"),
        ({"2;b,10": "2;b,11"}, "the project '11' is not in the section PROJECTS"),
        ({"num_votes;4": "num_votes;5"}, "num_votes is 5, but the file has 4"),
        ({"type": "scoring", "5,2": "5"}, "needs points"),
        ({"type": "scoring", "5,2": "5,-2"}, "needs points"),
        ({"type": "cumulative", "points": "marks"}, "needs points"),
        ({"VOTES": "BALLOTS"}, "row has 1 cells"),
    ],
)
def test_a_wrong_file_is_told(write, change, said):
    result = run("greedy", write(**change))
    assert result.exit_code and said in result.output


def test_a_town_by_its_file():
    file = reference("pabulib/Netherlands_Assen_2024.pb")
    found = told("mes-cost", file, "--completion", "add1")
    assert found["winners"] == ["3", "9", "11", "2", "13", "14", "5", "6", "12"]


def test_counting_a_file_loads_no_web_application(write):
    """So it starts at once, in a fifth of the memory."""
    asked = ["tally", "mes-cost", str(write()), "--completion", "add1"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app.cli", *asked], capture_output=True, text=True
    )
    assert "Won: b, 10." in done.stdout and "app.core.tally.mes_cost" in done.stderr
    for large in ("flask", "sqlalchemy", "numpy", "app.db"):
        assert f" {large}\n" not in done.stderr
