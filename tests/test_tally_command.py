"""`buurtstem tally`: ballots in files from elsewhere, known winners, and clear words about a wrong file."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.core.tally import METHODS, Rule
from app.votes import abif, preflib
from tests.reference import reference

HEAD = "# TITLE: A choice\n# NUMBER ALTERNATIVES: 3\n"
NAMED = HEAD + "# ALTERNATIVE NAME 1: Anna\n# ALTERNATIVE NAME 2: Bram\n# ALTERNATIVE NAME 3: Chris\n"


def run(*arguments):
    return CliRunner().invoke(main, ["tally", *map(str, arguments)])


def told(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_count_as_one_object(write):
    found = told("irv", write("a.soi", NAMED + "3: 1,2,3\n2: 2,1\n2: 3,2\n"))
    assert list(found) == ["method", "winners", "tied", "reason", "ballots", "scores", "options", "rounds"]
    assert (found["method"], found["winners"], found["tied"], found["ballots"]) == ("irv", [1], [2, 3], 7)
    assert found["scores"] == {"1": 3, "2": 2, "3": 2}
    assert found["options"] == {"1": 1, "2": 2, "3": 3}
    assert found["rounds"][0]["could_win"] == [1, 2]


def test_a_count_for_people(write):
    file = write("a.abif", "3:Anna>Bram\n1:Bram\n")
    assert run("borda", file).output == "4 ballots, counted by borda.\nWon: Anna.\n  Anna  3\n  Bram  1\n"
    assert "Equal: Anna, Bram." in run("schulze", write("b.abif", "1:Anna>Bram\n1:Bram>Anna\n")).output
    assert (
        "Equal, where the rule decided: 2, 3."
        in run("irv", write("c.soi", NAMED + "3: 1\n2: 2,3\n2: 3,2\n")).output
    )
    assert "Nobody won" in run("irv", write("d.soi", NAMED)).output


def test_ids_are_those_of_the_file_in_whatever_order_they_stand(write):
    head = "# ALTERNATIVE NAME 9: Nine\n# ALTERNATIVE NAME 4: Four\n# ALTERNATIVE NAME 7: Seven\n"
    found = told("schulze", write("a.soc", head + "2: 7,4,9\n1: 9,4,7\n"))
    assert found["winners"] == [7] and found["options"] == {"1": 4, "2": 7, "3": 9}


@pytest.mark.parametrize(
    "ballots",
    [
        "3: 1,2,3\r\n2: 2,{1,3}\r\n",
        "\n# a remark: indeed\n3:1,2,3\n\n2 : 2 , { 1 , 3 }\n",
        "1: 1,2,3\n2: 2,{3,1}\n2: 1,2,3\n0: 3,2,1\n",
        "3: 1,2\n2: 2\n",
    ],
)
def test_the_same_ballots_in_other_words(write, ballots):
    duels = {"1": {"2": 3, "3": 3}, "2": {"1": 2, "3": 5}, "3": {"1": 0, "2": 0}}
    assert told("schulze", write("a.toi", NAMED + ballots))["rounds"][0]["duels"] == duels


def test_a_byte_order_mark_and_capitals_are_no_obstacle(write):
    assert told("irv", write("A.SOI", b"\xef\xbb\xbf" + NAMED.encode() + b"2: 2\n"))["winners"] == [2]


def test_without_names_the_number_of_alternatives_is_enough(write):
    assert told("irv", write("a.soi", HEAD + "2: 3\n"))["options"] == {"1": 1, "2": 2, "3": 3}


def test_no_ballots_and_empty_ballots_have_no_winner(write):
    for text in (NAMED, NAMED + "4:\n", NAMED + "4: \n"):
        for method in ("irv", "schulze", "ranked-pairs", "borda", "stv", "approval"):
            found = told(method, write("a.soi", text))
            assert (found["winners"], found["tied"], found["reason"]) == ([], [], "no_votes")
    found = told("irv", write("a.abif", "=A:[Anna]\n=B:[Bram]\n3:\n2:A\n"))
    assert (found["winners"], found["ballots"]) == (["A"], 5)


def test_large_numbers_are_exact(write):
    found = told("schulze", write("a.soc", NAMED + "100000000000: 1,2,3\n99999999999: 2,1,3\n"))
    assert (found["winners"], found["ballots"]) == ([1], 199_999_999_999)


def test_categories_are_choices_and_grades(write):
    ballots = "3: 1,{2,3}\n2: {1,2},3\n4: {},{1,2,3}\n"
    found = told("approval", write("a.cat", NAMED + ballots))
    assert found["scores"] == {"1": 5, "2": 2, "3": 0} and found["ballots"] == 9
    three = told("score", write("b.cat", NAMED + "2: 1,2,3\n1: {},3,{1,2}\n"))
    assert three["scores"] == {"1": 4, "2": 2, "3": 1}


def test_a_ranking_chooses_what_it_puts_first(write):
    assert told("approval", write("a.toc", NAMED + "3: 1,{2,3}\n2: {2,3},1\n"))["scores"] == {
        "1": 3,
        "2": 2,
        "3": 2,
    }


def test_yes_and_no_are_known_by_name_or_else_by_place(write):
    assert told("yes-no", write("a.abif", "=nee:[Nee]\n=ja:[Ja]\n40:nee\n60:ja\n"))["winners"] == ["ja"]
    assert told("yes-no", write("b.abif", "6:pro\n7:con\n9:\n"))["winners"] == ["con"]
    found = told("yes-no", write("a.soi", NAMED + "3: 1\n2: 2\n9: 3\n"))
    assert (found["winners"], found["reason"]) == ([1], "adopted")
    assert "at most three options" in run("yes-no", write("c.abif", "1:a>b>c>d\n")).output


def test_seats_are_for_methods_that_fill_several(write):
    file = write("a.soi", NAMED + "5: 1,2\n3: 3\n1: 2\n")
    assert told("stv", file, "--seats", 2)["winners"] == [1, 3]
    assert told("approval", file, "--seats", 2)["winners"] == [1, 3]
    assert "this method fills one seat" in run("irv", file, "--seats", 2).output


# ABIF


def test_abif_with_an_order_grades_or_both(write):
    text = (
        '{version: "0.1"}\n{"max_rating": 5}\n# remark\n=A:[Anna A.]\n=[Bram B.]:[Bram]\n'
        "2: A/5 > [Bram B.]/3 = C/3 # spoken\n1:C/5,A/1,[Bram B.]/0\n"
    )
    found = told("score", write("a.abif", text))
    assert found["scores"] == {"A": 11, "Bram B.": 6, "C": 11} and found["tied"] == ["A", "C"]
    assert told("schulze", write("a.abif", text))["rounds"][0]["duels"]["1"] == {"2": 3, "3": 2}
    assert abif.read(write("a.abif", text)).names == ["Anna A.", "Bram", "C"]
    assert abif.read(write("a.abif", text)).rule == {"top": 5}
    assert told("approval", write("b.abif", "2:A/1=B/1\n1:B/1,C/0\n"))["scores"] == {"A": 2, "B": 3, "C": 0}


def test_dots_and_credits_are_as_many_as_the_ballots_use(write):
    text = "2:A/3,B/2\n1:A/0,B/4\n"
    assert told("dots", write("a.abif", text))["scores"] == {"A": 6, "B": 8}
    assert told("quadratic", write("a.abif", text))["winners"] == ["B"]
    assert told("resistance", write("a.abif", text))["winners"] == ["A"]


def test_burlington_2009():
    """Kiss won by instant runoff; Montroll beat each of the others."""
    for file in (reference("abif/burl2009.abif"), reference("preflib/00005-burlington/00005-00000002.toi")):
        kiss, montroll = ("Kiss", "Montroll") if file.suffix == ".abif" else (1, 2)
        assert told("irv", file)["winners"] == [kiss]
        pairs = told("ranked-pairs", file)
        assert pairs["winners"] == told("schulze", file)["winners"] == [montroll]
        assert pairs["options"][str(pairs["rounds"][0]["condorcet"])] == montroll


def test_the_files_of_abiftool():
    expected = {
        "sf2018special-results.abif": ("irv", ["LONDON_BREED"]),
        "tennessee-example-approval.abif": ("approval", ["Nash"]),
        "tennessee-example-STAR.abif": ("star", ["Nash"]),
        "tennessee-example-scores.abif": ("score", ["Nash"]),
        "tennessee-example-irv-tie.abif": ("irv", ["Memph", "Knox"]),
        "mock-scorestar-tie.abif": ("star", ["Alice", "Bob"]),
        "mock-tie.abif": ("irv", ["H", "S"]),
    }
    for name, (method, winners) in expected.items():
        found = told(method, reference(f"abif/{name}"))
        assert found["winners"] == winners, name
        assert found["tied"] == (winners if len(winners) > 1 else []), name


def test_the_winners_of_real_elections_are_those_of_pref_voting():
    known = json.loads(reference("reference/ranked_winners_prefvoting.json").read_text())
    checked, started = 0, time.process_time()
    for name, facts in known.items():
        election = preflib.read(reference(f"preflib/{name}"))
        assert sum(election.held["ranking"].values()) == facts["n"] and len(election.ids) == facts["m"]
        for method in {"schulze", "ranked_pairs", "irv"} & set(facts["winners"]):
            found = METHODS[method].count(election.held["ranking"], election.numbers, Rule())
            winners = [election.ids[option - 1] for option in found.winners]
            assert winners == facts["winners"][method], (name, method)
            checked += 1
    assert checked > 2 * len(known) and time.process_time() - started < 60


# What is wrong is said in one sentence


WRONG = {
    "a.soi": [
        ("", "the file is empty"),
        ("5: 1,2\n", "names no alternatives"),
        (NAMED + "5: 1,4\n", "line 6: '4' is none of the alternatives"),
        (NAMED + "5: 1,1\n", "line 6: an alternative stands there twice"),
        (NAMED + "5: {1,1}\n", "stands there twice"),
        (NAMED + "5: 1,{2,1}\n", "stands there twice"),
        (NAMED + "1,2,3\n", "a line of ballots is"),
        (NAMED + "-2: 1,2\n", "a line of ballots is"),
        (NAMED + "2: 1,,2\n", "a line of ballots is"),
        (NAMED + "2: 1,{2\n", "a line of ballots is"),
        (NAMED + "2: 1,x\n", "'x' is none of the alternatives"),
        (NAMED + "2: 1,{2,,3}\n", "'' is none of the alternatives"),
        (NAMED.replace("NUMBER ALTERNATIVES: 3", "NUMBER ALTERNATIVES: 4"), "says that there are 4"),
        (b"\xff\xfe", "not UTF-8"),
        (NAMED + "2: 1\0\n", "NUL byte"),
    ],
    "a.abif": [
        ("# nothing\n", "there are no options"),
        ("Anna>Bram\n", "line 1: a line of ballots is"),
        ("2:Anna>\n", "a line of ballots is"),
        ("2:Anna>>Bram\n", "a line of ballots is"),
        ("2:Anna Bram\n", "a line of ballots is"),
        ("2:Anna>Anna\n", "stands there twice"),
        ("2:Anna/4.5\n", "a grade must be a whole number"),
        ("2:Anna/-1\n", "a grade must be a whole number"),
    ],
    "a.csv": [("Anna,Bram\n", "its name must end in one of .soc")],
}


@pytest.mark.parametrize(
    ("name", "text", "says"), [(name, *case) for name, cases in WRONG.items() for case in cases]
)
def test_a_wrong_file_gets_one_sentence(write, name, text, says):
    result = run("irv", write(name, text))
    assert result.exit_code == 1 and says in result.output
    assert result.output.startswith(name) and result.output.count("\n") == 1
    assert "Nothing was taken over" not in result.output


def test_what_a_method_cannot_count_is_said(write):
    assert "score needs them" in run("score", write("a.soi", NAMED + "1: 1\n")).output
    assert "approval needs to know who chose what" in run("approval", write("a.abif", "1:A/5,B/2\n")).output
    graded = write("a.abif", "{max_rating: 5}\n1:A/9,B/2\n")
    assert (
        "a.abif: score cannot count it: a grade is a whole number from 0 to 5." in run("score", graded).output
    )
    assert "the file is missing" in run("irv", Path("nowhere.soi")).output
    assert run("irv", write("dir.soi", "")).exit_code == 1
