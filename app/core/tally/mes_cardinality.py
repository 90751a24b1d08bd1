"""Equal shares where every project gives its supporters the same: see `equal_shares.py`."""

from collections.abc import Mapping, Sequence

from app.core.tally.equal_shares import count_by
from app.core.tally.outcome import Rule, Tally
from app.core.tally.projects import check

NAME, KIND = "mes_cardinality", "set"

__all__ = ["KIND", "NAME", "check", "count"]


def count(ballots: Mapping[frozenset[int], int], options: Sequence[int], rule: Rule) -> Tally:
    return count_by(lambda cost: 1, ballots, options, rule)
