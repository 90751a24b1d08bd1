"""A pulse on a phone: prepared by a host, answered in one screen, closed, and asked again."""

import re
from datetime import timedelta

import pytest

from app.clock import today

SOON = today() + timedelta(days=20)


def sign_in_host(visit, server, javascript):
    host = visit(javascript=javascript)
    host.goto(re.search(r"(http\S+)", server.command("link", "host")).group(1)).press("Sign in")
    host.press("Make ten spare codes").follow("I have them")
    return host


def make_codes(host, number):
    host.goto("/admin/codes").fill(For_whom="Pulse street", How_many_codes=number)
    host.press("Make codes and letters")
    return [code.replace("-", "") for code in host.page.locator(".code").all_inner_texts()]


def open_proposal(host, name):
    host.goto("/collectives/new").fill(Name_of_the_collective=name, Why_does_it_exist="We eat together.")
    host.press("Found the collective").follow("Write a proposal")
    host.fill(Title=f"{name}: eating outside", Your_proposal="On warm days we eat outside.").press(
        "Save as draft"
    )
    if "Does this exist already?" in host.text:
        host.press("Mine is different: save as draft")
    host.press("Submit this proposal")
    return host.page.url


def fill_card(host, question):
    host.fill(
        The_question=question, Why_now="It is spring.", What_is_fixed_already="The place.",
        What_is_still_open="The rest.", Who_decides="The group", Last_day_to_take_part=SOON,
    ).choose("Advise: you give advice")  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_pulse_from_question_to_asking_again(visit, server, javascript):
    name = "Long Table" if javascript else "Short Table"
    host = sign_in_host(visit, server, javascript)
    codes = make_codes(host, 5)
    proposal = open_proposal(host, name)
    host.goto(f"/dialogues/new/{proposal.rsplit('/', 1)[1]}/pulse")
    fill_card(host, "How are we doing?")
    host.page.locator("#pulse_2").fill("Eating outside is pleasant.")
    host.page.locator("#open_line").fill("What should change?")
    host.press("Save").sees("How is our initiative doing?").press("Open this dialogue")
    dialogue = host.page.url

    for code in codes:
        resident = visit(javascript=javascript)
        resident.goto(f"/code/{code}").press("Take part")
        resident.goto(dialogue)
        resident.press("Yes, keep my answers")
        resident.page.get_by_label("very well", exact=True).check()
        resident.choose("I strongly agree").press("Save my answers").sees("Your answers count.")
        assert "Asked" not in resident.text and resident.page.locator(".bar").count() == 0
    resident.choose("I disagree").press("Save my answers")
    resident.goto(dialogue)
    assert resident.page.get_by_label("I disagree", exact=True).is_checked()
    resident.fill(What_should_change="Less noise").press("Send in").sees("A host reads your line.")

    host.goto(f"{dialogue}/phases").close_dialogue()
    host.sees("very well: 5").sees("I strongly agree: 4").sees("I disagree: 1").sees("5 answers.")
    assert "%" not in host.page.locator("#main").inner_text() and "Less noise" not in host.text
    host.fill(Last_day_to_take_part=SOON).press("Ask again").sees("Only the hosts can see this.")
    host.sees("Eating outside is pleasant.")


def test_a_pulse_is_answered_with_the_keyboard_alone(visit, server):
    host = sign_in_host(visit, server, True)
    (code,) = make_codes(host, 1)
    proposal = open_proposal(host, "Keyboard club")
    host.goto(f"/dialogues/new/{proposal.rsplit('/', 1)[1]}/pulse")
    fill_card(host, "How is the club?")
    host.press("Save").press("Open this dialogue")
    dialogue = host.page.url
    resident = visit()
    resident.goto(f"/code/{code}").press("Take part")
    resident.goto(dialogue)
    resident.press("Yes, keep my answers")
    page = resident.page
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    for key in ("Space", "ArrowRight", "ArrowRight", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "Save my answers"
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    resident.look().sees("Your answers count.")
    assert page.get_by_label("so-so").is_checked()
