"""Votes that are counted, to read their outcome: in memory, where their course does not matter."""

from json import dumps, loads

from flask import render_template

from app.clock import now, today
from app.core.tally import METHODS
from app.db import db
from app.proposals.models import Proposal
from app.votes.models import Vote
from app.votes.why import explain
from tests.core.tally.elections import election

# Where the capital of Tennessee should be: the example that books on voting use
CAPITALS = "42 1>2>3>4; 26 2>3>4>1; 15 3>4>2>1; 17 4>3>2>1"
AGREED = ("method", "quorum", "threshold", "seats", "top", "credits", "completion", "increment", "budget",
          "currency", "secrecy")  # fmt: skip
CAME = ("electorate_size", "spec", "opened_at", "closed_at", "counted_at", "tally", "tells_figures")
CITIES = ["Memphis", "Nashville", "Chattanooga", "Knoxville"]


def counted(method, ballots, labels, costs=(), electorate=0, **rules):
    """An open vote with these ballots, counted; it stands in no database."""
    kind = METHODS[method].KIND
    ballots = election(kind, ballots) if isinstance(ballots, str) else ballots
    vote = Vote(method=method, secrecy="open", electorate_size=electorate or sum(ballots.values()))
    facts = {"quorum": 0, "threshold": "majority", "seats": 1, "top": 5, "credits": 0, "completion": "none"}
    for name, value in {**facts, "increment": 1, "budget": 0, "currency": "EUR", **rules}.items():
        setattr(vote, name, value)
    vote.proposal = Proposal(language="nl")
    for place, label in enumerate(labels):
        vote.add_option(label, cost=costs[place] if costs else None)
    vote.spec = "{}"
    vote.opened_at = vote.closed_at = vote.counted_at = now()
    vote.fill_tally(choice for choice, number in ballots.items() for _ in range(number))
    vote.tally = loads(dumps(vote.tally))  # as it comes back from the database
    return vote


def explained(vote):
    """The part of the page that tells the outcome, and what it was made from."""
    outcome = explain(vote)
    return render_template("votes/_why.html", vote=vote, outcome=outcome), outcome


def kept(world, vote):
    """The same vote in the database, as one that was opened, held and counted."""
    labels, costs = [option.label for option in vote.options], [option.cost for option in vote.options]
    agreed = {name: getattr(vote, name) for name in AGREED} | {"closes_on": today()}
    found = Vote.prepare(world.fleur, world.shed, labels, costs=costs, question="Wat doen we?", **agreed)
    db.session.flush()  # the options are fixed once it is open
    for name in CAME:
        setattr(found, name, getattr(vote, name))
    return found


TREES = ["Linde", "Eik", "Plataan"]
STREETS = ["Eén grote linde op het plein", "Eiken langs de hele Kerkstraat", "Niets doen"]
NAMES = ["Amir Yildiz", "Bo van den Bergh", "Cas", "Dina", "Els"]
PROJECTS = ["Bankjes", "Bomen", "Fietsenrek", "Speeltuin", "Vijver"]
PRICES = [3_000_00, 5_000_00, 2_000_00, 4_000_00, 1_000_00]
WISHES = "12 1,2; 9 3; 8 4; 3 1,4"
CIRCLE = "4 1>2>3; 3 2>3>1; 2 3>1>2"  # 1 beats 2 by 3, 2 beats 3 by 5, 3 beats 1 by 1
TEN = "12 10>4>1>2>3; 9 2=3>10; 8 3>1>9; 7 4>5; 6 5>6>4; 5 6>7; 4 7>8>2; 3 8>9>1; 2 9>10; 1 1"
MONEY = {"costs": PRICES, "budget": 10_000_00}
# An election of every kind of picture: (method, ballots, labels, what is agreed)
EXAMPLES = {
    "yes_no": ("yes_no", "21 1; 12 2; 5 3", ["Ja", "Nee", "Onthouding"], {"electorate": 90, "quorum": 40}),
    "approval": ("approval", "12 1,2; 9 2; 5 3; 4 1,3; 2 ", TREES, {}),
    "tie": ("approval", "8 2; 5 1,3", STREETS, {"seats": 2}),
    "too few": ("irv", CAPITALS, CITIES, {"electorate": 400, "quorum": 30}),
    "score": ("score", "10 1:5,2:3,3:0; 8 1:1,2:4,3:5; 5 2:5", STREETS, {}),
    "star": ("star", "10 1:5,2:3,3:0; 8 1:1,2:4,3:5; 5 2:5; 2 1:3,2:3", STREETS, {}),
    "majority judgment": ("majority_judgment", "6 1:4,2:4,3:0; 5 1:1,2:4,3:5; 5 1:5,2:2", STREETS, {}),
    "irv": ("irv", CAPITALS, CITIES, {}),
    "irv of ten": ("irv", TEN, [f"De {number}e straat" for number in range(1, 11)], {}),
    "stv": ("stv", "4 2>1; 7 1>2; 1 3>2; 3 4>1; 4 5; 3 5>4", NAMES, {"seats": 3}),
    "schulze": ("schulze", CIRCLE, STREETS, {}),
    "schulze of ten": ("schulze", TEN, [f"De {number}e straat" for number in range(1, 11)], {}),
    "ranked pairs": ("ranked_pairs", CIRCLE, STREETS, {}),
    "capitals": ("ranked_pairs", CAPITALS, CITIES, {}),
    "borda": ("borda", CAPITALS, CITIES, {}),
    "dots": ("dots", "5 1:3,2:2; 4 2:1,3:4; 3 3:1", STREETS, {"credits": 5}),
    "quadratic": ("quadratic", "5 1:2,2:2; 4 2:1,3:2", TREES, {"credits": 9}),
    "resistance": ("resistance", "8 1:0,2:3,3:9; 4 1:10,2:3,3:5", STREETS, {}),
    "greedy": ("greedy", WISHES, PROJECTS, MONEY),
    "equal shares": ("mes_cost", WISHES, PROJECTS, MONEY | {"completion": "add1u", "increment": 100}),
    "equal shares of projects": ("mes_cardinality", WISHES, PROJECTS, MONEY),
}
