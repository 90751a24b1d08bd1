"""For and against on a phone: with a script, without, and by keyboard."""

import pytest

from tests.browser.test_access import sign_in, tab_to

FOR = "They cross alone.\nCars slow down.\nIt is near the square."
AGAINST = "Cars wait longer.\nIt costs money.\nThere is a bridge."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_a_plan_to_an_outcome(visit, server, new_codes, javascript):
    host = sign_in(visit(javascript=javascript), server, "host")
    host.goto("/dialogues/new/{playground}/for_and_against?example=1")
    host.fill(
        The_question=f"A zebra crossing? {javascript}",
        Last_day_to_take_part="2030-01-01",
        Arguments_for=FOR,
        Arguments_against=AGAINST,
    ).choose("Advise")
    host.press("Save").sees("The dialogue is ready.").press("Open this dialogue").sees("Gather arguments")
    address = host.page.url

    phone = visit(javascript=javascript)
    phone.goto(f"/code/{next(new_codes)}").press("Take part")
    phone.goto(address).press("Yes, keep my answers").sees("Where do you stand now?")
    phone.press("For").sees("Before weighing you said: For.")
    phone.choose("An argument against").fill(Your_point="The lamp shines into bedrooms.")
    form = phone.page.locator("form[action$='statements/argument']")
    form.get_by_label("Where can people read this?").fill("javascript:alert(1)")
    phone.press("Send in", within=form).sees("not the address of a web page")
    form.get_by_label("Where can people read this?").fill("cbs.nl/lamps")
    phone.press("Send in", within=form).sees("A host reads it before others see it.")
    phone.page.locator("summary", has_text="About the source").first.click()
    phone.press("Ask for a source").sees("Somebody asks where this comes from.")

    host.goto("/moderation").sees("The lamp shines into bedrooms.").sees("https://cbs.nl/lamps")
    for words in ("The lamp shines", "https://cbs.nl/lamps"):
        host.press("Publish", within=host.page.locator("section.card", has_text=words))
    assert "cbs.nl/lamps" in host.goto(address).page.content()  # perhaps below "more": the order is one's own
    host.page.locator("summary", has_text="merge what says the same").click()
    host.page.get_by_label("These words go").select_option("It costs money.")
    host.page.get_by_label("These words stay").select_option("Cars wait longer.")
    host.press("Merge").sees("Merged. Both people are counted for it.")
    host.follow("Lead this dialogue").choose("Weigh arguments").press("Begin this part now")

    phone.goto(address).sees("0 of 5 weighed")
    for number in range(5):
        assert "The lamp shines" not in phone.page.locator(".statement").inner_text()
        phone.press(("Not", "A little", "Heavily")[number % 3])
    phone.sees("Where do you stand after weighing?").press("Not sure yet").sees("Your weights count.")
    phone.page.locator("summary", has_text="What you weighed").click()
    phone.follow("Change this").sees("5 of 5 weighed").press("Heavily").sees("Your weights count.")

    host.follow("Lead this dialogue").close_dialogue()
    phone.goto(address).sees("Too few people answered both times").sees("Questions to who decides")


def test_weighing_works_by_keyboard_alone_and_the_outcome_can_be_read(visit, server, new_codes):
    phone = visit()
    phone.goto(f"/code/{next(new_codes)}").press("Take part")
    phone.goto("/dialogues/{crossing_debate}").press("Yes, keep my answers").sees("Where do you stand now?")
    press_by_keyboard(phone, "Against", "0 of 6 weighed")
    for number in range(1, 6):
        press_by_keyboard(phone, "A little", f"{number} of 6 weighed")
    press_by_keyboard(phone, "A little", "Where do you stand after weighing?")
    press_by_keyboard(phone, "Against", "Your weights count.")
    phone.look()

    host = sign_in(visit(javascript=False), server, "host")
    host.goto("/dialogues/{crossing_debate}/phases").close_dialogue()
    phone.goto("/dialogues/{crossing_debate}").sees("31 people answered both times.")
    phone.sees("of the other side").sees("What weighs most on each side")


def press_by_keyboard(phone, name, then):
    tab_to(phone, name)
    phone.page.keyboard.press("Enter")
    phone.page.get_by_text(then).wait_for()
