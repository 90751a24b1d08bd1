"""The whole of it: which opinion groups there are, if any may be shown, and what they hold.

Figures for given groups are those of Polis; which groups there are, and whether they may be shown, is
our own: see docs/decisions/opinion-groups.md.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.core.inference import wilson
from app.core.opinion.grouping import Grouping, candidates
from app.core.opinion.honesty import Stability, chance, stability
from app.core.opinion.projection import Map, draw
from app.core.opinion.reactions import Numbers, Reactions
from app.core.opinion.representative import (
    NONE,
    Chosen,
    Counts,
    consensus,
    count,
    group_aware_consensus,
    priority,
    rated,
    representative,
)

VERSION = 1  # raise it when the same reactions may give another result
REACTED_ENOUGH = 7  # reactions that place a person on the map
PEOPLE_NEEDED = 30  # who reacted enough, before groups are published
SIGNIFICANT = 0.05
SHOWN_FROM = 0.6  # stability; below it no groups are shown (Hennig 2007)
STABLE_FROM = 0.75  # below it they are called tentative
STAYS = 0.8  # below it a person stands between groups
Z90 = 1.6448536269514722  # two-sided 90 %, so that the lower bound holds with 95 %


@dataclass(frozen=True, eq=False)
class Analysis:
    """What was found. `why_none` is empty, or says why no groups may be shown.

    `few`: too few people reacted enough; `chance`: it is no more than chance would give; `unstable`:
    other groups would come out with some people or statements less; `one`: everybody stands together.
    """

    reactions: Reactions
    groups: Numbers  # of each person, or NONE
    k: int
    representative: list[list[Chosen]]
    agreed: list[Chosen]
    rejected: list[Chosen]
    counts: Counts  # raw, by group (one row of nothing when there are none)
    people_enough: int
    p_value: float | None
    stability: Stability | None
    why_none: str = ""

    @cached_property
    def map(self) -> Map:
        """Of the same people and statements, in their order."""
        return draw(self.reactions)

    @property
    def is_tentative(self) -> bool:
        return self.stability is not None and self.stability.overall < STABLE_FROM

    @property
    def sizes(self) -> list[int]:
        return [int((self.groups == group).sum()) for group in range(self.k)]

    @property
    def between(self) -> float:
        """The share of people who stand between groups."""
        return 0.0 if self.stability is None else float((self.stability.of_people < STAYS).mean())

    @property
    def priorities(self) -> Numbers:
        return priority(self.counts, self.map.extremity)

    @property
    def group_aware_consensus(self) -> Numbers:
        return group_aware_consensus(self.counts)


def analyse(reactions: Reactions, seed: int = 1, minimum: bool = True) -> Analysis:
    """Find the groups, ask whether they may be shown, and say what they hold.

    Without `minimum` groups are given however few the people and however likely chance: for research.
    The order of people and statements changes nothing, nor does a person without reactions.
    """
    ordered = without_the_silent(reactions).in_canonical_order()
    enough = ordered.count >= min(REACTED_ENOUGH, max(1, ordered.shape[1]))
    people_enough = int((reactions.count >= REACTED_ENOUGH).sum())
    members = np.flatnonzero(enough)
    active = ordered.of_people(members)
    p_value = chance(active, seed) if len(members) >= 3 else None
    found = candidates(draw(ordered).places[members], seed) if len(members) else []
    steady = stability(active, found, seed) if found else []
    best = choose(found, steady, least=SHOWN_FROM if minimum else 0.0)
    why_none = ""
    if minimum and people_enough < PEOPLE_NEEDED:
        why_none = "few"
    elif minimum and (p_value is None or p_value > SIGNIFICANT):
        why_none = "chance"
    elif best is None:
        why_none = "unstable" if found else "one"
    likeliest = best if best is not None else choose(found, steady, least=0.0)
    groups = np.full(len(reactions.people), NONE)
    if best is not None and not why_none:
        rows: dict[Hashable, int] = {person: row for row, person in enumerate(reactions.people)}
        groups[[rows[active.people[place]] for place in range(len(members))]] = found[best].groups
    return describe(
        reactions,
        groups,
        0 if why_none or best is None else found[best].k,
        people_enough,
        p_value,
        None if likeliest is None else steady[likeliest],
        why_none,
    )


def without_the_silent(reactions: Reactions) -> Reactions:
    """Without people who reacted to nothing, and statements that nobody reacted to."""
    seen = np.bincount(reactions.columns, minlength=len(reactions.statements)) > 0
    return reactions.in_order(np.flatnonzero(reactions.count > 0), np.flatnonzero(seen))


def choose(found: list[Grouping], steady: list[Stability], least: float) -> int | None:
    """Which grouping: of those that are stable enough the one best apart and most stable, taken together."""
    able = [number for number, one in enumerate(steady) if one.overall >= least]
    if not able:
        return None
    return max(able, key=lambda number: found[number].silhouette * steady[number].overall)


def describe(
    reactions: Reactions,
    groups: Numbers,
    k: int,
    people_enough: int = 0,
    p_value: float | None = None,
    steady: Stability | None = None,
    why_none: str = "",
) -> Analysis:
    """What given groups hold, and what everybody agrees on. `groups` has a number below k, or NONE."""
    everybody = np.zeros(len(reactions.people), dtype=np.int64)
    raw = count(reactions, groups, max(1, k))
    sizes = np.bincount(groups[groups != NONE], minlength=max(1, k))
    by_group = rated(raw, sizes, reactions.moderated)
    whole = rated(count(reactions, everybody, 1), np.array([len(everybody)]), reactions.moderated)
    agreed, rejected = consensus(whole, reactions.moderated, by_group)
    return Analysis(
        reactions,
        groups,
        k,
        representative(by_group, reactions.moderated) if k else [],
        agreed,
        rejected,
        raw,
        people_enough,
        p_value,
        steady,
        why_none,
    )


def bridging(agrees: list[int], seen: list[int]) -> float:
    """How surely every group agrees: the lower bound of agreement in the group that agrees least.

    Wilson's interval at 90 %, so with 95 % confidence at least this share agrees in each group. Passes
    count as seen. Unlike a product over groups it does not shrink with their number.
    """
    return min(wilson(agree, n, Z90)[0] for agree, n in zip(agrees, seen, strict=True))
