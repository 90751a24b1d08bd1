"""From the printer to the count: sheets on A4, typed in by keyboard alone, on a phone and on a desk."""

import re

import pytest

from tests.browser.test_access import sign_in
from tests.browser.test_letters import PDF_PAGE

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 360, "height": 740}


def dialogue_called(phone, question):
    phone.goto("/dialogues")
    return phone.page.get_by_role("link", name=question).first.get_attribute("href")


def make_sheets(host, question, number):
    address = dialogue_called(host, question)
    host.goto(f"{address}/sheets").fill(How_many_new_sheets=number).press("Make the sheets")
    return address


def pages_of(pdf):
    return len(PDF_PAGE.findall(pdf))


@pytest.mark.parametrize(("question", "number"), [("Vlierhof", 3), ("De Kiem", 2)])
def test_each_sheet_begins_on_a_page_of_a4_and_nothing_falls_off(visit, server, question, number):
    host = sign_in(visit(viewport=WIDE), server, "host")
    address = make_sheets(host, question, number)
    host.goto(f"{address}/sheets/paper?all=1")
    sheets = host.page.locator(".sheet-form").count()
    assert sheets >= number
    pdf = host.page.pdf(prefer_css_page_size=True)
    height, width = sorted(map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()))[::-1]
    assert abs(height - 842) < 2 and abs(width - 595) < 2
    assert sheets <= pages_of(pdf) <= 2 * sheets and pages_of(pdf) % sheets == 0
    host.page.emulate_media(media="print")
    host.page.set_viewport_size({"width": 680, "height": 1000})  # what lies between the margins
    wide = "[...document.querySelectorAll('.sheet-form *')].filter(e => e.scrollWidth > e.clientWidth + 2"
    assert host.page.evaluate(f"{wide} && e.clientWidth > 0).map(e => e.className)") == []
    side = host.page.locator(".sheet-form .tick").first.evaluate("e => e.getBoundingClientRect().width")
    assert side / 96 * 25.4 >= 7


def type_sheet(phone, keys):
    """Type every item by keyboard alone: Tab goes on; with a script Enter does too."""
    page = phone.page
    page.locator("input[name=item_0]").focus()
    fields = page.locator("input[name^=item_]").count()
    for number in range(fields):
        page.keyboard.type("1" if number == 0 else keys[number % len(keys)])
        page.keyboard.press("Enter" if phone.javascript else "Tab")
    return fields


def save(phone):
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    return phone.look()


def blank_sheet(host, address):
    host.goto(f"{address}/sheets")
    host.page.locator("summary", has_text="All sheets").click()
    row = host.page.locator(".due li", has_text="Not typed in").first
    return row.locator("a").inner_text()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["phone", "desk"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_sheet_is_typed_in_twice_by_keyboard_alone(visit, server, viewport, javascript):
    host = sign_in(visit(viewport=viewport, javascript=javascript), server, "host")
    address = make_sheets(host, "Vlierhof", 1)
    code = blank_sheet(host, address)
    host.goto(f"{address}/sheets")
    host.page.get_by_label("Number of the sheet").focus()
    host.page.keyboard.type(code.lower())
    save(host).sees(f"Sheet {code}").sees("the first time")
    type_sheet(host, "123-")
    assert host.page.evaluate("document.activeElement.textContent") == "Save this sheet"
    save(host).sees("Now somebody else types it in too.")
    host.goto(f"{address}/sheets?code={code}").sees("the second time")
    type_sheet(host, "1233")  # every fourth is a slip
    page = host.page
    if page.evaluate("document.activeElement.textContent") == "Save this sheet":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Nobody else can do this").is_checked()
    page.keyboard.press("Tab")
    save(host).sees("Look at the paper")
    groups = page.locator("fieldset:has(input[value=first])")
    assert groups.count() >= 3
    for number in range(groups.count()):
        groups.nth(number).locator("input").first.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="This is what the paper says").focus()
    save(host).sees("counts.")


def test_enter_by_mistake_saves_nothing(visit, server):
    host = sign_in(visit(javascript=False), server, "host")
    address = make_sheets(host, "Vlierhof", 1)
    host.goto(f"{address}/sheets?code={blank_sheet(host, address)}")
    host.page.locator("input[name=item_0]").fill("1")
    host.page.keyboard.press("Tab")
    host.page.keyboard.type("2")
    save(host).sees("Something is not right yet")
    assert host.page.locator("input[name=item_1]").input_value() == "2"
    assert host.page.locator("[role=alert] a").first.get_attribute("href") == "#item_2"


def test_by_phone_the_answers_are_read_back(visit, server):
    host = sign_in(visit(), server, "host")
    address = dialogue_called(host, "Vlierhof")
    host.goto(f"{address}/sheets").press("Somebody is on the phone")
    host.sees("First read this out")
    type_sheet(host, "12-")
    save(host).sees("Read it back").sees("left blank")
    host.press("It is right: count it").sees("counts.")
