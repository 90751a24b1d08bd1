"""Ballots on a phone: every kind of choice, with a script and without, by keyboard, with a thumb."""

import re
from datetime import timedelta

import pytest
from nacl.public import PrivateKey

from app import create_app
from app.accounts.models import CodeBatch
from app.clock import today
from app.db import db
from app.demo.world import find_world
from app.votes.models import Vote
from app.votes.tellers import Rehearsal
from tests.browser.conftest import Visit
from tests.browser.test_access import tab_to

OPTIONS = [
    "A bench by the pond",
    "More trees along the quay",
    "A place to play for small children",
    "Nothing",
]
COSTS = [1_250_050, 3_000_000, 4_500_000, 0]
MANY = [f"Place number {number}" for number in range(1, 31)]
HELD = {
    "approval": {},
    "irv": {},
    "score": {},
    "majority_judgment": {},
    "resistance": {},
    "dots": {"credits": 5},
    "quadratic": {"credits": 100},
    "greedy": {"budget": 6_000_000, "currency": "EUR"},
    "mes_cost": {"budget": 6_000_000, "currency": "EUR", "completion": "add1u"},
}


@pytest.fixture(scope="module")
def held(server):
    """A secret vote by each method, open to whoever has one of these codes: (addresses, codes)."""
    with create_app({"INSTANCE": server.instance}).app_context():
        world = find_world()
        _batch, codes = CodeBatch.make(None, "Nieuwe straat", 3)
        db.session.commit()
        addresses = {method: held_vote(world, method, OPTIONS, **more) for method, more in HELD.items()}
        addresses["long"] = held_vote(world, "stv", MANY, seats=3)
        db.session.remove()
        db.engine.dispose()
    return addresses, iter(codes)


def held_vote(world, method, labels, **more):
    vote = Vote.prepare(
        world.fleur, world.shed, labels, costs=COSTS if "budget" in more else (), method=method,
        question=f"What do we do? {method}", closes_on=today() + timedelta(days=5), **more,
    )  # fmt: skip
    db.session.flush()
    vote.public_key = bytes(PrivateKey.generate().public_key)  # nobody will count this one
    db.session.add_all(Rehearsal(vote_id=vote.id, pair=pair) for pair in ("12", "13"))
    db.session.flush()
    vote.open(world.fleur)
    db.session.commit()
    return f"/votes/{vote.id}"


def voter(chromium, server, held, take_part="Take part", **options):
    phone = Visit(chromium, server, **options)
    return phone.goto(f"/code/{next(held[1])}").press(take_part)


@pytest.fixture(scope="module")
def phones(chromium, server, held):
    """One voter fills in all these ballots with a script, and another one without."""
    phones = {
        javascript: voter(chromium, server, held, javascript=javascript) for javascript in (True, False)
    }
    yield phones
    for phone in phones.values():
        phone.context.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(request, phones):
    return phones[request.param]


@pytest.fixture
def scripted(phones):
    return phones[True]


def give(phone, option, grade):
    row = phone.page.get_by_role("group", name=option)
    row.locator(f"input[value='{grade}']").check(force=True)
    return phone


def says(phone, words):
    """What comes by itself a moment after a choice, or without a script after asking for it."""
    if phone.javascript:
        phone.page.locator("#left", has_text=words).wait_for()
        return phone.look()
    return phone.press("Show what is left").sees(words)


def cast(phone):
    again = phone.page.get_by_role("button", name="Vote again", exact=True).count()
    return phone.press("Vote again" if again else "Cast ballot")


def test_choosing_some(phone, held):
    phone.goto(held[0]["approval"])
    phone.choose(OPTIONS[0]).choose(OPTIONS[2]).press("Cast ballot").sees("Your ballot is in the box")
    phone.goto(held[0]["approval"]).sees("It is sealed: nobody can read it, not even us.")
    assert phone.page.locator(":checked").count() == 0
    phone.choose(OPTIONS[1]).press("Vote again").sees("Your ballot is in the box")


def test_ranking_takes_one_press_a_choice(phone, held):
    cast(phone.goto(held[0]["irv"]))
    phone.sees("Your ballot is not in the box yet").sees("Choose at least your first")
    for place, option in enumerate((OPTIONS[2], OPTIONS[0], OPTIONS[1]), 1):
        phone.sees(f"Choose number {place}").press(option).sees(f"{option}: place {place}.")
    assert order(phone) == [OPTIONS[2], OPTIONS[0], OPTIONS[1]]
    phone.press(f"Higher: {OPTIONS[1]}").sees(f"{OPTIONS[1]}: place 2.")
    phone.press(f"Equal: {OPTIONS[0]}").press(f"Remove: {OPTIONS[2]}")
    assert order(phone) == [f"{OPTIONS[0]} {OPTIONS[1]}"]
    cast(phone).sees("Your ballot is in the box")


def order(phone):
    """The places, each with its options in the order of their numbers."""
    return [
        " ".join(place.locator(".words").all_inner_texts())
        for place in phone.page.locator(".order > li").all()
    ]


def test_ranking_among_thirty_stays_where_the_thumb_is(scripted, held):
    phone = scripted.goto(held[0]["long"])
    shown = phone.page.locator(".next button").all_inner_texts()
    for option in (shown[20], shown[22], shown[5]):
        phone.page.get_by_role("button", name=option, exact=True).scroll_into_view_if_needed()
        before = phone.page.evaluate("scrollY")
        phone.press(option)
        assert abs(phone.page.evaluate("scrollY") - before) < 200, option
        told = phone.page.locator("#told")
        assert told.inner_text() == f"{option}: place {phone.page.locator('.order > li').count()}."
        assert told.bounding_box()["y"] < 740  # in sight, at the foot of the screen
    cast(phone).sees("Your ballot is in the box")


