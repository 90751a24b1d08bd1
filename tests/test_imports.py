"""Taking over from Polis and Pabulib: all of it counted again, twice is once, wrong input changes nothing."""

import csv
import io
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import func, inspect, select, text

from app.cli import main
from app.clock import today
from app.core.tally.notation import read_set
from app.db import db
from app.dialogues import polis
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.events import events_of
from app.imports import Refused
from app.search import find
from app.votes import pabulib
from app.votes.box import Ballot
from app.votes.models import Vote
from tests.reference import DATA

POLIS = {
    "summary.csv": 'topic,Trees in our street\nurl,https://pol.is/1abc\nconversation-description,"Which\ntrees?"\n',
    "comments.csv": (
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        '1542406176584,then,2,7,0,0,1,"Lime, please.\nAnd honey."\n'
        "1542406176000,then,0,0,0,0,0,Oaks stay.\n"
        "1542492576000,then,1,9,0,0,-1,Chestnuts are silly.\n"
        "1542406177000,then,5,9,0,0,1,Nobody saw this.\n"
    ),
    "participants-votes.csv": (
        "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n"
        "7,,0,1,3,1,1,1,0,-1\n"
        "8,,,0,0,0,0,,,\n"
        "9,,1,2,2,2,0,1,,1\n"
    ),
}
PABULIB = (
    "META\nkey;value\ndescription;Our square\ncountry;Netherlands\nunit;Leiden\ninstance;2024\n"  # 1 to 6
    "num_projects;3\nnum_votes;3\nbudget;1000.5\nvote_type;approval\ncurrency;EUR\nlanguage;nl\n"  # 7 to 12
    "date_begin;31.03.2024\ndate_end;15.04.2024\n"
    "PROJECTS\nproject_id;cost;name;selected\n"  # 15 and 16
    'a;600.25;"Bench; a ""long"" one";1\nb;500;;0\n17;0.0;Swing;\n'
    "VOTES\nvoter_id;vote;age\n"  # 20 and 21
    "x;17,a;44\ny;;\nz;b,a,b;9\n"
)


def in_data(pattern):
    """The real files, or one test that is skipped, with the reason."""
    found = sorted(DATA.glob(pattern))
    absent = pytest.param(None, marks=pytest.mark.skip(reason=f"no {pattern} in {DATA}; set BUURTSTEM_DATA"))
    return [pytest.param(path, id=path.name) for path in found] or [absent]


def quiet(_sentence):
    pass


def write_text(path, words):
    path.write_bytes(words.encode("utf-8", "surrogateescape"))  # so that a test can write what is not UTF-8
    return path


@pytest.fixture
def folder(tmp_path):
    """A Polis export of four statements and three people."""
    for name, words in POLIS.items():
        write_text(tmp_path / name, words)
    return tmp_path


@pytest.fixture
def file(tmp_path):
    """A Pabulib election of three projects and three ballots."""
    return write_text(tmp_path / "square.pb", PABULIB)


def take_over(path, progress=quiet):
    return polis.take_over(path, "en", progress) if path.is_dir() else pabulib.take_over(path, progress)


def row_counts():
    """How many rows each table has. It lets go of the database again."""
    names = inspect(db.engine).get_table_names()
    counts = {name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}
    db.session.rollback()
    return counts


def refusal_of(path, progress=quiet):
    """Why it is refused, sure that the database did not change."""
    before = row_counts()
    with pytest.raises(Refused) as refused:
        take_over(path, progress)
    assert row_counts() == before
    return refused.value


# The real ones, against another way of reading them


