"""For everybody: dark or light, Dutch or English, wide or narrow, by keyboard, without a script."""

import re

import pytest

PUBLIC = (
    *("/", "/council", "/proposals/1", "/proposals/2/revisions", "/dialogues/1", "/dialogues/1/statements"),
    *(
        "/dialogues/{parking_dialogue}",
        "/votes/1",
        "/votes/{roof_vote}",
        "/votes/{crossing_vote}",
        "/votes/{crossing_vote}/seals",
        "/votes/{trees}/ballots",
        "/votes/{trees}/receipt",
        "/votes/promises",
        "/requests",
        "/requests/1",
        "/requests/{lamps_request}",
        "/collectives/1",
        "/news",
        "/news/notice",
        "/dialogues/1/summary",
        "/proposals/1/participation",
        "/proposals/{square}/line",
    ),
    *("/search?q=bomen", "/open-data", "/api", "/about", "/code", "/code/00000000000", "/nergens"),
    "/sign-in/passkey",
    *("/privacy", "/privacy/register", "/privacy/assessment", "/toegankelijkheid"),
)
HOSTS = (
    *(
        "/admin",
        "/admin/codes",
        "/admin/codes/1",
        "/admin/codes/examples/letter",
        "/admin/codes/examples/poster",
        "/admin/codes/examples/door_hanger",
        "/admin/texts",
        "/admin/roles",
        "/admin/roles/new",
        "/admin/neighbourhood",
        "/moderation",
        "/collectives/new",
    ),
    *("/proposals/new/1", "/proposals/{parking}/revisions/new", "/dialogues/new/{shed}", "/votes/new/{shed}"),
    *("/requests/new/{shed}", "/me", "/me/passkeys", "/me/sessions", "/me/data", "/me/erasure", "/me/e-mail"),
    *("/me/news", "/me/contributions", "/me/news/mail"),
    *(
        "/admin/mail",
        "/admin/record",
        "/dialogues/{parking_dialogue}",
        "/dialogues/{shed_dialogue}",
        "/dialogues/{options_dialogue}",
        "/votes/ways/{shed}",
        "/votes/new/{shed}?method=mes_cost",
        "/votes/new/{shed}?method=majority_judgment",
        "/votes/{evenings_vote}",
        "/votes/{evenings_vote}/tellers",
        "/votes/{evenings_vote}/rehearsal",
        "/votes/{crossing_vote}/count",
        "/votes/{roof_vote}/voiding",
        "/proposals/{parking}/right-to-challenge/text",
    ),
)

COUNCIL = ("/requests/{lamps_request}/response", "/requests/1", "/commitments/2", "/council")


def sign_in(phone, server, role):
    link = re.search(r"(http\S+)", server.command("link", role)).group(1)
    phone.page.goto(link)
    with phone.page.expect_navigation():
        phone.page.locator("main form button").click()
    with phone.page.expect_navigation():  # a first time, or a new sheet
        phone.page.locator("form[action='/me/spare-codes'] button").click()
    return phone


@pytest.mark.parametrize("language,scheme", [("nl", "light"), ("en", "dark")])
def test_axe_finds_nothing_on_any_public_page(visit, scheme, language):
    phone = visit(color_scheme=scheme, language=language)
    for path in PUBLIC:
        phone.goto(path)
        assert phone.page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_a_host_or_the_council(visit, server, scheme):
    phone = sign_in(visit(color_scheme=scheme, language="nl"), server, "host")
    for path in HOSTS:
        phone.goto(path)
    officer = sign_in(visit(color_scheme=scheme, language="nl"), server, "council")
    for path in COUNCIL:
        officer.goto(path)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(visit, server, width):
    phone = visit(viewport={"width": width, "height": 740}, language="nl", javascript=False)
    sign_in(phone, server, "host")
    for path in (*PUBLIC, *HOSTS):
        phone.goto(path)


