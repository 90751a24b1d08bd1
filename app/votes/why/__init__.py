"""Why a vote came out as it did: in sentences for everybody, and in figures for a picture."""

from dataclasses import dataclass

from app.core.tally.notation import read_choice
from app.votes.rule import EQUAL_SHARES
from app.votes.why import budgets, duels, grades, rounds, sums
from app.votes.why.decision import beside, decided, turnout
from app.votes.why.sums import plain
from app.votes.why.told import Told, Why

BY_METHOD = {
    "yes_no": sums.yes_no,
    "approval": sums.approval,
    "score": sums.score,
    "star": grades.star,
    "majority_judgment": grades.majority_judgment,
    "irv": rounds.irv,
    "schulze": duels.schulze,
    "ranked_pairs": duels.ranked_pairs,
    "borda": sums.borda,
    "stv": rounds.stv,
    "dots": sums.dots,
    "quadratic": sums.quadratic,
    "resistance": grades.resistance,
    "greedy": budgets.greedy,
    "mes_cost": budgets.equal_shares,
    "mes_cardinality": budgets.equal_shares,
}


@dataclass(frozen=True)
class Explanation:
    """All that the page of an outcome says about it."""

    told: Told
    decision: str
    listed: list  # the options that are decided on, where the first sentence cannot name them all
    turnout: list
    why: Why


def explain(vote):
    """What was decided and why. Where nothing was decided, there are only the counts to show."""
    told = Told.of(vote)
    return Explanation(told, decided(told), beside(told), turnout(told), why(told))


def why(told):
    if told.reason == "no_votes":
        return Why()
    if told.reason == "no_quorum" or told.chosen_elsewhere:
        return plain(told)
    return BY_METHOD[told.method](told)


def bought_with(vote, ballot):
    """In a vote with equal shares: what the share of one ballot was spent on."""
    told = Told.of(vote)
    if vote.method not in EQUAL_SHARES or not told.winners:
        return []
    return budgets.bought_with(told, read_choice(vote.kind, ballot))


def decision_of(vote):
    return decided(Told.of(vote))