def polis_by_hand(folder):
    """The statements as [text, public, agrees, disagrees, passes], the reactions by value and by person."""
    with (folder / "comments.csv").open(encoding="utf-8", newline="") as comments:
        statements = {
            row["comment-id"]: [row["comment-body"].strip(), row["moderated"] != "-1", 0, 0, 0]
            for row in csv.DictReader(comments)
        }
    values, people, stated = Counter(), [], Counter()
    with (folder / "participants-votes.csv").open(encoding="utf-8", newline="") as matrix:
        for row in csv.DictReader(matrix):
            reactions = {number: row[number] for number in statements if row.get(number)}
            for number, value in reactions.items():
                statements[number][{"1": 2, "-1": 3, "0": 4}[value]] += 1
            values.update(map(int, reactions.values()))
            people.append(Counter(reactions.values()))
            stated.update({name: int(row[name]) for name in ("n-votes", "n-agree", "n-disagree")})
    assert stated == {"n-votes": values.total(), "n-agree": values[1], "n-disagree": values[-1]}
    return [statements[number] for number in sorted(statements, key=int)], values, people


@pytest.mark.parametrize("folder", in_data("polis/*/"))
def test_a_polis_export_is_all_there(app, folder):
    statements, values, people = polis_by_hand(folder)
    assert take_over(folder).startswith("Taken over as dialogue 1:")
    dialogue = db.session.get(Dialogue, 1)
    assert dialogue.participants == db.session.scalar(select(func.count(Participant.id))) == len(people)
    kept = [[s.text, s.state == "published", s.agrees, s.disagrees, s.passes] for s in dialogue.statements]
    assert kept == statements
    by_value = select(Reaction.value, func.count()).group_by(Reaction.value)
    assert dict(db.session.execute(by_value).all()) == values
    assert reactions_by_person() == people
    assert reactions_by_statement() == [statement[2:] for statement in statements]
    assert not db.session.execute(text("PRAGMA foreign_key_check")).all()


def reactions_by_person():
    query = select(Participant.id, Reaction.value).outerjoin(Reaction).order_by(Participant.id)
    people = {}
    for person, value in db.session.execute(query):
        people.setdefault(person, Counter()).update([] if value is None else [str(value)])
    return list(people.values())


def reactions_by_statement():
    query = select(Reaction.statement_id, Reaction.value, func.count()).group_by("statement_id", "value")
    counts = {(statement, value): count for statement, value, count in db.session.execute(query)}
    ids = db.session.scalars(select(Statement.id).order_by(Statement.id))
    return [[counts.get((statement, value), 0) for value in (1, -1, 0)] for statement in ids]


def pabulib_by_hand(file):
    """The projects' rows and the ballots, as {project: row} and {voter: set of projects}, and the doubles."""
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    start, end = lines.index("PROJECTS"), lines.index("VOTES")
    projects = list(csv.DictReader(io.StringIO("\n".join(lines[start + 1 : end])), delimiter=";"))
    names = lines[end + 1].split(";")
    ballots, doubles = {}, 0
    for line in lines[end + 2 :]:
        if line:
            cells = dict(zip(names, line.split(";"), strict=True))
            named = cells["vote"].split(",")
            ballots[cells["voter_id"]] = set(named)
            doubles += len(named) - len(set(named))
    return {row["project_id"]: row for row in projects}, ballots, doubles


@pytest.mark.parametrize("file", in_data("pabulib/*.pb"))
def test_a_pabulib_election_is_all_there(app, file):
    projects, ballots, doubles = pabulib_by_hand(file)
    said = take_over(file)
    assert ("a project twice" in said) == bool(doubles)
    vote = db.session.get(Vote, 1)
    approvals = Counter(project for named in ballots.values() for project in named)
    counted = dict(zip(projects, (option.votes for option in vote.options), strict=True))
    assert counted == {project: approvals[project] for project in projects}
    stated = sum(int(row["votes"]) for row in projects.values())  # the file's own count, doubles included
    assert stated == approvals.total() + doubles
    assert vote.tally["ballots"] == vote.electorate_size == len(ballots)
    assert [option.cost for option in vote.options] == [
        round(float(row["cost"]) * 100) for row in projects.values()
    ]
    chosen = {None: None, "0": False, "1": True, "2": True}
    assert [option.was_chosen for option in vote.options] == [
        chosen[row.get("selected")] for row in projects.values()
    ]
    assert ballots_kept(list(projects)) == Counter(map(frozenset, ballots.values()))
    assert vote.is_counted and vote.is_public and vote.shows_figures