def test_a_dialogue_can_be_done_by_keyboard_alone(visit, server):
    phone = visit()
    phone.goto(server.code_links[0])
    tab_to(phone, "Take part")
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_url(lambda url: "/code" not in url)
    phone.page.wait_for_load_state("networkidle")
    phone.goto("/dialogues/{parking_dialogue}")
    tab_to(phone, "Yes, keep my answers")
    with phone.page.expect_response(lambda response: response.request.method == "POST"):
        phone.page.keyboard.press("Enter")
    phone.page.wait_for_load_state("networkidle")
    tab_to(phone, "Disagree")
    with phone.page.expect_response(lambda response: response.request.method == "POST"):
        phone.page.keyboard.press("Enter")
    phone.page.wait_for_load_state("networkidle")
    phone.look().sees("Counted: you disagree.")
    assert phone.page.evaluate("document.activeElement.id") == "disagree"  # ready for the next one


def tab_to(phone, name):
    """Press Tab until what is focused says this; every stop on the way must be visible."""
    for _ in range(60):
        phone.page.keyboard.press("Tab")
        focused = phone.page.evaluate(
            "[document.activeElement.innerText, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if focused[0] == name:
            assert focused[1] != "none", f"{name} shows no focus"
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_the_first_tab_leads_past_the_menu(visit):
    phone = visit().goto("/")
    phone.page.keyboard.press("Tab")
    phone.page.keyboard.press("Enter")
    assert phone.page.evaluate("document.activeElement.id") == "main"


def test_after_an_error_focus_is_on_what_went_wrong(visit):
    phone = visit().goto("/code")
    phone.press("Take part").sees("Something is not right yet")
    assert phone.page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_targets_are_large_enough_for_a_thumb(visit, server):
    phone = visit(language="nl")
    phone.goto(server.code_links[1])
    with phone.page.expect_navigation():
        phone.page.locator("main form button").click()
    for path in ("/", "/dialogues/{parking_dialogue}", "/votes/{roof_vote}", "/me"):
        phone.goto(path)
        for button in phone.page.locator("button, .choice, .site-header a:visible").all():
            box = button.bounding_box()
            assert box is None or box["height"] >= 44, (path, button.inner_text(), box)


def test_the_back_button_shows_whole_pages(visit, server):
    phone = visit()
    phone.goto(server.code_links[2]).press("Take part")
    phone.goto("/dialogues/{parking_dialogue}").press("Yes, keep my answers").press("Agree")
    phone.goto("/about")
    phone.page.go_back(wait_until="networkidle")
    assert phone.page.locator("html[lang] header.site-header").count() == 1
    assert phone.page.locator("#card").count() == 1


def test_a_reaction_that_does_not_arrive_says_so_and_keeps_the_card(visit, server):
    phone = visit()
    phone.goto(server.code_links[3]).press("Take part")
    phone.goto("/dialogues/{parking_dialogue}").press("Yes, keep my answers")
    card = phone.page.locator("#card blockquote").inner_text()
    phone.context.set_offline(True)
    phone.page.get_by_role("button", name="Agree", exact=True).click()
    phone.page.get_by_text("This was not sent").wait_for()
    assert phone.page.locator("#card blockquote").inner_text() == card
    phone.context.set_offline(False)
    phone.complaints.clear()
    phone.press("Agree").sees("Counted: you agree.")


def test_a_dialogue_that_closed_meanwhile_says_so(visit, server):
    phone, host = visit(), visit(javascript=False)
    phone.goto(server.code_links[4]).press("Take part")
    phone.goto("/dialogues/{evenings_dialogue}").press("Yes, keep my answers")
    sign_in(host, server, "host").goto("/dialogues/{evenings_dialogue}")
    host.follow("Lead this dialogue").close_dialogue()
    phone.press("Agree").sees("You cannot do this.")
    assert phone.page.locator("header.site-header").count() == 1
