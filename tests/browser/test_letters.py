"""A letter from the printer to the phone: one sheet each, and in within three taps."""

import re

import pytest

from tests.browser.test_access import sign_in

# Every page object of a PDF says so; compressed object streams are not used by Chromium's printer.
PDF_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def print_letters(host, kind, number, label="Burgemeester van Heemskerck-Quarleslaan"):
    host.goto("/admin/codes")
    host.page.locator(f"[name=kind][value={kind}]").check()
    host.fill(For_whom=label, How_many_codes=number).press("Make codes and letters")
    return host.sees("shown only once")


SHEETS = [("letter", 3, 3), ("poster", 16, 2), ("door_hanger", 6, 2)]


@pytest.mark.parametrize(("kind", "codes", "sheets"), SHEETS)
def test_each_sheet_is_one_page_of_a4(visit, server, kind, codes, sheets):
    host = sign_in(visit(), server, "host")
    print_letters(host, kind, codes)
    assert host.page.locator(".code").count() == codes
    pdf = host.page.pdf(prefer_css_page_size=True)
    assert len(PDF_PAGE.findall(pdf)) == sheets
    height, width = sorted(map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()))[::-1]
    assert abs(height - 842) < 2 and abs(width - 595) < 2
    host.page.emulate_media(media="print")
    spilt = "[...document.querySelectorAll('.sheet, .hanger, .poster')]"
    assert host.page.evaluate(f"{spilt}.filter(e => e.scrollHeight > e.clientHeight + 1).length") == 0
    if kind != "poster":  # of the square itself, without its quiet zone of four modules on each side
        side = host.page.evaluate("""() => {
            const qr = document.querySelector('.sheet .qr');
            const modules = qr.viewBox.baseVal.width;
            return qr.getBoundingClientRect().width * (modules - 8) / modules / 96 * 25.4;
        }""")
        assert side >= 30


def test_from_the_letter_to_taking_part_in_three_taps(visit, server):
    host, phone = sign_in(visit(), server, "host"), visit()
    print_letters(host, "letter", 1)
    code = host.page.locator(".code").inner_text()
    taps = 0
    phone.goto(f"/code/{code.replace('-', '')}")  # what the camera opens
    phone.press("Take part").sees("Welcome.")
    taps += 1
    for choice in ("Agree", "Take part", "React", "Yes"):
        button = phone.page.get_by_role("button", name=choice, exact=True)
        if button.count():
            phone.press(choice)
            taps += 1
            break
    assert taps <= 3


def test_a_mistyped_code_is_put_right_by_keyboard(visit, server):
    host, phone = sign_in(visit(), server, "host"), visit()
    print_letters(host, "letter", 1)
    code = host.page.locator(".code").inner_text()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    phone.goto("/code")
    phone.page.get_by_label("Your access code").focus()
    phone.page.keyboard.type(wrong.lower())
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    phone.look().sees("We do not know this code")
    field = phone.page.get_by_label("Your access code")
    assert field.input_value() == wrong.lower()
    field.focus()
    phone.page.keyboard.press("End")
    phone.page.keyboard.press("Backspace")
    phone.page.keyboard.type(code[-1].lower())
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")
    phone.look().sees("Welcome.")
