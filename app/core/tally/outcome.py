"""What a count gives, the same for every method."""

from dataclasses import dataclass, field

THRESHOLDS = ("majority", "two_thirds")


@dataclass(frozen=True)
class Rule:
    """When a vote counts: `quorum` in whole percent of the electorate, and the threshold's name."""

    quorum: int = 0
    threshold: str = "majority"


@dataclass(frozen=True)
class Tally:
    """The count: votes per option, the options that won, and why.

    `reason` is a word: `adopted`, `rejected`, `no_quorum`, `no_votes`, `winner`, `tie`.
    """

    counts: dict[int, int]
    ballots: int
    electorate: int
    quorum_met: bool
    winners: tuple[int, ...] = field(default=())
    reason: str = ""


def meets_quorum(ballots: int, electorate: int, quorum: int) -> bool:
    """Whether at least `quorum` percent of the electorate voted, in whole numbers."""
    return 100 * ballots >= quorum * electorate
