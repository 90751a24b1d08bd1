"""What each group holds, what everybody agrees on, and which statement needs reactions most.

These are the statistics of Polis for given groups, with its pseudocounts, tests and order of choosing,
so that results can be compared with it figure by figure (Small and others 2021; the exact rules were
described from its Clojure source and checked against production output).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.opinion.reactions import Numbers, Reactions

CRITICAL = 1.2816  # one-sided 90 % of the normal distribution
MOST = 5  # statements in a list
NONE = -1  # the group of a person who is in none


@dataclass(frozen=True, eq=False)
class Counts:
    """How often groups (g) agreed with, disagreed with and saw statements (m): three g x m matrices."""

    agrees: Numbers
    disagrees: Numbers
    seen: Numbers

    @property
    def total(self) -> "Counts":
        return Counts(*(part.sum(axis=0, keepdims=True) for part in (self.agrees, self.disagrees, self.seen)))

    @property
    def rest(self) -> "Counts":
        """For each group all other groups together."""
        parts = (self.agrees, self.disagrees, self.seen)
        return Counts(*(part.sum(axis=0, keepdims=True) - part for part in parts))


@dataclass(frozen=True)
class Chosen:
    """A statement (by column) that tells what a group holds, or what all agree on, with its figures."""

    statement: int
    agrees: bool  # what it is chosen for: agreement, or disagreement
    successes: int
    trials: int
    share: float
    share_test: float
    representativeness: float = 1.0
    representativeness_test: float = 0.0
    is_best_agree: bool = False


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of each group (g) and statement (m), for agreeing or for disagreeing."""

    successes: Numbers
    share: Numbers
    share_test: Numbers
    ratio: Numbers
    ratio_test: Numbers


def count(reactions: Reactions, groups: Numbers, g: int) -> Counts:
    """Reactions by group. `groups` holds a number below g for each person, or NONE."""
    m = len(reactions.statements)
    group = groups[reactions.rows]
    is_in = group != NONE
    place = (group * m + reactions.columns)[is_in]
    value = reactions.values[is_in]

    def tally(which: Numbers) -> Numbers:
        return np.bincount(place[which], minlength=g * m).reshape(g, m)

    return Counts(tally(value == 1), tally(value == -1), tally(value == value))


def rated(counts: Counts, sizes: Numbers, moderated: Numbers) -> Counts:
    """The counts as Polis rates them: a moderated statement was passed by everybody."""
    return Counts(
        np.where(moderated, 0, counts.agrees),
        np.where(moderated, 0, counts.disagrees),
        np.where(moderated, sizes[:, None], counts.seen),
    )


def share(successes: Numbers, trials: Numbers) -> Numbers:
    """(x + 1) / (n + 2): a share that is never 0 or 1."""
    smoothed: Numbers = (successes + 1) / (trials + 2)
    return smoothed


def share_test(successes: Numbers, trials: Numbers) -> Numbers:
    """z of one share against a half: 2 sqrt(n+1) ((x+1)/(n+1) - 1/2)."""
    z: Numbers = 2 * np.sqrt(trials + 1) * ((successes + 1) / (trials + 1) - 0.5)
    return z


def difference_test(x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers) -> Numbers:
    """z of two shares, with 1 added to each of the four counts; 0 where everybody did the same."""
    pooled = (x1 + x2 + 2) / (n1 + n2 + 2)
    spread = pooled * (1 - pooled) * (1 / (n1 + 1) + 1 / (n2 + 1))
    same = pooled >= 1
    gap = (x1 + 1) / (n1 + 1) - (x2 + 1) / (n2 + 1)
    z: Numbers = np.where(same, 0, gap / np.sqrt(np.where(same, 1, spread)))
    return z


def figures(successes: Numbers, seen: Numbers, rest: Numbers, rest_seen: Numbers) -> Figures:
    own = share(successes, seen)
    return Figures(
        successes,
        own,
        share_test(successes, seen),
        own / share(rest, rest_seen),
        difference_test(successes, seen, rest, rest_seen),
    )


def representative(counts: Counts, moderated: Numbers) -> list[list[Chosen]]:
    """For each group up to five statements that set it apart from the rest, best first.

    Agreements stand before disagreements. Expects rated counts, with statements in their usual order:
    what comes first wins a tie.
    """
    rest = counts.rest
    agree = figures(counts.agrees, counts.seen, rest.agrees, rest.seen)
    disagree = figures(counts.disagrees, counts.seen, rest.disagrees, rest.seen)
    candidates = [int(place) for place in np.flatnonzero(~moderated)]
    return [
        choose(group, candidates, agree, disagree, counts.seen[group]) for group in range(len(counts.seen))
    ]


