"""Live in a room: the projector, the host's page, and phones that came in with the code on the screen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import sign_in

PROJECTOR = {"width": 1280, "height": 720}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_hall_talks_one_dialogue_through(visit, server, javascript):
    host = sign_in(visit(javascript=javascript, viewport=PROJECTOR), server, "host")
    host.goto("/dialogues/{parking_dialogue}/phases").follow("Live in a room")
    host.choose("without an access code").press("Open the room").sees("The room is open")
    code = host.page.locator(".code").inner_text()
    host.fill(Minutes=4).press("Start the timer").sees("The timer ends at")
    host.follow("To the big screen")
    assert code in host.page.locator(".screen-code").inner_text()
    assert_fits(host)
    before = took_part(host)

    phone = visit(javascript=javascript)
    phone.goto("/room").fill(The_code_on_the_screen=code.lower()).press("To the dialogue")
    phone.sees("You have no code").press("Take part as a guest").sees("You have until")
    phone.press("Yes, keep my answers").press("Agree").sees("Counted: you agree.")
    assert "%" not in phone.text
    if javascript:  # the screen renews itself, and only the part that changed
        expect(host.page.locator(".screen-number").first).to_have_text(str(before + 1), timeout=10_000)
    else:
        host.goto("/dialogues/{parking_dialogue}/screen")
    assert took_part(host) == before + 1 and "as a guest" in host.page.locator("#now").inner_text()
    host.look()

    host.page.locator("summary").click()
    button = host.page.get_by_role("button", name=re.compile("Next part"))
    if button.count():  # once for the two ways through this test
        with host.page.expect_navigation():
            button.click()
        assert "React only" in host.look().page.locator(".screen-head").inner_text()
        if javascript:
            phone.page.get_by_text("The next part has begun.").wait_for(timeout=15_000)
            phone.look()
    host.goto("/dialogues/{parking_dialogue}/room").press("Close the room").sees("The room is closed.")
    phone.goto("/dialogues/{parking_dialogue}").sees("You need an access code to react.")


def took_part(host):
    return int(host.page.locator(".screen-number").first.inner_text())


def assert_fits(host):
    """On a projector nobody scrolls: all that matters stands on the screen at once, large."""
    bottom = host.page.locator("#now").evaluate("now => now.getBoundingClientRect().bottom")
    assert bottom <= PROJECTOR["height"], bottom
    sizes = host.page.evaluate(
        "['h1', '.both', '.screen-address', '.screen-code', '.screen-number'].map(which =>"
        " parseFloat(getComputedStyle(document.querySelector(which)).fontSize))"
    )
    assert min(sizes) >= PROJECTOR["height"] * 0.03 and sizes[0] >= 48, sizes


def test_the_timer_counts_down_between_two_looks(visit, server):
    host = sign_in(visit(viewport=PROJECTOR), server, "host")
    host.goto("/dialogues/{evenings_dialogue}/room").fill(Minutes=1).press("Start the timer")
    host.goto("/dialogues/{evenings_dialogue}/screen")
    shown = host.page.locator("[data-left]")
    first = shown.inner_text()
    expect(shown).not_to_have_text(first)
    assert re.fullmatch(r"0:5\d", shown.inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_outcome_stands_on_the_screen_once_it_is_closed(visit, scheme):
    screen = visit(viewport=PROJECTOR, color_scheme=scheme)
    screen.goto("/dialogues/{solar_dialogue}/screen")
    words = screen.page.locator(".screen").inner_text()
    assert "Common ground" in words and "Report this" not in words
