"""A harvest on a phone, from the host's page to what follows: with a script, without, by keyboard."""

import pytest

from tests.browser.test_access import sign_in, tab_to


def closed_dialogue(visit, server, codes, javascript, question):
    """A statement round that two people took part in; gives the host, the people and the address."""
    host = sign_in(visit(javascript=javascript), server, "host")
    host.goto("/dialogues/new/{playground}/statement_round?example=1")
    host.fill(
        The_question=question,
        Last_day_to_take_part="2030-01-01",
        Other_statements_to_start_with="A slide.\nA tree.\nA bench.",
        Who_decides="The council",
    ).choose("Advise")
    host.press("Save").press("Open this dialogue")
    address, people = host.page.url, [visit(javascript=javascript) for _ in range(2)]
    for phone in people:
        phone.goto(f"/code/{next(codes)}").press("Take part")
        phone.goto(address).press("Yes, keep my answers").press("Agree")
    host.goto(address).follow("Lead this dialogue").close_dialogue()
    return host, people, address


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_host_s_page_to_a_public_harvest(visit, server, new_codes, javascript):
    host, people, address = closed_dialogue(visit, server, new_codes, javascript, f"Where? {javascript}")
    host.goto(address).follow("Write the harvest")
    host.press("Save, and let participants check it").sees("Something is not right yet")
    host.fill(What_do_we_agree_on="A tree.\nA slide.", Who_was_not_at_the_table="Who works at night.")
    first = host.page.get_by_role("group", name="Question 1")
    first.get_by_label("What do we ask?").fill("Plant a tree.")
    assert first.get_by_label("Of whom?").input_value() == "The council"
    host.press("Save, and let participants check it").sees("Being checked").sees("Plant a tree.")

    one, other = people
    one.goto("/me").follow("Is this how it was? Check the harvest").press("This is right")
    one.sees("You said: this is right.")
    other.goto(f"{address}/harvest").page.locator("summary", has_text="Something is missing").click()
    other.press("This is missing").sees("Say what is missing.")
    other.fill(What_is_missing="The shade.").press("This is missing").sees("The shade.")
    host.goto(f"{address}/harvest").press("Publish for comments").sees("Open for comments")

    one.goto("/me").follow("Read the harvest and comment on it")
    one.fill(Your_comment="Well said.").press("Send in").sees("Well said.")
    other.goto(f"{address}/harvest").page.locator("summary", has_text="I see it otherwise").click()
    other.fill(How_do_you_see_it="I want no slide.").press("Add to the harvest").sees("I want no slide.")
    visitor = visit(javascript=javascript)
    visitor.goto(f"{address}/harvest").sees("I want no slide.").sees("Plant a tree.").sees("Well said.")


def test_a_harvest_is_checked_by_keyboard_alone(visit, server, new_codes):
    host, (phone, _other), address = closed_dialogue(visit, server, new_codes, True, "By keyboard?")
    host.goto(address).follow("Write the harvest")
    host.fill(What_do_we_agree_on="A tree.", Who_was_not_at_the_table="Nobody.")
    tab_to(host, "Save, and let participants check it")
    with host.page.expect_navigation():
        host.page.keyboard.press("Enter")
    phone.goto(f"{address}/harvest")
    tab_to(phone, "This is right")
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    phone.look().sees("1 says it is right.")


def test_the_next_step_takes_one_press_for_requests_and_two_for_a_vote(visit, server):
    host = sign_in(visit(), server, "host")
    host.goto("/dialogues/{solar_dialogue}/harvest").press("Send 2 requests")
    host.sees("2 requests are sent.").sees("What followed from it")
    host.follow("Hold a vote on this").press("Save").sees("The vote is ready.").sees(
        "See the dialogue before it"
    )