@pytest.mark.parametrize(
    ("method", "grade", "leaves_open"),
    [("score", "4", True), ("majority_judgment", "5", True), ("resistance", "0", False)],
)
def test_grading(phone, held, method, grade, leaves_open):
    cast(phone.goto(held[0][method])).sees("Your ballot is not in the box yet")
    give(phone, OPTIONS[0], grade)
    if not leaves_open:
        cast(phone).sees("Choose one of these.")
        assert phone.page.locator(":checked").count() == 1
        for option in OPTIONS[1:]:
            give(phone, option, "10")
    cast(phone).sees("Your ballot is in the box")


@pytest.mark.parametrize(
    ("method", "first", "too_much", "over", "fits", "left"),
    [
        ("dots", 4, 4, "That is 3 dots too many.", 1, "All your dots are placed."),
        ("quadratic", 8, 8, "That is 28 too many", 6, "You have 0 left."),
    ],
)
def test_placing_dots_and_spending_points(phone, held, method, first, too_much, over, fits, left):
    phone.goto(held[0][method])
    says(give(give(phone, OPTIONS[0], first), OPTIONS[1], too_much), over)
    cast(phone).sees("Your ballot is not in the box yet").sees(over)
    cast(says(give(phone, OPTIONS[1], fits), left)).sees("Your ballot is in the box")


def test_a_budget(phone, held):
    phone.goto(held[0]["greedy"]).choose(OPTIONS[1]).choose(OPTIONS[2])
    says(phone, "That is €15,000 more than the budget of €60,000")
    cast(phone).sees("Your ballot is not in the box yet")
    phone.page.get_by_label(OPTIONS[1]).uncheck()
    cast(says(phone, "there is €15,000 left.")).sees("Your ballot is in the box")


def test_equal_shares_ask_for_no_sums(phone, held):
    phone.goto(held[0]["mes_cost"]).sees("€12,500.50").choose(OPTIONS[1]).choose(OPTIONS[2])
    cast(phone).sees("Your ballot is in the box")


def test_a_ranking_is_made_by_keyboard_alone(scripted, held):
    phone = scripted.goto(held[0]["irv"])
    first, second, third, _fourth = phone.page.locator(".next button").all_inner_texts()
    tab_to(phone, first)
    for following in (second, third):
        press_enter(phone)
        phone.page.locator(".next button:focus[aria-describedby='told']", has_text=following).wait_for()
    tab_to(phone, "Higher")
    press_enter(phone)
    assert order(phone) == [second, first]
    tab_to_casting(phone)
    press_enter(phone)
    phone.look().sees("Your ballot is in the box")


def test_points_are_spent_by_keyboard_alone(scripted, held):
    phone = scripted.goto(held[0]["quadratic"])
    for _option in range(2):
        phone.page.keyboard.press("Tab")
        while phone.page.evaluate("document.activeElement.type") != "radio":
            phone.page.keyboard.press("Tab")
        for _vote in range(3):
            phone.page.keyboard.press("ArrowRight")
        box = phone.page.evaluate("document.activeElement.parentElement.getBoundingClientRect().bottom")
        bar = phone.page.evaluate("document.querySelector('.left').getBoundingClientRect().top")
        assert box <= bar or bar < 0  # what has the focus is not behind what is left
    phone.page.locator("#left", has_text="This costs 18 of your 100 points.").wait_for()
    tab_to_casting(phone)
    press_enter(phone)
    phone.look().sees("Your ballot is in the box")


def tab_to_casting(phone):
    tab_to(phone, phone.page.get_by_role("button", name=re.compile("Cast ballot|Vote again")).inner_text())


def press_enter(phone):
    with phone.page.expect_response(lambda response: response.request.method == "POST"):
        phone.page.keyboard.press("Enter")
    phone.page.locator(".htmx-request").first.wait_for(state="detached")
    phone.page.wait_for_load_state("networkidle")


def test_enter_in_another_field_places_no_option(scripted, held):
    phone = scripted.goto(held[0]["irv"])
    phone.page.locator("summary", has_text="Add digits of your own").click()
    phone.page.get_by_label("Four digits of your own").fill("1966")
    press_enter(phone)
    assert phone.page.locator(".order").count() == 0
    assert phone.page.locator("#own_digits").input_value() == "1966"


TARGETS = "#ballot :is(button:not([tabindex]), .number-choice, .choice)"
SMALL = """targets => [...document.querySelectorAll(targets)]
    .map(target => [target.innerText, target.getBoundingClientRect()])
    .filter(([_, box]) => box.height < 44 || box.width < 44).map(([words, _]) => words)"""


def test_ballots_fit_the_smallest_phone_with_targets_for_a_thumb_and_are_light(chromium, server, held):
    smallest = {"width": 320, "height": 640}
    phone = voter(chromium, server, held, "Doe mee", javascript=False, viewport=smallest, language="nl")
    network = phone.context.new_cdp_session(phone.page)
    network.send("Network.enable")
    received = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    for method, address in held[0].items():
        received.clear()
        phone.goto(address)
        assert 1_000 < sum(received) < 40_000, method
        if method in ("irv", "long"):
            for _choice in range(2):
                phone.press(phone.page.locator(".next button").nth(1).inner_text())
        assert phone.page.locator(TARGETS).count() > 3
        assert phone.page.evaluate(SMALL, TARGETS) == [], method
    phone.context.close()
