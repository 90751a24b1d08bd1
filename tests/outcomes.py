"""Votes that are counted, to read their outcome: in memory, where their course does not matter."""

from json import dumps, loads

from flask import render_template

from app.clock import now
from app.core.tally import METHODS
from app.proposals.models import Proposal
from app.votes.models import Vote
from app.votes.why import explain
from tests.core.tally.elections import election

# Where the capital of Tennessee should be: the example that books on voting use
CAPITALS = "42 1>2>3>4; 26 2>3>4>1; 15 3>4>2>1; 17 4>3>2>1"
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
    vote.spec, vote.counted_at = "{}", now()
    vote.fill_tally(choice for choice, number in ballots.items() for _ in range(number))
    vote.tally = loads(dumps(vote.tally))  # as it comes back from the database
    return vote


def explained(vote):
    """The part of the page that tells the outcome, and what it was made from."""
    outcome = explain(vote)
    return render_template("votes/_why.html", vote=vote, outcome=outcome), outcome
