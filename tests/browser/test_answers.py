"""From a request to what neighbours saw of it, on a phone: with a script and without."""

from datetime import timedelta

import pytest

from app.clock import today
from tests.browser.test_access import sign_in, tab_to
from tests.browser.test_the_line import join, write_proposal

SOON = str(today() + timedelta(days=20))
COLLECTIVE = "Groen Lakerbeek"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_asked_answered_promised_disputed_and_seen(visit, server, new_codes, javascript):
    what = f"Plant ten limes {'with' if javascript else 'without'} script."
    author, neighbour = visit(javascript=javascript), visit(javascript=javascript)
    join(author, next(new_codes))
    author.goto("/collectives").follow(COLLECTIVE).press("Join").sees("You are now a member")
    proposal = write_proposal(author, what)
    host = sign_in(visit(javascript=javascript), server, "host")
    host.goto(proposal).follow("Send a request about this")
    host.fill(What_do_you_ask=what, Whom_do_you_ask="The council").press("Send the request")
    request = host.sees("There is no answer yet.").page.url

    officer = sign_in(visit(javascript=javascript), server, "council")
    answer(officer, what, request)
    commitment = promise(officer)

    author.goto(request).follow("Dispute the answer").press("Publish the dispute").sees("Fill this in")
    author.fill(Why_do_you_not_accept="There is room for ten beside the school.").press("Publish the dispute")
    author.sees("There is no reply yet.")
    officer.goto("/council/desk").sees("Disputes to reply to").follow("Reply to the dispute")
    officer.fill(What_do_you_reply="That ground belongs to the school itself.").press("Publish the reply")
    officer.sees("That ground belongs to the school itself.")

    join(neighbour, next(new_codes))
    neighbour.goto(commitment).choose("No, not yet").press("Send in").sees("what is not done yet")
    neighbour.fill(What_did_you_see="Six stand there.").press("Send in").sees("1 resident says: not yet.")
    neighbour.choose("Yes, I saw").fill(What_did_you_see="All eight.").press("Send in")
    neighbour.sees("1 resident saw that it is done.")
    visit(javascript=javascript).goto(commitment).sees("Eight limes stand there.").sees("All eight.")


def answer(officer, what, request):
    """From the desk: half an answer first, then the whole one."""
    officer.goto("/council/desk").sees(what)
    row = officer.page.locator("li", has_text=what).get_by_role("link", name="Write the answer")
    with officer.page.expect_navigation():
        row.click()
    officer.look().fill(Why="Eight fit.").press("Save as draft").sees(
        "Only people of the council can see it."
    )
    officer.choose("Later").press("Publish the answer").sees("Fill in below when you come back to it.")
    officer.choose("Partly adopted").press("Publish the answer").sees("Say a little more")
    officer.fill(Why="Eight fit between the pipes; for two more there is no room.")
    officer.fill(Who_answers="Noor, alderman").press("Publish the answer").sees("The answer is published.")
    assert officer.page.url == request


def promise(officer):
    officer.fill(What_do_you_promise="Eight limes before spring.", Who_does_it="Parks", Done_by=SOON)
    officer.press("Publish this commitment").sees("The commitment is published.").follow("Give an update")
    officer.choose("Done").press("Save").sees("Say or show what was done.")
    officer.fill(What_can_you_say="Eight limes stand there.", A_page_that_shows_it="voorbeeld.nl/limes")
    officer.press("Save").sees("Eight limes stand there.").sees("voorbeeld.nl/limes")
    return officer.page.url


def test_an_answer_is_written_by_keyboard_alone(visit, server):
    officer = sign_in(visit(), server, "council")
    officer.goto("/requests/{crossing_request}/response")
    tab_to(officer, "Save as draft")
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    officer.look().sees("The draft is saved.")


def test_every_page_of_the_loop_fits_the_smallest_screen_in_both_languages(visit, server):
    for language in ("nl", "en"):
        officer = sign_in(visit(viewport={"width": 320, "height": 640}, language=language), server, "council")
        for path in ("/council/desk", "/requests", "/requests/{lamps_request}/response", "/requests/1",
                     "/commitments/1", "/commitments/1/progress"):  # fmt: skip
            officer.goto(path)