def choose(
    group: int, candidates: Sequence[int], agree: Figures, disagree: Figures, seen: Numbers
) -> list[Chosen]:
    """One group's statements: the best to agree with, and the others that pass both tests."""

    def chosen(place: int, is_best: bool = False) -> Chosen:
        agrees = bool(agree.ratio_test[group, place] > disagree.ratio_test[group, place])
        side = agree if agrees else disagree
        return Chosen(
            place,
            agrees,
            int(side.successes[group, place]),
            int(seen[place]),
            float(side.share[group, place]),
            float(side.share_test[group, place]),
            float(side.ratio[group, place]),
            float(side.ratio_test[group, place]),
            is_best,
        )

    def passes(side: Figures, place: int) -> bool:
        return bool(side.ratio_test[group, place] > CRITICAL and side.share_test[group, place] > CRITICAL)

    best_agree = best_to_agree(group, candidates, agree, disagree)
    sufficient = [place for place in candidates if passes(agree, place) or passes(disagree, place)]
    first = [] if best_agree is None else [chosen(best_agree, is_best=True)]
    if not sufficient:
        return first or [chosen(place) for place in furthest(group, candidates, agree, disagree)]
    others = [chosen(place) for place in sufficient if place != best_agree]
    others.sort(key=weight, reverse=True)
    return sorted([*first, *others][:MOST], key=lambda one: not one.agrees)


def weight(one: Chosen) -> float:
    return one.representativeness * one.representativeness_test * one.share * one.share_test


def best_to_agree(group: int, candidates: Sequence[int], agree: Figures, disagree: Figures) -> int | None:
    """The statement that best says what the group is for, found by going through them once, as Polis does."""
    best = None
    for place in candidates:
        ratio, ratio_test = agree.ratio[group, place], agree.ratio_test[group, place]
        part, part_test = agree.share[group, place], agree.share_test[group, place]
        if agree.successes[group, place] == 0 and disagree.successes[group, place] == 0:
            continue
        if best is None:
            better = part_test > CRITICAL or (ratio > 1 and part > 0.5)
        elif agree.ratio[group, best] > 1:
            held = agree.ratio[group, best] * agree.ratio_test[group, best]
            better = ratio * ratio_test * part * part_test > (
                held * agree.share[group, best] * agree.share_test[group, best]
            )
        else:
            better = part * part_test > agree.share[group, best] * agree.share_test[group, best]
        if better:
            best = place
    return best


def furthest(group: int, candidates: Sequence[int], agree: Figures, disagree: Figures) -> list[int]:
    """Where nothing passes the tests: the statement on which the group differs most, if there is any."""
    tests = np.maximum(agree.ratio_test[group], disagree.ratio_test[group])
    return [max(candidates, key=lambda place: float(tests[place]))] if candidates else []


def consensus(counts: Counts, moderated: Numbers, by_group: Counts) -> tuple[list[Chosen], list[Chosen]]:
    """What most people agree with, and what most disagree with: at most five each, best first.

    Expects rated counts of all people as one group, and those of the groups: of two statements that are
    equal, the one that more of every group holds comes first, then the earlier one.
    """
    seen = counts.seen[0]

    def most(successes: Numbers, in_groups: Numbers, agrees: bool) -> list[Chosen]:
        part, test = share(successes, seen), share_test(successes, seen)
        across = share(in_groups, by_group.seen).prod(axis=0)
        passing = np.flatnonzero((part > 0.5) & (test > CRITICAL) & ~moderated).tolist()
        passing.sort(key=lambda place: (-part[place] * test[place], -across[place]))
        return [
            Chosen(
                place, agrees, int(successes[place]), int(seen[place]), float(part[place]), float(test[place])
            )
            for place in passing[:MOST]
        ]

    return most(counts.agrees[0], by_group.agrees, True), most(counts.disagrees[0], by_group.disagrees, False)


def group_aware_consensus(counts: Counts) -> Numbers:
    """For each statement (m) the product over groups of (agrees + 1) / (seen + 2)."""
    product: Numbers = share(counts.agrees, counts.seen).prod(axis=0)
    return product


def priority(counts: Counts, extremity: Numbers, meta: Numbers | None = None) -> Numbers:
    """How much each statement (m) deserves to be shown next: important, and seen by few."""
    total = counts.total
    agrees, disagrees, seen = (part[0] for part in (total.agrees, total.disagrees, total.seen))
    passes = seen - agrees - disagrees
    importance = (1 - share(passes, seen)) * (extremity + 1) * share(agrees, seen)
    needed: Numbers = (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2
    return needed if meta is None else np.where(meta, 49.0, needed)


def next_by_need(priorities: Numbers, open_to: Sequence[int], drawn: float) -> int | None:
    """The statement to show next among those not reacted to, by chance in proportion to its priority.

    `drawn` is a random number from 0 up to 1, given by the caller. None when nothing is left.
    """
    if not len(open_to):
        return None
    ends = np.cumsum(priorities[list(open_to)])
    place = int(np.searchsorted(ends, drawn * ends[-1], side="right"))
    return open_to[min(place, len(open_to) - 1)]
