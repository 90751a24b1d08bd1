import csv
import io
from datetime import date
from html import unescape

import pytest

from app.db import db
from app.exports import tables
from app.exports.fields import FIELDS
from app.exports.tables import TABLES, columns_of, csv_of, harmless, rows_of

KINDS = {"integer": int, "number": (int, float), "string": str, "boolean": bool}


def rows(visitor, name):
    response = visitor.get(f"/open-data/{name}")
    assert response.mimetype == "text/csv" and "attachment" in response.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_every_table_can_be_taken_away_and_is_explained(world, visitor):
    page = visitor.get("/open-data").text
    assert page.count('<span class="meta">') == len(TABLES)
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


# The same as JSON, and for programs


def test_every_column_is_explained_and_no_other(world):
    columns = {name: columns_of(name) for name in TABLES}
    assert {column for names in columns.values() for column in names} == set(FIELDS)
    for name in TABLES:
        assert len(columns[name]) == len(set(columns[name])), name


@pytest.mark.parametrize("name", TABLES)
def test_every_value_is_of_its_kind(world, name):
    for row in rows_of(name):
        for column, value in row.items():
            if value is None:
                continue
            if FIELDS[column].kind == "date":
                assert date.fromisoformat(value)
            else:
                assert isinstance(value, KINDS[FIELDS[column].kind]), (column, value)


@pytest.mark.parametrize("name", TABLES)
def test_json_and_csv_say_the_same(world, visitor, name):
    response = visitor.get(f"/open-data/{name}.json")
    assert response.json["licence"] == "CC-BY-4.0" and response.json["rows"] == list(rows_of(name))
    assert len(rows(visitor, f"{name}.csv")) == len(response.json["rows"])
    assert list(rows(visitor, name)[0]) == columns_of(name)


def test_a_table_without_rows_still_has_its_columns(app, visitor):
    assert visitor.get("/open-data/votes.csv").text.startswith("\ufeffvote,question,method")
    assert visitor.get("/open-data/votes.json").json["rows"] == []


def test_who_has_it_already_gets_it_again_only_when_it_changed(world, visitor):
    for address in ("/open-data/requests.csv", "/open-data/requests.json", "/api/v1/requests"):
        tag = visitor.get(address).headers["ETag"]
        again = visitor.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304 and again.data == b"", address
        world.lamps_request.text += "!"
        db.session.commit()
        changed = visitor.get(address, headers={"If-None-Match": tag})
        assert changed.status_code == 200 and changed.headers["ETag"] != tag


def test_programs_from_elsewhere_may_read_it(world, visitor):
    for address in ("/open-data/votes.json", "/api/v1/votes", "/api/openapi.json"):
        headers = visitor.get(address).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_long_table_waits_on_disk_and_is_sent_whole(world, visitor, monkeypatch):
    monkeypatch.setattr("app.exports.files.IN_MEMORY", 100)
    response = visitor.get("/open-data/statements.json")
    assert len(response.data) == response.content_length > 100
    assert response.json["rows"] == list(rows_of("statements"))


@pytest.mark.parametrize("name", TABLES)
def test_the_parts_together_are_the_whole(world, visitor, name):
    address, found = f"/api/v1/{name}?limit=3", []
    while address:
        part = visitor.get(address).json
        assert len(part["rows"]) <= 3
        found, address = found + part["rows"], part["next"]
    assert found == list(rows_of(name)) and part["total"] == len(found)


def test_rows_are_asked_by_their_whole_numbers(world, visitor):
    dialogue = world.solar_dialogue.id
    part = visitor.get(f"/api/v1/statements?dialogue={dialogue}").json
    assert part["total"] > 3 and {row["dialogue"] for row in part["rows"]} == {dialogue}
    assert visitor.get("/api/v1/statements?dialogue=999999").json["rows"] == []


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=501", "limit=x", "limit=", "offset=-1", "offset=9e9", "dialogue=1;drop",
              "dialogue=99999999999999999999999", "limit=1&limit=2", "limit=\u0661"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_a_reason(world, visitor, asked):
    response = visitor.get(f"/api/v1/statements?{asked}")
    assert response.status_code == 400 and "has to be a whole number" in response.json["error"]


def test_nothing_small_leaves_by_the_interface_either(world, visitor):
    for row in visitor.get("/api/v1/statements?limit=500").json["rows"]:
        numbers = [row["agree"], row["disagree"], row["pass"]]
        assert numbers == [None] * 3 or sum(numbers) >= 5


def test_the_data_package_names_every_table_with_its_columns(world, visitor):
    package = visitor.get("/open-data/datapackage.json").json
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]
    for resource in package["resources"]:
        header = visitor.get(f"/open-data/{resource['path']}").text.splitlines()[0].removeprefix("\ufeff")
        assert [field["name"] for field in resource["schema"]["fields"]] == header.split(",")
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_page_for_programs_explains_every_column(shared_app, world, visitor):
    page = visitor.get("/api").text
    for name in tables.TABLES:
        assert f'id="{name}"' in page and f"/api/v1/{name}" in page
    with shared_app.test_request_context(headers={"Accept-Language": "en"}):
        assert all(str(field.meaning) in unescape(page) for field in FIELDS.values())
