"""The resistance measurement on a phone, from card to outcome: with a script, without, by keyboard."""

import pytest

from tests.browser.test_access import sign_in, tab_to

OPTIONS = ("By the school.", "On the square.", "The bench stays in the shed.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_options_to_an_outcome(visit, server, new_codes, javascript):
    host = sign_in(visit(javascript=javascript), server, "host")
    host.goto("/dialogues/new/{playground}").choose("There are several options").press("Which way suits?")
    host.follow("Begin with this").follow("Begin with an example")
    host.fill(
        The_question=f"Where does the bench go? {javascript}",
        Last_day_to_take_part="2030-01-01",
        The_options="By the school.\nOn the square.",
        What_if_we_do_nothing="The bench stays in the shed.",
    ).choose("Advise")
    host.press("Save").sees("The dialogue is ready.").press("Open this dialogue").sees("Wishes")
    address = host.page.url

    people = [visit(javascript=javascript) for _ in range(5)]
    for phone in people:
        phone.goto(f"/code/{next(new_codes)}").press("Take part")
    first = people[0]
    first.goto(address)
    if first.page.locator("summary", has_text="Add a wish").count():
        first.page.locator("summary", has_text="Add a wish").click()
    first.fill(What_must_a_good_solution_do="Be in the sun.").press("Send in")
    first.press("Yes, keep my answers").sees("A host reads your wish").sees("Be in the sun.")

    host.follow("Lead this dialogue").choose("Measure").press("Begin this part now")
    for number, phone in enumerate(people):
        phone.goto(address)
        if phone is not first:
            phone.press("Yes, keep my answers")
        phone.press("Save my ratings").sees("Choose a number from 0 to 10.")
        rate(phone, (1, 9 if number == 4 else 3, 7)).press("Save my ratings").sees("Your ratings count.")
        assert "%" not in phone.text

    host.goto(address).follow("Lead this dialogue").choose("Measure again").press("Begin this part now")
    for phone in people:
        rate(phone.goto(address), (1, 2, 7)).press("Save my ratings").sees("Your ratings count.")
    host.follow("Lead this dialogue").close_dialogue()
    first.goto(address).sees("Least resistance:").sees("By the school.").sees("First measurement: 42%")


def rate(phone, ratings):
    for option, rating in zip(OPTIONS, ratings, strict=True):
        row = phone.page.get_by_role("group", name=option)
        row.get_by_label(str(rating), exact=True).check(force=True)
    return phone


def test_ratings_are_given_by_keyboard_alone(visit, server, new_codes):
    host = sign_in(visit(javascript=False), server, "host")
    host.goto("/dialogues/{options_dialogue}/phases").choose("Measure again").press("Begin this part now")
    phone = visit()
    phone.goto(f"/code/{next(new_codes)}").press("Take part")
    phone.goto("/dialogues/{options_dialogue}").press("Yes, keep my answers")
    for _option in range(4):
        phone.page.keyboard.press("Tab")
        while phone.page.evaluate("document.activeElement.type") != "radio":
            phone.page.keyboard.press("Tab")
        phone.page.keyboard.press("Space")
        phone.page.keyboard.press("ArrowRight")
    tab_to(phone, "Save my ratings")
    with phone.page.expect_response(lambda response: response.request.method == "POST"):
        phone.page.keyboard.press("Enter")
    phone.page.wait_for_load_state("networkidle")
    phone.look().sees("Your ratings count.")
    assert phone.page.locator(":checked").evaluate_all("all => all.map(one => one.value)") == ["1"] * 4


def test_the_numbers_are_large_enough_for_a_thumb_on_the_smallest_phone(visit, new_codes):
    phone = visit(viewport={"width": 320, "height": 640})
    phone.goto(f"/code/{next(new_codes)}").press("Take part")
    phone.goto("/dialogues/{options_dialogue}").press("Yes, keep my answers")
    for number in phone.page.locator(".number-choice").all():
        box = number.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 40
