"""Counting ballots: one file a method, all with the same face, found in METHODS.

A method module has
- `NAME`: the word that the database keeps;
- `check(choice, options)`: raises ValueError unless one ballot's choice is valid;
- `count(ballots, options, electorate, rule)`: ballots in, `Tally` out; whole numbers decide.

A choice is a frozenset of option numbers; options are numbers, in the order of the ballot.
"""

from app.core.tally import approval, yes_no
from app.core.tally.outcome import THRESHOLDS, Rule, Tally

METHODS = {method.NAME: method for method in (yes_no, approval)}

__all__ = ["METHODS", "THRESHOLDS", "Rule", "Tally"]
