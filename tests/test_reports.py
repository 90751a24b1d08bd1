"""Reports: what a council, a funder or a neighbour gets in hand, on paper and as a file."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

from app.clock import today
from app.collectives.models import Collective
from app.db import db
from app.dialogues.harvest import Harvest
from app.exports.figures_of_one import OF_ONE
from app.exports.tables import measured, measured_of
from app.reports.forms import ChallengeForm
from app.reports.impact import bounds_of
from app.reports.ods import spreadsheet
from app.reports.participation import ASKED
from app.responses.models import Request
from app.votes.pabulib import take_over as take_over_pabulib
from tests.reference import reference
from tests.test_disclosed import NO, YES, held
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


def test_the_council_s_page_leads_to_each_summary_of_what_is_closed(world, visitor):
    page = visitor.get("/council").text
    assert f'href="/dialogues/{world.square_dialogue.id}/summary"' in page
    assert f'href="/dialogues/{world.parking_dialogue.id}/summary"' not in page


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


def test_a_report_asks_little(world, visitor, as_, queries):
    square, proposal = world.square_dialogue.id, world.square.id
    addresses = [f"/dialogues/{square}/{path}" for path in ("summary", "summary/ods", "figures")]
    addresses += [f"/votes/{world.trees.id}/summary", f"/proposals/{proposal}/participation"]
    addresses += [f"/proposals/{world.solar.id}/right-to-challenge"]
    addresses += [f"/collectives/{world.greens.id}/impact/{today().year}"]
    for address in addresses:
        for client in (visitor, as_(world.fleur)):
            queries.clear()
            assert client.get(address).status_code in (200, 404)
            assert len(queries) <= MOST_QUERIES, (address, queries)


# The participation report


def test_all_that_councils_ask_of_a_participation_report_has_its_place(shared_app, world, visitor):
    page = visitor.get(f"/proposals/{world.square.id}/participation").text
    for number in range(1, 11):
        assert f">{number}. " in page
    with shared_app.test_request_context(headers={"Accept-Language": "en"}):
        labels = [str(label) for fields in ASKED.values() for label in fields.values()]
    for label in labels:
        assert label in page
    answer = world.square_request.response
    for words in (world.square_dialogue.question, answer.reason, world.lindens.text, "Chosen:"):
        assert words in page


def gaps_in(page):
    """The gaps in the chapters of a report, after its first page."""
    return page[page.index(">1. ") :].count("Not filled in yet")


def test_a_host_fills_the_gaps_and_they_are_no_gaps_any_more(world, as_, visitor):
    address = f"/proposals/{world.square.id}/participation"
    before = gaps_in(visitor.get(address).text)
    fleur = as_(world.fleur)
    filled = fleur.post(address, data={"success": "Als het er koeler is.", "mark": "7,8 van 20 mensen"})
    assert filled.status_code == 303
    page = visitor.get(address).text
    assert "Als het er koeler is." in page and gaps_in(page) == before - 2
    assert f"{before - 2} things are not filled in yet" in page
    assert "7,8 van 20 mensen" in fleur.get(f"{address}/text").text
    fleur.post(address, data={"success": ""})
    assert gaps_in(visitor.get(address).text) == before


def test_what_is_too_long_comes_back_to_be_made_shorter(world, as_):
    refused = as_(world.fleur).post(
        f"/proposals/{world.square.id}/participation", data={"success": "a" * 3001, "mark": "Een acht"}
    )
    assert refused.status_code == 422 and "Make this shorter" in refused.text and "Een acht" in refused.text


def test_only_hosts_read_the_report_before_anything_is_over(world, as_, visitor):
    address = f"/proposals/{world.parking.id}/participation"
    assert visitor.get(address).status_code == as_(world.amina).get(address).status_code == 404
    assert as_(world.amina).post(address, data={"mark": "8"}).status_code == 403
    page = as_(world.fleur).get(address).text
    assert not any(statement.text in page for statement in world.parking_dialogue.statements)


def test_a_minority_report_stands_in_the_report_word_for_word(world, visitor):
    (said, *_others) = world.solar_dialogue.harvest.words()["minority_report"]
    assert said.text in visitor.get(f"/proposals/{world.solar.id}/participation").text


def test_a_vote_without_a_dialogue_has_both_reports(app, visitor, queries):
    take_over_pabulib(reference("pabulib/Netherlands_Assen_2024.pb"), progress=str)
    for address in ("/proposals/1/participation", "/votes/1/summary"):
        queries.clear()
        page = visitor.get(address)
        assert page.status_code == 200 and len(queries) <= MOST_QUERIES and "84" in page.text
    assert "What was decided" in page.text


def test_a_secret_vote_of_a_few_tells_no_number_of_ballots(world, visitor):
    vote = held(world, [YES] * 5 + [NO] * 4)
    page = visitor.get(f"/votes/{vote.id}/summary").text
    assert '<data value="" data-figure="here_ballots">' in page and "Chosen" not in page


def test_the_first_page_is_about_the_dialogue_that_most_came_of(world, visitor):
    page = visitor.get(f"/proposals/{world.square.id}/participation").text
    first = page[: page.index("1. The initiative")]
    assert world.square_dialogue.question in first and world.square_request.text[:60] in first


# The right to challenge


def test_a_request_to_take_over_a_task_has_all_that_by_laws_ask(shared_app, world, as_):
    page = as_(world.fleur).get(f"/proposals/{world.solar.id}/right-to-challenge").text
    with shared_app.test_request_context(headers={"Accept-Language": "en"}):
        labels = [str(label) for fields in ChallengeForm.ASKED.values() for label in fields.values()]
    for label in labels:
        assert label in page
    assert world.solar_dialogue.question in page and 'data-figure="here_people"' in page
    assert page.count("Not filled in yet") == len(labels) + 3  # and the dates


def test_from_the_day_it_starts_the_other_days_follow(world, as_):
    fleur, address = as_(world.fleur), f"/proposals/{world.solar.id}/right-to-challenge"
    filled = {"task": "Het groen.", "start_on": "2027-06-01", "weeks_before": 18, "weeks_to_decide": 10}
    assert fleur.post(address, data=filled).status_code == 303
    rows = {row["label"]: row["day"] for row in rows_of(fleur.get(f"{address}/csv").text)}
    assert rows["Hand in at the latest on"] == "2027-01-26"
    assert rows["Decision at the latest on"] == "2027-04-06"
    assert 'value="2027-06-01"' in fleur.get(f"{address}/text").text
    assert fleur.post(address, data={**filled, "weeks_before": "veel"}).status_code == 422


def test_handed_in_it_is_a_request_that_everybody_reads_and_nobody_changes(world, as_, visitor):
    fleur, address = as_(world.fleur), f"/proposals/{world.solar.id}/right-to-challenge"
    assert fleur.post(f"{address}/submission").location.endswith("/text")  # nothing to hand in yet
    fleur.post(address, data={"task": "Het groen.", "weeks_before": 18, "weeks_to_decide": 10})
    assert visitor.get(address).status_code == 404
    sent = fleur.post(f"{address}/submission")
    assert "Het groen." in visitor.get(sent.location).text and "Het groen." in visitor.get(address).text
    assert fleur.post(address, data={"task": "Iets anders."}).status_code == 403
    assert fleur.post(f"{address}/submission").status_code == 403


# The impact sheet


def test_the_sheet_of_a_year_tells_what_the_collective_did(world, as_, visitor):
    address = f"/collectives/{world.greens.id}/impact/{world.square_dialogue.opened_at.year}"
    as_(world.fleur).post(address, data={"story": "Een buurvrouw leerde snoeien."})
    page = visitor.get(address).text
    assert "Een buurvrouw leerde snoeien." in page and page.count("Not filled in yet") == 3
    assert world.square_dialogue.question in page and world.lindens.text in page
    assert as_(world.amina).post(address, data={"story": "x"}).status_code == 403
    assert visitor.get(f"/collectives/{world.greens.id}/impact/1999").status_code == 404
    assert f"/impact/{today().year}" in visitor.get(f"/collectives/{world.greens.id}").text


def test_the_years_of_all_collectives_make_the_whole(world):
    """Each dialogue is in one year of one collective: so nothing is counted twice, or left out."""
    collectives = db.session.query(Collective).all()
    sums = dict.fromkeys(("here_dialogues", "here_reactions", "here_requests", "here_commitments"), 0)
    for collective in collectives:
        for year in range(collective.founded_at.year, today().year + 1):
            found = measured_of("", sums, **bounds_of(collective, year))
            sums = {name: total + found[name]["value"] for name, total in sums.items()}
    whole = measured()
    assert sums == {name: whole[name.removeprefix("here_")]["value"] for name in sums}
