"""Approval voting (Brams and Fishburn 1978): support as many options as you like.

The option with most support wins; options with equal support tie, and a tie is a result. For several
seats the best supported options have them. There are no rounds: the counts say it all.
"""

from collections.abc import Mapping, Sequence

from app.core.tally.outcome import Rule, Tally, highest, settle

NAME, KIND = "approval", "set"


def check(choice: frozenset[int], options: Sequence[int], rule: Rule) -> None:
    if not choice <= set(options):
        raise ValueError("choose from the options of this vote")


def count(ballots: Mapping[frozenset[int], int], options: Sequence[int], rule: Rule) -> Tally:
    counts = dict.fromkeys(options, 0)
    for choice, number in ballots.items():
        check(choice, options, rule)
        for option in choice:
            counts[option] += number
    return settle(ballots, rule, counts, *highest(counts, rule.seats))
