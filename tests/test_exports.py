import csv
import io

from app.db import db
from app.exports.tables import TABLES, csv_of, harmless


def rows(visitor, name):
    response = visitor.get(f"/open-data/{name}")
    assert response.mimetype == "text/csv" and "attachment" in response.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_every_table_can_be_taken_away_and_is_explained(world, visitor):
    page = visitor.get("/open-data").text
    assert page.count('class="meta"') == len(TABLES)
    for name in TABLES:
        assert f"/open-data/{name}" in page and rows(visitor, name), name


def test_the_figures_are_those_of_the_pages(world, visitor):
    exported = {row["text"]: row for row in rows(visitor, "statements")}
    for statement in world.solar_dialogue.statements:
        if statement.state == "published" and statement.standing.reactions >= 5:
            row = exported[statement.text]
            assert (int(row["agree"]), int(row["disagree"])) == (statement.agrees, statement.disagrees)
    counted = {
        row["label"]: row["votes"] for row in rows(visitor, "votes") if row["vote"] == str(world.trees.id)
    }
    assert counted == {option.label: str(option.votes) for option in world.trees.options}


def test_what_is_open_or_in_preparation_is_not_in_it(world, visitor):
    everything = "".join(visitor.get(f"/open-data/{name}").text for name in TABLES)
    for thing in (world.parking_dialogue, world.shed_dialogue, world.roof_vote, world.evenings_vote):
        assert thing.question not in everything
    assert world.garden.title not in everything


def test_no_name_of_a_resident_is_in_it(world, visitor):
    everything = "".join(visitor.get(f"/open-data/{name}").text for name in TABLES)
    for person in (world.amina, world.bram, world.samira, world.wout):
        assert f"{person.name}," not in everything and f",{person.name}" not in everything


def test_a_spreadsheet_runs_nothing(world, visitor):
    assert harmless("=1+1") == "'=1+1"
    assert harmless(" +cmd") == "' +cmd" and harmless("'=x") == "''=x" and harmless("@sum") == "'@sum"
    assert harmless("Gewoon") == "Gewoon" and harmless(-3) == -3
    world.lamps_request.text = "=HYPERLINK(A1)"
    db.session.commit()
    assert "'=HYPERLINK" in csv_of("requests")


def test_an_unknown_table_is_not_there(world, visitor):
    assert visitor.get("/open-data/person").status_code == 404