def ballots_kept(projects):
    """The ballots in the database as sets of projects, each with how often it occurs."""
    choices = db.session.execute(text("SELECT choice FROM ballot")).scalars()
    return Counter(frozenset(projects[number - 1] for number in read_set(choice)) for choice in choices)


# A small one of each, in full


def test_a_polis_conversation_becomes_a_closed_dialogue(app, folder):
    assert take_over(folder) == (
        "Taken over as dialogue 1: 3 people, 4 statements (3 of them published) and 5 reactions."
    )
    dialogue = db.session.get(Dialogue, 1)
    assert dialogue.question == dialogue.proposal.title == "Trees in our street"
    assert dialogue.proposal.current.text == "Which\ntrees?"
    assert dialogue.proposal.source == "Polis: Trees in our street (https://pol.is/1abc)"
    assert (dialogue.language, dialogue.level, dialogue.decider) == ("en", "consult", "")
    assert dialogue.opened_at == dialogue.proposal.submitted_at == datetime(2018, 11, 16, 22, 9, 36)
    assert dialogue.closed_at == datetime(2018, 11, 17, 22, 9, 36)
    assert dialogue.closes_on == date(2018, 11, 17)
    assert dialogue.is_closed and dialogue.is_public and dialogue.participants == 3


def test_the_statements_of_a_conversation_keep_text_author_and_state(app, folder):
    take_over(folder)
    assert [(s.text, s.state, s.author_id, s.agrees, s.disagrees, s.passes) for s in statements()] == [
        ("Oaks stay.", "published", None, 2, 0, 0),
        ("Chestnuts are silly.", "rejected", 3, 0, 0, 1),
        ("Lime, please.\nAnd honey.", "published", 1, 1, 1, 0),
        ("Nobody saw this.", "published", 3, 0, 0, 0),
    ]
    assert {statement.reason for statement in statements()} == {None}
    assert not db.session.scalar(select(func.count()).where(Participant.person_id.is_not(None)))


def statements():
    return db.session.scalars(select(Statement).order_by(Statement.id)).all()


def test_what_was_published_can_be_found(app, folder, file):
    take_over(folder)
    take_over(file)
    assert [(entry["subject_type"], entry["page"]) for entry in find("honey")] == [("statement", 1)]
    assert {entry["subject_type"] for entry in find("street")} == {"proposal", "dialogue"}
    assert {entry["subject_type"] for entry in find("square")} == {"proposal", "vote"}
    assert not find("chestnuts")


def test_a_pabulib_election_becomes_a_closed_vote(app, file):
    assert take_over(file) == (
        "Taken over as vote 1: 3 projects, 3 ballots and 4 approvals. "
        "Ballots that name a project twice: 1; it counts once."
    )
    vote = db.session.get(Vote, 1)
    assert vote.question == vote.proposal.title == "Our square"
    assert vote.proposal.source == "Pabulib: Netherlands, Leiden 2024"
    assert (vote.language, vote.budget, vote.currency, vote.method) == ("nl", 100_050, "EUR", "approval")
    assert vote.closes_on == date(2024, 4, 15)
    assert vote.opened_at == vote.proposal.submitted_at == datetime(2024, 3, 30, 23)  # midnight in Amsterdam
    assert vote.closed_at == datetime(2024, 4, 15, 21, 59)
    assert [(option.label, option.cost, option.was_chosen, option.votes) for option in vote.options] == [
        ('Bench; a "long" one', 60_025, True, 2),
        ("b", 50_000, False, 1),
        ("Swing", 0, None, 1),
    ]
    assert (vote.tally["winners"], vote.tally["reason"], vote.electorate_size) == ([1], "winner", 3)


def test_a_ballot_that_was_taken_over_does_not_show_the_voter(app, file):
    take_over(file)
    ballots = {ballot.receipt: ballot.choice for ballot in db.session.scalars(select(Ballot))}
    assert sorted(ballots.values()) == ["", "1,2", "1,3"]
    assert all(len(receipt) == 16 and int(receipt, 16) for receipt in ballots)


