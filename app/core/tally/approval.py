"""Approval voting (Brams and Fishburn 1978): support as many options as you like.

The option with most support wins; options with equal support tie, and a tie is a result.
"""

from collections.abc import Iterable, Sequence

from app.core.tally.outcome import Rule, Tally, meets_quorum

NAME = "approval"


def check(choice: frozenset[int], options: Sequence[int]) -> None:
    if not choice <= set(options):
        raise ValueError("choose from the options of this vote")


def count(ballots: Iterable[frozenset[int]], options: Sequence[int], electorate: int, rule: Rule) -> Tally:
    counts = dict.fromkeys(options, 0)
    total = 0
    for ballot in ballots:
        check(ballot, options)
        total += 1
        for option in ballot:
            counts[option] += 1
    quorum_met = meets_quorum(total, electorate, rule.quorum)
    most = max(counts.values(), default=0)
    if not most:
        return Tally(counts, total, electorate, quorum_met, (), "no_votes")
    if not quorum_met:
        return Tally(counts, total, electorate, quorum_met, (), "no_quorum")
    winners = tuple(option for option in options if counts[option] == most)
    return Tally(counts, total, electorate, quorum_met, winners, "winner" if len(winners) == 1 else "tie")
