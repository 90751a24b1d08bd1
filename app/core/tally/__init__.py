"""Counting ballots: one file a method, all with the same face, found in METHODS.

A method module has
- `NAME`: the word that the database keeps;
- `KIND`: what a ballot holds, "set", "ranking" or "grades" (how each is written: `notation.py`);
- `check(choice, options, rule)`: raises ValueError unless one ballot's choice is valid;
- `count(ballots, options, rule)`: how often each choice was made in, `Tally` out. Whole numbers and
  fractions decide, never floats. What its `rounds` are stands in the module's docstring.

Consent has no place here: there one reasoned objection stops a proposal, and somebody goes to talk with
the objector; it is no count of ballots. See `app/core/consent.py`.

Options are numbers, in the order of the ballot. Ties are told, and never broken in silence.
"""

from app.core.tally import (
    approval,
    borda,
    dots,
    greedy,
    irv,
    majority_judgment,
    mes_cardinality,
    mes_cost,
    quadratic,
    ranked_pairs,
    resistance,
    schulze,
    score,
    star,
    stv,
    yes_no,
)
from app.core.tally.outcome import THRESHOLDS, Rule, Tally

METHODS = {
    method.NAME: method
    for method in (
        yes_no,
        approval,
        score,
        star,
        majority_judgment,
        irv,
        schulze,
        ranked_pairs,
        borda,
        stv,
        dots,
        quadratic,
        resistance,
        greedy,
        mes_cost,
        mes_cardinality,
    )
}

__all__ = ["METHODS", "THRESHOLDS", "Rule", "Tally"]
