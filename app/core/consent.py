"""Deciding by consent: something is adopted when enough people answered and nobody has an objection.

The rule of sociocracy (Sociocracy for All; Sociocracy 3.0), as in the domain handbook, 3.3 (M1): an
objection is no veto but information on what has to change; a concern is kept and stops nothing; who does
not answer did not consent, unless the by-laws of the group say so.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

NO_OBJECTION, CONCERN, OBJECTION = "no_objection", "concern", "objection"
CHOICES = (NO_OBJECTION, CONCERN, OBJECTION)
TWO_THIRDS = Fraction(2, 3)
MOST_ROUNDS = 3


@dataclass(frozen=True)
class Decision:
    """How one round of consent stands, in numbers of deciders."""

    deciders: int
    answered: int
    needed: int  # answers, for the round to count
    concerns: int
    objections: int
    silent: int  # whose silence counted as no objection

    @property
    def has_quorum(self) -> bool:
        return self.answered + self.silent >= self.needed

    @property
    def reason(self) -> str:
        """Why it is so: `objections`, `no_quorum` or `adopted`."""
        if self.objections:
            return "objections"
        return "adopted" if self.has_quorum else "no_quorum"

    @property
    def is_adopted(self) -> bool:
        return self.reason == "adopted"

    def next_step(self, round: int) -> str:
        """What follows after this round: `adopt`, `ask_again`, or after three rounds `other_way`."""
        if self.is_adopted:
            return "adopt"
        return "ask_again" if round < MOST_ROUNDS else "other_way"


def decide(
    answers: Iterable[str], deciders: int, quorum: Fraction = TWO_THIRDS, silence_counts: bool = False
) -> Decision:
    """What the answers of one round come to. Each decider answers once, or not.

    With `silence_counts` (a by-law) who did not answer has no objection, once somebody did answer.
    Raises ValueError on an answer that is none of the choices, or more answers than deciders.
    """
    counts = Counter(answers)
    answered = counts.total()
    if not set(counts) <= set(CHOICES):
        raise ValueError("an answer is one of three")
    if deciders < 1 or answered > deciders:
        raise ValueError("there are more answers than deciders")
    if not 0 < quorum <= 1:
        raise ValueError("a quorum is a part of the deciders, at most all of them")
    return Decision(
        deciders=deciders,
        answered=answered,
        needed=ceil(quorum * deciders),
        concerns=counts[CONCERN],
        objections=counts[OBJECTION],
        silent=deciders - answered if silence_counts and answered else 0,
    )
