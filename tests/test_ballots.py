"""Every counting method on ballot pages: preparing, casting, counting."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import CodeBatch, Person
from app.clock import today
from app.core.published import recount
from app.core.tally import METHODS
from app.core.tally.notation import read_choice
from app.db import db
from app.votes.models import Vote
from app.votes.rule import METHOD_NAMES
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


# Through the models


def test_every_method_that_counts_has_a_name():
    assert set(METHOD_NAMES) == set(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_a_vote_can_be_held_with_every_method_and_counted_again(world, method):
    rules, ballots, winners = CAST[method]
    vote = prepared(world, method, secrecy="secret", **rules)
    keys = tellers.opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    cast = [ballot for ballot, number in ballots.items() for _one in range(number)]
    for person, ballot in zip(residents(len(cast)), cast, strict=True):
        vote.cast(person, read_choice(vote.kind, ballot))
    counted(vote, keys)
    assert [option.number for option in vote.winners] == sorted(winners)
    assert vote.tally["winners"] == winners
    assert recount(vote.ballots_file().encode(), METHODS)[1]


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
