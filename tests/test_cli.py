"""The command line, as an operator types it: every command in a process of its own."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reference import reference
from tests.server import Server


@pytest.fixture
def operator(tmp_path):
    return Server(tmp_path / "instance")


def refused(operator, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env={**operator.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    return done.stderr


def test_init_makes_a_neighbourhood_once_and_a_link_each_time(operator):
    first = operator.command("init", "--name", "Havenbuurt", "--host", "Fleur")
    assert "Havenbuurt" in first and "/sign-in/" in first
    second = operator.command("init", "--name", "Iets anders")
    assert "Havenbuurt" in second and second != first
    assert (operator.instance / "secret.key").stat().st_mode & 0o077 == 0
    assert (operator.instance / "buurtstem.db").stat().st_mode & 0o077 == 0


def test_the_demo_needs_an_empty_instance(operator):
    assert operator.command("demo").count("/code/") == 5
    assert "needs an empty one" in refused(operator, "demo")


def test_what_was_taken_over_can_be_taken_away_again(operator, tmp_path):
    operator.command("init")
    folder = reference("polis/london.youth.policing")
    assert "39 statements" in operator.command("import", "polis", str(folder))
    assert "Already here" in operator.command("import", "polis", str(folder))
    assert "14 projects" in operator.command(
        "import", "pabulib", str(reference("pabulib/Netherlands_Assen_2024.pb"))
    )
    operator.command("export", str(tmp_path / "open"))
    assert "PopUp Podium" in (tmp_path / "open" / "votes.csv").read_text()


def test_trouble_is_one_sentence(operator, tmp_path):
    assert "Run 'buurtstem init' first" in refused(operator, "link")
    assert "BUURTSTEM_PORT" in refused(operator, "link", BUURTSTEM_PORT="many")
    operator.command("init")
    (tmp_path / "empty.pb").write_text("")
    assert "empty.pb, line 1: the file is empty" in refused(
        operator, "import", "pabulib", str(tmp_path / "empty.pb")
    )
    assert "Nobody has the role" in refused(operator, "link", "council")


def test_the_record_can_be_checked_and_taken_away(operator, tmp_path):
    operator.command("init")
    operator.command("work", "--once")
    said = operator.command("audit", "verify")
    assert "The record is unbroken: 4 entries since 20" in said
    noted = said.rsplit("Latest seal: ", 1)[1].strip(" .\n")
    assert "unbroken" in operator.command("audit", "verify", "--seal", noted)
    assert "No entry" in refused(operator, "audit", "verify", "--seal", "0000 0000 0000")
    operator.command("audit", "export", str(tmp_path / "record.jsonl"))
    assert (tmp_path / "record.jsonl").read_text().count("\n") == 4
    with sqlite3.connect(operator.instance / "buurtstem.db") as file:
        file.execute("DROP TRIGGER event_no_UPDATE")
        file.execute("UPDATE event SET subject_id = 9 WHERE id = 2")
    assert "entry 2 is not what was written" in refused(operator, "audit", "verify")


def test_a_backup_is_made_on_the_spot(operator):
    operator.command("init")
    path = Path(operator.command("backup").strip())
    assert path.parent == operator.instance / "backups" and path.stat().st_mode & 0o077 == 0


def test_what_is_due_is_done_from_a_timer(operator):
    operator.command("init")
    assert operator.command("work", "--once") == ""
