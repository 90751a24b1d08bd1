"""Reports: what a council, a funder or a neighbour gets in hand, on paper and as a file."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from app.db import db
from app.dialogues.harvest import Harvest
from app.exports.figures_of_one import OF_ONE
from app.exports.tables import measured, measured_of
from app.reports.ods import spreadsheet
from app.responses.models import Request
from tests.test_pages import MOST_QUERIES

SHOWN = re.compile(r'<data value="([^"]*)" data-figure="(\w+)"><a href="([^"#]*)#(\w+)">')
CELL = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
ROW = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-row"


def cells_of(file):
    """The texts of a spreadsheet, row by row."""
    content = zipfile.ZipFile(io.BytesIO(file)).read("content.xml")
    rows = ElementTree.fromstring(content).iter(ROW)
    return [["".join(cell.itertext()) for cell in row.iter(CELL)] for row in rows]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_council_finds_all_it_needs_in_the_summary(world, visitor):
    dialogue = world.solar_dialogue
    page = visitor.get(f"/dialogues/{dialogue.id}/summary").text
    first_point = dialogue.harvest.agreed.splitlines()[0]
    for words in (dialogue.question, dialogue.decider, first_point, dialogue.harvest.asks[0][0]):
        assert words.replace("'", "&#39;") in page
    for words in ("not a sample", "Who was not there", "Where they differ", "Closed", "not the opinion of"):
        assert words in page


def test_what_nobody_wrote_yet_is_marked(world, visitor):
    page = visitor.get(f"/dialogues/{world.square_dialogue.id}/summary").text
    assert page.count("Not filled in yet") == 1 and "did not publish a harvest" in page


def test_a_summary_says_what_was_answered_and_by_when_an_answer_is_due(world, visitor):
    address = f"/dialogues/{world.square_dialogue.id}/summary"
    assert "All requests were answered." in visitor.get(address).text
    Request.send(world.fleur, world.square, "Nog een bank.", "Gemeente", dialogue=world.square_dialogue)
    db.session.commit()
    assert "Answer due on" in visitor.get(address).text


def test_before_it_closes_only_hosts_see_a_draft_and_no_results(world, as_, visitor):
    dialogue = world.parking_dialogue
    address = f"/dialogues/{dialogue.id}/summary"
    for path in (address, f"{address}/csv", f"/dialogues/{dialogue.id}/figures"):
        assert visitor.get(path).status_code == as_(world.amina).get(path).status_code == 404
    page = as_(world.fleur).get(address).text
    assert "Draft" in page and "Results are hidden" in page
    assert not any(statement.text in page for statement in dialogue.statements)


def test_a_harvest_that_is_not_public_is_not_told(world, visitor):
    Harvest.write(world.fleur, world.square_dialogue, agreed="Wat nog niemand nalas.")
    db.session.commit()
    assert "Wat nog niemand nalas." not in visitor.get(f"/dialogues/{world.square_dialogue.id}/summary").text


def test_each_figure_in_a_report_says_how_it_was_counted(world, visitor):
    page = visitor.get(f"/dialogues/{world.solar_dialogue.id}/summary").text
    found = SHOWN.findall(page)
    assert {"here_people", "here_reactions", "codes_used"} <= {name for _value, name, *_rest in found}
    for value, name, address, anchor in found:
        explained = visitor.get(address).text
        assert anchor == name and f'id="{name}"' in explained
        assert f'<data value="{value}" data-figure="{name}">' in explained


def test_the_figures_of_the_parts_make_those_of_the_whole(world):
    whole = measured()
    ids = [d.id for p in db.session.query(type(world.square)).all() for d in p.dialogues]
    parts = [measured_of("", OF_ONE, dialogue=id_) for id_ in ids]
    for here, everywhere in (("here_dialogues", "dialogues"), ("here_reactions", "reactions")):
        assert sum(part[here]["value"] for part in parts) == whole[everywhere]["value"] > 0


def test_a_few_on_paper_cannot_be_told_apart(world):
    found = measured_of("", OF_ONE, dialogue=world.solar_dialogue.id)
    assert found["here_people"]["value"] == world.solar_dialogue.people
    assert found["here_not_online"]["value"] is None


def test_the_files_hold_the_lines_of_the_page(world, visitor):
    address = f"/dialogues/{world.solar_dialogue.id}/summary"
    told = visitor.get(f"{address}/json").json
    assert told["about"] == world.solar_dialogue.question and told["licence"] == "CC-BY-4.0"
    rows = rows_of(visitor.get(f"{address}/csv").text)
    cells = cells_of(visitor.get(f"{address}/ods").data)
    assert cells[0] == list(rows[0]) and len(cells) - 1 == len(rows) == len(told["rows"])
    people = next(row for row in rows if row["figure"] == "here_people")
    assert int(people["value"]) == world.solar_dialogue.people
    assert visitor.get(f"{address}/exe").status_code == 404


def test_words_that_look_like_a_formula_run_nowhere(world, visitor):
    harvest = world.solar_dialogue.harvest
    harvest.agreed = "=HYPERLINK(A1)\n<&>\x01"
    db.session.commit()
    address = f"/dialogues/{world.solar_dialogue.id}/summary"
    assert "'=HYPERLINK(A1)" in [row["text"] for row in rows_of(visitor.get(f"{address}/csv").text)]
    file = visitor.get(f"{address}/ods").data
    assert any("=HYPERLINK(A1)" in row for row in cells_of(file)) and b"formula" not in file


def test_a_spreadsheet_keeps_numbers_numbers_and_says_what_it_is():
    file = spreadsheet('"A" & b', [{"n": 3, "share": 0.5, "yes": True, "none": None, "text": "een\ntwee"}])
    package = zipfile.ZipFile(io.BytesIO(file))
    assert package.namelist()[0] == "mimetype" and file[38:].startswith(b"application/vnd.oasis")
    content = package.read("content.xml").decode()
    assert 'office:value="3"' in content and 'office:value="0.5"' in content
    assert 'boolean-value="true"' in content and "<text:p>een</text:p><text:p>twee</text:p>" in content
    assert spreadsheet("x", []) == spreadsheet("x", [])


@pytest.mark.parametrize("path", ["summary", "summary/ods", "figures"])
def test_a_report_asks_little(world, visitor, queries, path):
    queries.clear()
    assert visitor.get(f"/dialogues/{world.square_dialogue.id}/{path}").status_code == 200
    assert len(queries) <= MOST_QUERIES
