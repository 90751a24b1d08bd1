"""Every counting method on ballot pages: preparing, casting, counting."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from markupsafe import escape
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import CodeBatch, Person
from app.clock import today
from app.core.published import recount
from app.core.tally import METHODS
from app.core.tally.notation import read_choice
from app.db import db
from app.votes.box import Envelope
from app.votes.electorate import Roll
from app.votes.models import Vote
from app.votes.rule import METHOD_NAMES
from app.votes.situations import MEANINGS, SITUATIONS
from app.votes.vote_forms import NEEDS
from tests import tellers
from tests.tellers import counted

# method: (what is agreed besides, the ballots with how many people cast each, the winners by number)
CAST = {
    "yes_no": ({}, {"1": 8, "2": 3, "3": 2}, [1]),
    "approval": ({"seats": 2}, {"1,3": 7, "2": 3, "2,3": 3}, [3, 1]),
    "score": ({"top": 5}, {"1:5,2:3,3:0": 6, "1:0,2:4,3:5": 7}, [2]),
    "star": ({"top": 5}, {"1:5,2:4,3:0": 7, "1:0,2:5,3:4": 6}, [1]),
    "majority_judgment": ({}, {"1:5,2:3,3:0": 6, "1:0,2:4,3:4": 7}, [2]),
    "irv": ({}, {"1>2>3": 5, "2>3": 2, "3>2>1": 6}, [3]),
    "schulze": ({}, {"1>2>3": 5, "2>1=3": 3, "3>2>1": 5}, [2]),
    "ranked_pairs": ({}, {"1>2>3": 5, "2>1=3": 3, "3>2>1": 5}, [2]),
    "borda": ({}, {"1>2>3": 5, "2>1=3": 3, "3>2>1": 5}, [2]),
    "stv": ({"seats": 2}, {"1>2>3": 8, "2>1>3": 1, "3>1>2": 4}, [1, 3]),
    "dots": ({"credits": 5}, {"1:3,2:2": 6, "2:4,3:1": 7}, [2]),
    "quadratic": ({"credits": 25}, {"1:4,2:3": 6, "2:5": 4, "3:1": 3}, [2]),
    "resistance": ({}, {"1:0,2:10,3:4": 7, "1:9,2:0,3:4": 6}, [3]),
    "greedy": ({"budget": 60_000}, {"1,2": 7, "3": 6}, [2, 1]),
    "mes_cost": ({"budget": 60_000, "completion": "add1u"}, {"1": 6, "2,3": 5, "3": 2}, [1, 2]),
    "mes_cardinality": ({"budget": 60_000, "completion": "add1u"}, {"1": 6, "2,3": 5, "3": 2}, [2, 1]),
}
COSTS = [30_000, 20_000, 50_000]


def residents(number):
    batch = db.session.scalar(select(CodeBatch).order_by(CodeBatch.id))
    return [person for person in db.session.query(Person).all() if person.batch is batch][:number]


def prepared(world, method, secrecy="open", **rules):
    labels = ["Ja", "Nee", "Onthouding"] if method == "yes_no" else ["Bank", "Boom", "Bankje & <boom>"]
    costs = COSTS if "budget" in rules else ()
    currency = {"currency": "EUR"} if costs else {}
    day = today() + timedelta(days=5)
    facts = {"question": "Wat doen we?", "closes_on": day, "secrecy": secrecy} | currency | rules
    vote = Vote.prepare(world.fleur, world.shed, labels, costs=costs, method=method, **facts)
    db.session.flush()
    return vote


def opened(world, method, **rules):
    """A secret vote by a method, open, and the keys of its tellers."""
    vote = prepared(world, method, secrecy="secret", **{**CAST[method][0], **rules})
    return vote, tellers.opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])


def filled(client, vote, ballot):
    """What the form on the page sends for a ballot; a ranking is made press by press."""
    choice = read_choice(vote.kind, ballot)
    if vote.kind == "set":
        return {"choice": sorted(choice)}
    if vote.kind == "grades":
        return {f"option_{option}": grade for option, grade in choice}
    order = ""
    for place in choice:
        for nth, option in enumerate(sorted(place)):
            order = press(client, vote, order, f"add-{option}")
            order = press(client, vote, order, f"level-{option}") if nth else order
    return {"order": order}


def press(client, vote, order, step):
    answer = client.post(f"/votes/{vote.id}/ballot/draft", data={"order": order, "step": step})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return order_on(answer.text)


def order_on(page):
    return unescape(re.search(r'name="order" value="([^"]*)"', page).group(1))


def cast(client, vote, data):
    return client.post(f"/votes/{vote.id}/ballot", data=data)


# The rule


def test_every_method_that_counts_has_a_name():
    assert set(METHOD_NAMES) == set(METHODS)


def test_the_whole_rule_stands_in_what_is_fixed(world):
    vote = prepared(world, "mes_cost", **CAST["mes_cost"][0])
    vote.open(world.fleur)
    rule = json.loads(vote.spec)["rule"]
    assert rule["costs"] == {"1": 30_000, "2": 20_000, "3": 50_000} and rule["budget"] == 60_000
    assert (rule["completion"], rule["increment"], rule["seats"], rule["top"]) == ("add1u", 1, 1, 5)


@pytest.mark.parametrize("column", ["seats", "top", "credits", "increment"])
def test_the_rule_does_not_change_after_the_opening(world, column):
    vote = prepared(world, "score")
    vote.open(world.fleur)
    db.session.commit()
    with pytest.raises(IntegrityError, match="does not change"):
        db.session.execute(text(f"UPDATE vote SET {column} = 3 WHERE id = {vote.id}"))
    db.session.rollback()


# Preparing

FORM = {
    "question": "Wat doen we?", "secrecy": "secret", "receipts": "list", "electorate": "residents",
    "quorum": "0", "closes_on": str(today() + timedelta(days=5)),
}  # fmt: skip
OPTIONS = "Bank\nBoom\nAlles blijft zoals het is"
PROJECTS = "Bank; 1.250,50\n\nBoom; speelplek; € 300\nPad;2000,00"
# method: (what a host fills in besides, what the vote then holds)
PREPARED = {
    "yes_no": ({"threshold": "two_thirds"}, {"threshold": "two_thirds"}),
    "approval": ({"options": OPTIONS, "seats": "2"}, {"seats": 2}),
    "score": ({"options": OPTIONS, "seats": "1", "top": "10"}, {"top": 10}),
    "star": ({"options": OPTIONS, "top": "5"}, {"top": 5}),
    "majority_judgment": ({"options": OPTIONS}, {"top": 5}),
    "irv": ({"options": OPTIONS}, {}),
    "schulze": ({"options": OPTIONS}, {}),
    "ranked_pairs": ({"options": OPTIONS}, {}),
    "borda": ({"options": OPTIONS, "seats": "1"}, {"seats": 1}),
    "stv": ({"options": OPTIONS, "seats": "2"}, {"seats": 2}),
    "dots": ({"options": OPTIONS, "credits": "3", "seats": "1"}, {"credits": 3}),
    "quadratic": ({"options": OPTIONS, "credits": "49", "seats": "1"}, {"credits": 49}),
    "resistance": ({"options": OPTIONS}, {}),
    "greedy": ({"options": PROJECTS, "budget": "2.500"}, {"budget": 250_000, "completion": "none"}),
    "mes_cost": (
        {"options": PROJECTS, "budget": "€ 2.500,00", "completion": "add1u"},
        {"budget": 250_000, "currency": "EUR", "completion": "add1u", "increment": 1},
    ),
    "mes_cardinality": (
        {"options": PROJECTS, "budget": "2500,-", "completion": "none"},
        {"budget": 250_000, "completion": "none"},
    ),
}


@pytest.mark.parametrize("method", METHODS)
def test_a_host_prepares_a_vote_by_every_method_with_only_what_it_needs(world, as_, method):
    fleur, (more, holds) = as_(world.fleur), PREPARED[method]
    page = fleur.get(f"/votes/new/{world.shed.id}?method={method}").text
    asked = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page.split("<main")[1]))
    assert asked - set(FORM) - {"csrf_token", "batches"} == {"method", "takes_proxies", "most_held", *more}
    answer = fleur.post(f"/votes/new/{world.shed.id}", data={**FORM, **more, "method": method})
    assert answer.status_code == 303, answer.text
    vote = db.session.get(Vote, int(answer.location.rsplit("/", 1)[1]))
    assert vote.method == method and {name: getattr(vote, name) for name in holds} == holds
    assert fleur.get(answer.location).status_code == 200
    vote.secrecy = "open"
    vote.open(world.fleur)
    assert vote.is_open


def test_projects_stand_one_on_a_line_with_what_they_cost(world, as_):
    data = {**FORM, **PREPARED["mes_cost"][0], "method": "mes_cost"}
    answer = as_(world.fleur).post(f"/votes/new/{world.shed.id}", data=data)
    vote = db.session.get(Vote, int(answer.location.rsplit("/", 1)[1]))
    found = [(option.label, option.cost) for option in vote.options]
    assert found == [("Bank", 125_050), ("Boom; speelplek", 30_000), ("Pad", 200_000)]


@pytest.mark.parametrize(
    ("method", "changes", "words"),
    [
        ("mes_cost", {"options": "Bank; 1250\nBoom"}, "Line 2, “Boom”: write the name, a semicolon"),
        ("mes_cost", {"options": "Bank; 1250\n\nBoom; 12,5"}, "Line 3, “Boom; 12,5”: write the name"),
        ("greedy", {"options": "; 100\nBoom; 100"}, "Line 1, “; 100”: write the name"),
        ("greedy", {"options": "Bank; 100\nBoom; 2501"}, "Line 2, “Boom; 2501”: this costs more"),
        ("greedy", {"options": "Bank; 100\nbank; 200"}, "The same option stands here twice."),
        ("mes_cost", {"budget": "veel"}, "This is not an amount."),
        ("mes_cost", {"budget": "0"}, "This is not an amount."),
        ("irv", {"options": "Bank"}, "Write 2 to 30 options"),
        ("irv", {"options": "\n".join(map(str, range(31)))}, "Write 2 to 30 options"),
        ("irv", {"options": "a" * 201 + "\nb"}, "at most 200 characters"),
        ("stv", {"seats": "3"}, "There have to be more options than winners."),
        ("approval", {"seats": "0"}, "Fill in a number from 1 to 29."),
        ("score", {"top": "11"}, "Fill in a number from 1 to 10."),
        ("dots", {"credits": "21"}, "Give at most 20 dots."),
        ("quadratic", {"credits": "101"}, "Fill in a number from 1 to 100."),
        ("mes_cost", {"completion": "more"}, "Not a valid choice"),
    ],
)
def test_what_is_not_right_is_said_and_what_was_filled_in_stays(world, as_, method, changes, words):
    data = {**FORM, **PREPARED[method][0], "method": method, **changes}
    answer = as_(world.fleur).post(f"/votes/new/{world.shed.id}", data=data)
    assert answer.status_code == 422 and words in answer.text and FORM["question"] in answer.text
    for typed in changes.values():
        assert (method == "mes_cost" and "completion" in changes) or escape(typed) in answer.text


def test_somebody_who_knows_what_to_decide_is_shown_a_way_to_vote(world, as_):
    page = as_(world.fleur).get(f"/votes/ways/{world.shed.id}").text
    offered = re.findall(rf"/votes/new/{world.shed.id}\?method=(\w+)", page)
    assert offered[: len(SITUATIONS)] == [situation.advice for situation in SITUATIONS]
    assert set(offered) == set(METHODS) == set(NEEDS) == set(MEANINGS)
    assert f'href="/votes/ways/{world.shed.id}"' in as_(world.fleur).get(f"/proposals/{world.shed.id}").text
    assert f"/dialogues/new/{world.shed.id}/consent_round" in page


def test_the_dialogue_goes_along_to_another_way_of_voting(world, as_):
    fleur, query = as_(world.fleur), f"dialogue={world.solar_dialogue.id}"
    form = fleur.get(f"/votes/new/{world.solar.id}?{query}").text
    assert f'href="/votes/ways/{world.solar.id}?{query}"' in form
    ways = fleur.get(f"/votes/ways/{world.solar.id}?{query}").text
    assert f"method=irv&amp;{query}" in ways
    form = fleur.get(f"/votes/new/{world.solar.id}?method=irv&{query}").text
    assert 'name="method" value="irv"' in form and world.solar_dialogue.question in form


def test_who_does_not_host_is_shown_no_ways_to_vote(world, as_):
    assert as_(world.amina).get(f"/votes/ways/{world.shed.id}").status_code == 403


def test_the_rules_of_a_vote_say_what_is_agreed(world, visitor):
    for method, words in (
        ("stv", ("Seats", "earlier round")), ("dots", ("Dots for each voter", "5")),
        ("mes_cost", ("€600", "lowest cost", "most votes that still fit")), ("score", ("from 0 to 5",)),
    ):  # fmt: skip
        vote, _keys = opened(world, method)
        page = visitor.get(f"/votes/{vote.id}").text
        assert all(word in page for word in words), method


# Casting


@pytest.mark.parametrize("method", METHODS)
def test_a_vote_is_held_with_every_method_and_anybody_counts_it_again(world, as_, method):
    vote, keys = opened(world, method)
    _rules, ballots, winners = CAST[method]
    cast_ = [ballot for ballot, number in ballots.items() for _one in range(number)]
    data = {}
    for person, ballot in zip(residents(len(cast_)), cast_, strict=True):
        client = as_(person)
        data[ballot] = data.get(ballot) or filled(client, vote, ballot)
        answer = cast(client, vote, data[ballot])
        assert answer.status_code == 200 and "Your ballot is in the box" in answer.text
    counted(vote, keys)
    assert vote.tally["winners"] == winners and vote.tally["ballots"] == len(cast_)
    assert recount(vote.ballots_file().encode(), METHODS)[1]


# method: (what is sent, why it cannot go in the box yet)
NOT_YET = {
    "yes_no": ({}, "Choose one."),
    "approval": ({"choice": ["9"]}, "not a valid choice"),
    "score": ({"option_1": "6"}, "Choose one of these."),
    "star": ({}, "Choose something for at least one option."),
    "majority_judgment": ({"option_1": "x"}, "Choose one of these."),
    "resistance": ({"option_1": "0", "option_3": "10"}, "Choose one of these."),
    "irv": ({}, "Choose at least your first option."),
    "stv": ({"order": "9>1"}, "Choose at least your first option."),
    "dots": ({"option_1": "3", "option_2": "4"}, "That is 2 dots too many."),
    "quadratic": ({"option_1": "5", "option_3": "1"}, "This costs 26 points, and you have 25."),
    "greedy": ({"choice": ["2", "3"]}, "€100 more than the budget of €600"),
    "mes_cost": ({"choice": ["4"]}, "not a valid choice"),
}


@pytest.mark.parametrize("method", NOT_YET)
def test_a_ballot_that_is_not_right_stays_out_of_the_box_and_says_why(world, as_, method):
    vote, _keys = opened(world, method)
    data, why = NOT_YET[method]
    answer = cast(as_(world.amina), vote, {**data, "own_digits": "1966"})
    assert answer.status_code == 422 and "Your ballot is not in the box yet" in answer.text
    assert why in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert 'value="1966"' in answer.text
    assert not vote.has_ballot_of(world.amina)


@pytest.mark.parametrize(
    ("method", "data", "kept"),
    [
        ("dots", {"option_1": "3", "option_2": "4"}, ["option_1:3", "option_2:4", "option_3:0"]),
        ("greedy", {"choice": ["2", "3"]}, ["choice:2", "choice:3"]),
        ("resistance", {"option_1": "0", "option_3": "10"}, ["option_1:0", "option_3:10"]),
    ],
)
def test_what_was_filled_in_is_still_there(world, as_, method, data, kept):
    vote, _keys = opened(world, method)
    assert sorted(checked(cast(as_(world.amina), vote, data).text)) == kept


def checked(page):
    boxes = re.findall(r"<input [^>]*checked[^>]*>", page)
    return [
        ":".join(re.search(f'{part}="([^"]*)"', box).group(1) for part in ("name", "value")) for box in boxes
    ]


def test_an_order_that_was_made_stays_when_something_else_is_wrong(world, as_):
    vote, _keys = opened(world, "irv")
    answer = cast(as_(world.amina), vote, {"order": "3>1=2", "own_digits": "12"})
    assert answer.status_code == 422 and order_on(answer.text) == "3>1=2"


@pytest.mark.parametrize(
    ("method", "data", "said"),
    [
        ("dots", {}, "You have 5 dots left."),
        ("dots", {"option_1": "4"}, "You have 1 dot left."),
        ("dots", {"option_1": "4", "option_2": "1"}, "All your dots are placed."),
        (
            "quadratic",
            {"option_1": "4", "option_2": "x"},
            "You have 9 left.",
        ),
        ("greedy", {"choice": ["1"]}, "Of the budget of €600 there is €300 left."),
        ("greedy", {"choice": ["3", "1"]}, "That is €200 more than the budget of €600"),
    ],
)
def test_a_draft_says_what_is_left_and_nothing_of_it_is_kept(world, as_, method, data, said):
    vote, _keys = opened(world, method)
    amina = as_(world.amina)
    answer = amina.post(f"/votes/{vote.id}/ballot/draft", data=data)
    assert answer.status_code == 200 and said in answer.text
    part = amina.post(
        f"/votes/{vote.id}/ballot/draft", data=data, headers={"HX-Request": "true", "HX-Target": "left"}
    )
    assert said in part.text and len(part.data) < 1_000
    assert db.session.query(Envelope).where(Envelope.vote_id == vote.id).count() == 0
    assert db.session.get(Roll, (vote.id, world.amina.id)).handled == 0


def test_an_order_is_changed_press_by_press(world, as_):
    vote, _keys = opened(world, "schulze")
    amina, order = as_(world.amina), ""
    for step, after in (
        ("add-2", "2"), ("add-3", "2>3"), ("raise-3", "3>2"), ("level-2", "2=3"), ("add-1", "2=3>1"),
        ("off-3", "2>1"), ("add-9", "2>1"), ("jump-1", "2>1"),
    ):  # fmt: skip
        order = press(amina, vote, order, step)
        assert order == after, step
    assert press(amina, vote, "1>1", "add-2") == "2"  # an order that nobody can have made


def test_after_a_press_somebody_goes_on_at_the_next_option(world, as_):
    vote, _keys = opened(world, "irv")
    page = as_(world.amina).get(f"/votes/{vote.id}").text
    shown = re.findall(r'value="add-(\d)"', page)
    after = as_(world.amina).post(
        f"/votes/{vote.id}/ballot/draft", data={"order": "", "step": f"add-{shown[0]}"}
    ).text  # fmt: skip
    assert re.search(rf'value="add-{shown[1]}"[^>]* autofocus aria-describedby="told"', after)
    assert after.count(" autofocus") == 1 and ": place 1." in after


def test_everybody_has_an_own_order_of_the_options_and_keeps_it(world, as_):
    labels = [f"Plek {number}" for number in range(1, 9)]
    vote = Vote.prepare(
        world.fleur, world.shed, labels, method="approval", question="Waar?", secrecy="open",
        closes_on=today() + timedelta(days=5),
    )  # fmt: skip
    vote.open(world.fleur)
    db.session.commit()
    orders = set()
    for person in residents(5):
        pages = [as_(person).get(f"/votes/{vote.id}").text for _visit in range(2)]
        first, second = (re.findall(r'name="choice" type="checkbox" value="(\d)"', page) for page in pages)
        assert first == second and sorted(first) == [str(number) for number in range(1, 9)]
        orders.add(tuple(first))
    assert len(orders) == 5


def test_yes_and_no_stand_in_the_same_order_for_all(world, as_):
    vote, _keys = opened(world, "yes_no")
    for person in residents(4):
        page = as_(person).get(f"/votes/{vote.id}").text
        assert re.findall(r'type="radio" value="(\d)"', page) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("method", "data", "seen"),
    [
        ("approval", {"choice": ["1", "3"]}, ["choice:1", "choice:3"]),
        ("yes_no", {"choice": "2"}, ["choice:2"]),
        ("score", {"option_2": "4"}, ["option_2:4"]),
        ("irv", {"order": "3>1"}, []),
    ],
)
def test_only_an_open_vote_shows_what_somebody_chose_before(world, as_, method, data, seen):
    amina = as_(world.amina)
    vote = prepared(world, method)
    vote.open(world.fleur)
    db.session.commit()
    assert cast(amina, vote, {**data, "shows_name": "y"}).status_code == 200
    page = amina.get(f"/votes/{vote.id}").text
    assert sorted(checked(page)) == seen and (method != "irv" or order_on(page) == "3>1")
    secret, _keys = opened(world, method)
    assert cast(amina, secret, data).status_code == 200
    page = amina.get(f"/votes/{secret.id}").text
    assert checked(page) == [] and "It is sealed: nobody can read it, not even us." in page


def test_a_budget_ballot_fits_in_the_budget_however_it_comes(world):
    vote, _keys = opened(world, "greedy")
    with pytest.raises(ValueError, match="fit in the budget"):
        vote.cast(world.amina, frozenset({2, 3}))


def test_a_visitor_sees_what_can_be_chosen_and_what_it_costs(world, visitor):
    vote, _keys = opened(world, "mes_cost")
    page = visitor.get(f"/votes/{vote.id}").text
    assert "Bankje &amp; &lt;boom&gt;" in page and "€500" in page and "<boom>" not in page
