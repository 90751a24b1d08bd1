"""Yes, no or abstain: one proposal, adopted or not.

The quorum counts every ballot over the electorate; the threshold counts yes over yes and no.
"More than half" is strict: 2 * yes > yes + no. "Two thirds" is 3 * yes >= 2 * (yes + no).
With neither yes nor no, nothing is adopted. There are no rounds.
"""

from collections.abc import Mapping, Sequence

from app.core.tally.outcome import Rule, Tally, meets_quorum

NAME, KIND = "yes_no", "set"
YES, NO, ABSTAIN = 1, 2, 3


def check(choice: frozenset[int], options: Sequence[int], rule: Rule) -> None:
    if len(choice) != 1 or not choice <= set(options):
        raise ValueError("choose one: yes, no or abstain")


def count(ballots: Mapping[frozenset[int], int], options: Sequence[int], rule: Rule) -> Tally:
    counts = dict.fromkeys(options, 0)
    for choice, number in ballots.items():
        check(choice, options, rule)
        for option in choice:
            counts[option] += number
    total = sum(ballots.values())
    quorum_met = meets_quorum(total, rule.electorate, rule.quorum)
    winners: tuple[int, ...] = ()
    if not counts[YES] + counts[NO]:
        reason = "no_votes"
    elif not quorum_met:
        reason = "no_quorum"
    elif passes(counts[YES], counts[NO], rule.threshold):
        reason, winners = "adopted", (YES,)
    else:
        reason, winners = "rejected", (NO,)
    return Tally(total, rule.electorate, quorum_met, winners, reason, counts)


def passes(yes: int, no: int, threshold: str) -> bool:
    if threshold == "two_thirds":
        return yes + no > 0 and 3 * yes >= 2 * (yes + no)
    return 2 * yes > yes + no
