"""The idea round on a phone: in days with a script and without, in a room, and the dots by keyboard."""

import pytest

from tests.browser.test_access import sign_in, tab_to

IDEAS = "A pump.\nA bench.\nA slide.\nA hedge."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_an_idea_to_a_shortlist(visit, server, new_codes, javascript):
    host, address = prepared(visit(javascript=javascript), server, f"What comes there? {javascript}")
    phone = visit(javascript=javascript)
    phone.goto(f"/code/{next(new_codes)}").press("Take part")
    phone.goto(address).press("Yes, keep my answers")
    assert "A pump." not in phone.text
    phone.press("Send in").sees("Fill this in.")
    phone.page.get_by_role("textbox", name="Your idea").fill("A vegetable garden.")
    phone.press("Send in").sees("Your idea is in").sees("A pump.")

    begin(host, "In pairs", address)
    phone.goto(address).sees("The idea of somebody else").press("Send in").sees("Choose one.")
    phone.choose("Add to it").fill(The_idea_in_new_words="A pump and a trough.").press("Send in")
    phone.sees("You built on the idea of somebody else.")
    host.goto("/moderation")
    for words in ("A vegetable garden.", "A pump and a trough."):
        host.press("Publish", within=host.page.locator("section.card", has_text=words))

    begin(host, "In fours", address)
    phone.goto(address).sees("Which one stands out?")
    assert phone.page.get_by_role("button", name="This one stands out").count() >= 3
    phone.page.locator("form[action$='reactions/pick'] button").first.click()
    phone.page.wait_for_load_state("networkidle")
    phone.look().sees("You picked this one")

    begin(host, "All: merge", address)
    host.goto(address).sees("These ideas go on.")
    begin(host, "All: dots", address)
    phone.goto(address).sees("You have 3 dots")
    phone.page.locator(".choice").first.click()
    phone.press("Place my dots").sees("Your dots count.")
    assert phone.page.locator(":checked").count() == 1
    host.goto(f"{address}/phases").close_dialogue()
    phone.goto(address).sees("This is a shortlist, not a decision.").sees("Too few people placed dots")


def test_in_a_room_a_four_enters_a_card_and_dots_are_placed_by_keyboard(visit, server, new_codes):
    host, address = prepared(visit(javascript=False), server, "What comes there, in a room?", room=True)
    phones = [visit(javascript=number == 0) for number in range(5)]
    for phone in phones:
        phone.goto(f"/code/{next(new_codes)}").press("Take part")
        phone.goto(address).press("Yes, keep my answers").sees("Think alone, for 1 minute")
    begin(host, "In fours", address)
    phones[0].goto(address).fill(The_number_of_your_four=7, The_idea_that_stands_out="A fountain.")
    phones[0].press("Send in").sees("Your card is in.")
    begin(host, "All: dots", address)
    for phone in phones:
        phone.goto(address).sees("You have 3 dots")
        phone.page.get_by_label("A fountain.").focus()
        phone.page.keyboard.press("Space")
        tab_to(phone, "Place my dots")
        phone.page.keyboard.press("Enter")
        phone.page.get_by_text("Your dots count.").first.wait_for()
    host.goto(f"{address}/phases").close_dialogue().sees("5 people placed dots.")
    phones[0].goto(address).sees("5 people").sees("This is a shortlist, not a decision.")


def prepared(host, server, question, room=False):
    sign_in(host, server, "host")
    host.goto("/dialogues/new/{playground}/idea_round?example=1").fill(
        The_question=question, Last_day_to_take_part="2030-01-01", Ideas_to_begin_with=IDEAS
    ).choose("Advise")
    if room:
        host.choose("In a room")
    host.press("Save").sees("The dialogue is ready.").press("Open this dialogue").sees(
        "Think of an idea of your own."
    )
    return host, host.page.url


def begin(host, part, address):
    host.goto(f"{address}/phases")
    host.choose(part).press("Begin this part now")
