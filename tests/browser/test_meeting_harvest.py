"""The harvest of a meeting on a phone: handed in, read, closed, ticked off and sent on."""

from datetime import timedelta

import pytest

from app.clock import today
from tests.browser.test_pulse import fill_card, make_codes, open_proposal, sign_in_host

SOON = today() + timedelta(days=20)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_meeting_from_table_to_statement_round(visit, server, javascript):
    host = sign_in_host(visit, server, javascript)
    (code,) = make_codes(host, 1)
    proposal = open_proposal(host, "Street with script" if javascript else "Street without script")
    host.goto(f"/dialogues/new/{proposal.rsplit('/', 1)[1]}/meeting_harvest")
    fill_card(host, "What did we hear?")
    host.press("Save").follow("Print a sheet for each table").sees("Key sentences, in people's own words")
    host.page.go_back()
    host.press("Open this dialogue")
    dialogue = host.page.url

    resident = visit(javascript=javascript)
    resident.goto(f"/code/{code}").press("Take part")
    resident.goto(dialogue)
    resident.press("Yes, keep my answers")
    resident.fill(What_was_your_table_about="The pavement", How_many_people_sat="6")
    resident.page.get_by_label("Key sentences").fill("The pavment is narrow.\nMy walker does not fit.")
    resident.page.locator("summary", has_text="What you agreed").click()
    typed = {"Action 1: what?": "Measure it", "Action 1: who?": "Cor"}
    resident.fill(What_did_you_agree="We measure it.", **typed)
    resident.press("Hand in").sees("A host reads what your table said")

    host.goto(dialogue).sees("The pavement")
    host.page.locator("summary", has_text="pavment").click()
    box = host.page.locator("details[open] input[name='correction-text']")
    box.fill("The pavement is narrow.")
    host.press("Save", within=host.page.locator("details[open]")).sees("Corrected.")
    host.press("I have read this table").sees("This table is part of the outcome.")
    host.goto(f"{dialogue}/phases").close_dialogue()
    host.sees("1 table handed in. Together they counted 6 people.").sees("The pavment is narrow.")
    host.press("Done: Measure it").sees("Not done yet")
    host.choose("My walker does not fit.").press("Send on")
    assert "My walker does not fit." in host.page.locator("#seeds").input_value()


def test_a_sheet_is_handed_in_with_the_keyboard_alone(visit, server):
    host = sign_in_host(visit, server, True)
    (code,) = make_codes(host, 1)
    proposal = open_proposal(host, "Keyboard table")
    host.goto(f"/dialogues/new/{proposal.rsplit('/', 1)[1]}/meeting_harvest")
    fill_card(host, "What did we hear?")
    host.press("Save").press("Open this dialogue")
    resident = visit()
    resident.goto(f"/code/{code}").press("Take part")
    resident.goto(host.page.url)
    resident.press("Yes, keep my answers")
    page = resident.page
    page.get_by_label("What was your table about?").focus()
    for typed in ("The trees", "Toon", "4", None, "They are too small."):
        if typed:
            page.keyboard.type(typed)
        page.keyboard.press("Tab")
    for _ in range(4):
        if page.evaluate("document.activeElement.textContent") == "Hand in":
            break
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    resident.look().sees("A host reads what your table said").sees("They are too small.")
