"""Yes, no or abstain: one proposal, adopted or not.

The quorum counts every ballot over the electorate; the threshold counts yes over yes and no.
"More than half" is strict: 2 * yes > yes + no. "Two thirds" is 3 * yes >= 2 * (yes + no).
With neither yes nor no, nothing is adopted.
"""

from collections.abc import Iterable, Sequence

from app.core.tally.outcome import Rule, Tally, meets_quorum

NAME = "yes_no"
YES, NO, ABSTAIN = 1, 2, 3


def check(choice: frozenset[int], options: Sequence[int]) -> None:
    if len(choice) != 1 or not choice <= set(options):
        raise ValueError("choose one: yes, no or abstain")


def count(ballots: Iterable[frozenset[int]], options: Sequence[int], electorate: int, rule: Rule) -> Tally:
    counts = dict.fromkeys(options, 0)
    total = 0
    for ballot in ballots:
        check(ballot, options)
        total += 1
        for option in ballot:
            counts[option] += 1
    quorum_met = meets_quorum(total, electorate, rule.quorum)
    passed = passes(counts[YES], counts[NO], rule.threshold)
    if not counts[YES] + counts[NO]:
        reason = "no_votes"
    elif not quorum_met:
        reason = "no_quorum"
    else:
        reason = "adopted" if passed else "rejected"
    winners = (YES,) if reason == "adopted" else (NO,) if reason == "rejected" else ()
    return Tally(counts, total, electorate, quorum_met, winners, reason)


def passes(yes: int, no: int, threshold: str) -> bool:
    if threshold == "two_thirds":
        return yes + no > 0 and 3 * yes >= 2 * (yes + no)
    return 2 * yes > yes + no