def test_the_record_says_where_it_comes_from_and_when_it_closed(app, folder, file):
    take_over(folder)
    take_over(file)
    for subject, particulars in (
        (db.session.get(Dialogue, 1), {"participants": 3}),
        (db.session.get(Vote, 1), {"ballots": 3}),
    ):
        imported, closed = events_of(subject.proposal, subject)
        assert imported.particulars == {"source": subject.proposal.source}
        assert closed.particulars == particulars
        assert imported.at > subject.closed_at == closed.at


@pytest.mark.parametrize(
    "begin, end, opened_on, closes_on",
    [
        ("2019", "2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("1.4.2019", "", date(2019, 4, 1), date(2019, 4, 1)),
        ("", "02.04.2019", date(2019, 4, 2), date(2019, 4, 2)),
        ("", "", today(), today()),
        ("2019", "31.12.2999", date(2019, 1, 1), today()),
    ],
)
def test_a_vote_without_exact_dates_gets_the_widest(app, file, begin, end, opened_on, closes_on):
    dated = PABULIB.replace("31.03.2024", begin).replace("15.04.2024", end)
    take_over(write_text(file, dated))
    vote = db.session.get(Vote, 1)
    assert (polis.local_day(vote.opened_at), vote.closes_on) == (opened_on, closes_on)
    assert polis.local_day(vote.closed_at) == closes_on


def test_what_is_not_there_is_done_without(app, folder, file):
    write_text(folder / "summary.csv", f"topic,{'long ' * 40}\r\nurl,https://pol.is/1abc\r\n")
    dated = [line for line in PABULIB.splitlines() if not line.startswith(("date_", "curr", "lang", "desc"))]
    write_text(file, "\ufeff" + "\r\n\r\n".join(dated))
    take_over(folder)
    take_over(file)
    assert db.session.get(Dialogue, 1).question == f"{'long ' * 27}long…"
    vote = db.session.get(Vote, 1)
    assert (vote.question, vote.currency, vote.language, vote.closes_on) == ("square", None, "", today())


# Twice is once


@pytest.mark.parametrize("what, here", [("folder", "dialogue 1"), ("file", "vote 1")])
def test_the_same_content_again_changes_nothing(app, request, what, here):
    path = request.getfixturevalue(what)
    take_over(path)
    before = row_counts()
    assert take_over(path) == f"Already here as {here}; nothing was changed."
    assert row_counts() == before


def test_two_with_different_content_stand_side_by_side(app, folder, file):
    for path in (folder, file):
        take_over(path)
    more = POLIS["participants-votes.csv"] + "10,,0,0,1,1,0,1,,\n"
    write_text(folder / "participants-votes.csv", more)
    write_text(file, PABULIB.replace("y;;", "y;b;"))
    assert "dialogue 2" in take_over(folder) and "vote 2" in take_over(file)
    assert [s.agrees for s in statements()] == [2, 0, 1, 0, 3, 0, 1, 0]
    assert db.session.get(Vote, 2).tally["counts"] == {"1": 2, "2": 2, "3": 1}


# What is not right is refused, and nothing has changed

SUMMARY, COMMENTS, MATRIX = POLIS
WRONG_POLIS = [
    (SUMMARY, "topic,", "subject,", None, "no line 'topic'"),
    (SUMMARY, "url,", "topic,", 2, "'topic' is there twice"),
    (SUMMARY, "url,", "url,,", 2, "3 cells"),
    (SUMMARY, '"Which', "Which", 4, "1 cells"),
    (SUMMARY, 'trees?"', "trees?", 3, "cannot be read"),
    (SUMMARY, "Trees", "T" * 10_001, 1, "characters"),
    (COMMENTS, "comment-id", "comment_id", 1, "no column 'comment-id'"),
    (COMMENTS, "agrees", "moderated", 1, "'moderated' is there twice"),
    (COMMENTS, ",2,7,", ",,7,", 2, "comment-id must be a whole number"),
    (COMMENTS, ",0,0,0,", ",-1,0,0,", 4, "comment-id must be a whole number"),
    (COMMENTS, ",1,9,", ",2,9,", 5, "comment-id 2 is there twice"),
    (COMMENTS, "-1,Chestnuts", "3,Chestnuts", 5, "moderated must be"),
    (COMMENTS, "-1,Chestnuts", ",Chestnuts", 5, "moderated must be"),
    (COMMENTS, "1542492576000", "yesterday", 5, "no time in milliseconds"),
    (COMMENTS, "1542492576000", "1542492576", 5, "no time in milliseconds"),
    (COMMENTS, "Oaks stay.", "", 4, "must have a text"),
    (COMMENTS, "Oaks stay.", "\u202e\x07 ", 4, "must have a text"),
    (COMMENTS, "Oaks stay.", "x" * 10_001, 4, "10,001 characters"),
    (COMMENTS, "Oaks stay.", "x" * 200_000, 4, "cannot be read"),
    (COMMENTS, "Oaks stay.", "x" * 2_000_000, 4, "too long"),
    (COMMENTS, "Oaks stay.", "Oaks, stay.", 4, "9 cells; 8 are needed"),
    (COMMENTS, "Oaks stay.", '"Oaks" stay.', 4, "cannot be read"),
    (COMMENTS, "Oaks", "Oa\0ks", 4, "NUL"),
    (COMMENTS, "Oaks", "Oa\udcffks", 4, "not UTF-8"),
    (COMMENTS, POLIS[COMMENTS].split("\n", 1)[1], "", None, "no statements"),
    (MATRIX, "participant,", "person,", 1, "no column 'participant'"),
    (MATRIX, "n-disagree,", "n_disagree,", 1, "no column 'n-disagree'"),
    (MATRIX, "0,1,2\n", "0,1,3\n", 1, "statement '3' is not in comments.csv"),
    (MATRIX, "0,1,2\n", "0,1,02\n", 1, "statement '02' is not in comments.csv"),
    (MATRIX, "0,1,2\n", "0,1,two\n", 1, "statement 'two' is not in comments.csv"),
    (MATRIX, "0,1,2\n", "0,1,1\n", 1, "'1' is there twice"),
    (MATRIX, "8,,,", "7,,,", 3, "'7' is there twice"),
    (MATRIX, "8,,,", ",,,", 3, "no participant"),
    (MATRIX, "8,,,", "8,,", 3, "9 cells; 10 are needed"),
    (MATRIX, ",1,,1\n", ",1,,1,\n", 4, "11 cells; 10 are needed"),
    (MATRIX, ",1,,1\n", ",1,", 4, "9 cells; 10 are needed"),  # cut off
    (MATRIX, ",1,,1\n", ",1,,2\n", 4, "but one is '2'"),
    (MATRIX, ",1,,1\n", ",1,,1.0\n", 4, "but one is '1.0'"),
    (MATRIX, ",1,,1\n", ",1,, \n", 4, "but one is ' '"),
]
WRONG_PABULIB = [
    ("META\n", "", 1, "should be META"),
    ("META\n", "\nPROJECTS\n", 2, "should be META"),
    ("PROJECTS\n", "", 15, "4 cells; 2 are needed"),
    ("PROJECTS\n", "PROJECTS\nVOTES\n", None, "columns project_id, cost is missing"),
    ("VOTES\n", "META\n", 20, "should be VOTES"),
    ("VOTES\n", "", 20, "3 cells; 4 are needed"),
    ("z;b,a,b;9\n", "VOTES\n", 24, "should be no other section"),
    (PABULIB[PABULIB.index("VOTES") :], "", None, "no section VOTES"),
    (PABULIB[PABULIB.index("voter_id") :], "", None, "columns voter_id, vote is missing"),
    ("key;value", "key;values", 2, "no column 'value'"),
    ("unit;Leiden", "unit;Leiden;Leiden", 5, "3 cells"),
    ("unit;", "country;", 5, "'country' is there twice"),
    ("unit;Leiden\n", "", None, "no line 'unit'"),
    ("Our square", "x" * 10_001, 3, "characters"),
    ("num_projects;3", "num_projects;4", 7, "the file has 3 projects"),
    ("num_projects;3", "num_projects;three", 7, "whole number"),
    ("num_votes;3", "num_votes;2", 8, "the file has 3 ballots"),
    ("num_votes;3", "num_votes;-3", 8, "whole number"),
    ("budget;1000.5", "budget;", 9, "the budget must be an amount"),
    ("vote_type;approval", "vote_type;ordinal", 10, "vote_type is 'ordinal'"),
    ("currency;EUR", "currency;euro", 11, "no currency code"),
    ("language;nl", "language;Dutch!", 12, "no language code"),
    ("31.03.2024", "31.02.2024", 13, "must be dd.mm.yyyy or a year"),
    ("31.03.2024", "2024-03-31", 13, "must be dd.mm.yyyy or a year"),
    ("31.03.2024", "31.05.2024", 13, "begins after its end"),
    ("date_begin;31.03.2024\ndate_end;15.04.2024", "date_end;1.1.1\n", 13, "must be dd.mm.yyyy"),
    ("project_id;cost", "id;cost", 16, "no column 'project_id'"),
    ("name;selected", "cost;selected", 16, "'cost' is there twice"),
    ("a;600.25;", "a;600.255;", 17, "more than two decimals"),
    ("a;600.25;", "a;-600;", 17, "must be an amount"),
    ("a;600.25;", "a;1e3;", 17, "must be an amount"),
    ("a;600.25;", "a;6٠0;", 17, "must be an amount"),
    ("a;600.25;", "a;99999999999999999999;", 17, "must be an amount"),
    ("a;600.25;", "a;NaN;", 17, "must be an amount"),
    ("b;500;", "a;500;", 18, "the project 'a' is there twice"),
    ("b;500;", ";500;", 18, "no project_id"),
    ("b;500;;0", "b;500;;yes", 18, "selected must be"),
    ("b;500;;0", "b;500;0", 18, "3 cells; 4 are needed"),
    ("Swing", "x" * 10_001, 19, "characters"),
    ("voter_id;vote;", "voter_id;votes;", 21, "no column 'vote'"),
    ("x;17,a;44", "x;17,c;44", 22, "the project 'c' is not in"),
    ("x;17,a;44", "x;17,,a;44", 22, "the project '' is not in"),
    ("x;17,a;44", ";17,a;44", 22, "no voter_id"),
    ("z;b,a,b;9", "x;b,a,b;9", 24, "the voter 'x' is there twice"),
    ("z;b,a,b;9", "z;b,", 24, "2 cells; 3 are needed"),
    ("z;b,a,b;9", "z;b\0;9", 24, "NUL"),
    ("z;b,a,b;9", "z;b\udcff;9", 24, "not UTF-8"),
    ("z;b,a,b;9", 'z;"b;9', 24, "cannot be read"),
]


@pytest.mark.parametrize("name, right, wrong, line, reason", WRONG_POLIS)
def test_a_wrong_export_is_refused_with_its_line(app, folder, name, right, wrong, line, reason):
    assert right in POLIS[name]
    write_text(folder / name, POLIS[name].replace(right, wrong, 1))
    refused = refusal_of(folder)
    assert (refused.file, refused.line) == (name, line)
    assert reason in refused.reason and len(str(refused)) < 200


@pytest.mark.parametrize("right, wrong, line, reason", WRONG_PABULIB)
def test_a_wrong_election_is_refused_with_its_line(app, file, right, wrong, line, reason):
    assert right in PABULIB
    refused = refusal_of(write_text(file, PABULIB.replace(right, wrong, 1)))
    assert (refused.file, refused.line) == (file.name, line)
    assert reason in refused.reason and len(str(refused)) < 200


@pytest.mark.parametrize("name", POLIS)
def test_a_missing_or_empty_file_is_refused(app, folder, name):
    (folder / name).write_bytes(b"")
    assert str(refusal_of(folder)) == f"{name}, line 1: the file is empty. Nothing was taken over."
    (folder / name).unlink()
    assert str(refusal_of(folder)) == f"{name}: the file is missing. Nothing was taken over."
    (folder / name).mkdir()
    assert "cannot be read" in str(refusal_of(folder))


def test_a_language_that_is_none_is_refused(app, folder):
    with pytest.raises(Refused, match="no language code"):
        polis.take_over(folder, 'en" onclick="', quiet)


# The database, while others use it


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_failure_halfway_the_writing_leaves_nothing(app, monkeypatch, request, what):
    monkeypatch.setattr("app.imports.STEP", 2)

    def fail(sentence):
        if "written" in sentence:
            raise KeyboardInterrupt

    before = row_counts()
    with pytest.raises(KeyboardInterrupt):
        take_over(request.getfixturevalue(what), fail)
    assert row_counts() == before
    assert take_over(request.getfixturevalue(what)).startswith("Taken over as")


@pytest.mark.parametrize(
    "what, name, right, wrong, reason",
    [
        ("folder", MATRIX, ",1,,1\n", ",1,,-1\n", "changed while it was read"),
        ("folder", MATRIX, ",1,,1\n", ",1,,5\n", "but one is '5'"),
        ("file", "square.pb", "z;b,a,b;9", "z;17,;9", "the project '' is not in"),
        ("file", "square.pb", "z;b,a,b;9", "z;17;9", "changed while it was read"),
    ],
)
def test_a_file_that_changes_meanwhile_leaves_nothing(
    app, request, tmp_path, what, name, right, wrong, reason
):
    path = request.getfixturevalue(what)

    def change(sentence):
        if sentence.startswith("Writing"):
            words = (tmp_path / name).read_text()
            write_text(tmp_path / name, words.replace(right, wrong))

    assert reason in refusal_of(path, change).reason


def database_of(app):
    return str(app.config["INSTANCE"] / "buurtstem.db")


def test_it_waits_for_another_process_that_writes(app, folder):
    held = "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE')"
    code = f"{held}; print('held', flush=True); time.sleep(0.4); c.rollback()"
    with subprocess.Popen([sys.executable, "-c", code, database_of(app)], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert take_over(folder).startswith("Taken over as dialogue 1")


def test_when_the_database_stays_busy_it_says_so(app, folder):
    with db.engine.connect() as connection:  # the pool gives this one again
        connection.exec_driver_sql("PRAGMA busy_timeout=20")
    other = sqlite3.connect(database_of(app), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused, match="the database cannot be written now"):
        take_over(folder)
    other.close()
    assert take_over(folder).startswith("Taken over as dialogue 1")


@pytest.mark.parametrize("what", ["folder", "file"])
def test_others_can_write_while_it_reads_and_read_while_it_writes(app, monkeypatch, request, what):
    monkeypatch.setattr("app.imports.STEP", 1)
    other = sqlite3.connect(database_of(app), isolation_level=None, timeout=0)
    said = []

    def look(sentence):
        said.append(sentence)
        if "read" in sentence.lower():
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM proposal").fetchone() == (0,)

    take_over(request.getfixturevalue(what), look)
    assert other.execute("SELECT count(*) FROM proposal").fetchone() == (1,)
    other.close()
    assert [sentence for sentence in said if "written" in sentence]


def test_the_command_says_in_a_sentence_what_it_did(app, folder, file):
    runner = CliRunner()
    done = runner.invoke(main, ["import", "polis", str(folder), "--language", "en"])
    assert done.output.splitlines()[-1].startswith("Taken over as dialogue 1: 3 people")
    done = runner.invoke(main, ["import", "pabulib", str(file)])
    assert done.output.splitlines()[-1].startswith("Taken over as vote 1: 3 projects")
    write_text(file, "META\n")
    refused = runner.invoke(main, ["import", "pabulib", str(file)])
    assert refused.exit_code == 1 and "square.pb: the line" in refused.output
