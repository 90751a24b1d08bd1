"""The statement round: which statement comes next, and where people stand on each.

Thresholds and routing are those of the domain handbook, 3.4 (M2).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.core.inference import wilson

SHOWN_FROM = 5  # with fewer reactions nothing is shown
SETTLED_FROM = 10  # with fewer, nothing is called common ground or divided
COMMON = Fraction(70, 100)
DIVIDED = (Fraction(40, 100), Fraction(60, 100))
UNKNOWN = Fraction(34, 100)


@dataclass(frozen=True)
class Standing:
    """Where people stand on one statement."""

    agrees: int
    disagrees: int
    passes: int

    @property
    def reactions(self) -> int:
        return self.agrees + self.disagrees + self.passes

    @property
    def stands(self) -> int:
        """How many took a side."""
        return self.agrees + self.disagrees

    @property
    def agree_share(self) -> Fraction:
        """Agreement among those who took a side; 0 when nobody did."""
        return Fraction(self.agrees, self.stands) if self.stands else Fraction(0)

    @property
    def pass_share(self) -> Fraction:
        return Fraction(self.passes, self.reactions) if self.reactions else Fraction(0)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share that agrees."""
        return wilson(self.agrees, self.stands)

    @property
    def kind(self) -> str:
        """`hidden`, `few`, `unknown`, `common`, `rejected`, `divided` or `leaning`.

        `rejected` is common ground seen from the other side: people agree that they disagree.
        """
        if self.reactions < SHOWN_FROM:
            return "hidden"
        if self.reactions < SETTLED_FROM:
            return "few"
        if self.pass_share >= UNKNOWN:
            return "unknown"
        if self.agree_share >= COMMON:
            return "common"
        if self.agree_share <= 1 - COMMON:
            return "rejected"
        if DIVIDED[0] <= self.agree_share <= DIVIDED[1]:
            return "divided"
        return "leaning"


def priority(standing: Standing) -> Fraction:
    """How much a statement needs a reaction: (1 + uncertainty) / (1 + reactions).

    Uncertainty is 4p(1-p) with p = (agrees + 1) / (stands + 2): 1 when even, near 0 when settled.
    """
    p = Fraction(standing.agrees + 1, standing.stands + 2)
    return (1 + 4 * p * (1 - p)) / (1 + standing.reactions)


def next_statement(standings: Iterable[tuple[int, Standing]], person_seed: str) -> int | None:
    """The id of the statement to show next out of those not yet reacted to; None when all are done.

    Equal needs are ordered by a hash of the person's seed: random between people, steady for one.
    """

    def need(item: tuple[int, Standing]) -> tuple[Fraction, bytes]:
        statement_id, standing = item
        return priority(standing), hashlib.sha256(f"{person_seed}:{statement_id}".encode()).digest()

    best = max(standings, key=need, default=None)
    return best[0] if best else None
