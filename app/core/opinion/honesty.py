"""Is there more than chance in it, and would it come out the same again?

Polis reports groups in pure noise too. Two questions stand before ours.

1. *Could this be chance?* Reactions are drawn anew for everybody, 199 times, with each person's own
   tendency to agree and each statement's own popularity kept, and nothing else. What is left after
   removing the means of statements and people should then be about as one-sided as in what people
   really said. A share p of the draws is at least as one-sided.
2. *Would the same groups come out again?* Two thirds of the people and statements are drawn, grouped
   anew, and compared, many times.

Shuffling the reactions within each statement, as is usual, answers the first question wrongly where
some people agree with everything: see docs/decisions/opinion-groups.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.core.opinion.grouping import Grouping, nearest_of_many, plus_plus, settle
from app.core.opinion.reactions import Numbers, Reactions

DRAWS = 199
RESAMPLES = 100
MOST_CELLS = 120_000  # people x statements that are looked at; of more, a sample of the people
STEPS = 25  # of fitting tendencies, finding a leading direction, settling groups
FURTHEST = 12.0  # a tendency to agree, on the logistic scale: 99.9994 %
STARTS = 3  # of each grouping in a resample
DRAWN = 2 / 3  # of people and of statements, in a resample
MOST_PLACES = 40_000  # people x resamples
AT_ONCE = 400_000  # cells in memory


@dataclass(frozen=True, eq=False)
class Stability:
    """How often the same came out: of each group (Jaccard, mean over resamples), and of each person."""

    of_groups: Numbers  # k shares
    of_people: Numbers  # n shares: how often a person stood with the same group

    @property
    def overall(self) -> float:
        return float(self.of_groups.mean()) if len(self.of_groups) else 0.0


def sample(reactions: Reactions) -> Numbers:
    """The rows to look at: everybody, or the first so many where people come in canonical order."""
    n, m = reactions.shape
    return np.arange(min(n, max(100, MOST_CELLS // max(1, m))))


def chance(reactions: Reactions, seed: int, draws: int = DRAWS) -> float:
    """The share p of draws without groups that are as one-sided as the real reactions, these included."""
    people = sample(reactions)
    values, given = reactions.kept.dense(0, len(people))
    if min(values.shape) < 3 or not given.any():
        return 1.0
    decided = values != 0
    agreeing = tendencies(values, decided)
    real = one_sidedness(values[None], given)[0]
    rng = np.random.default_rng([seed, 1])
    at_least, one = 0, decided.astype(np.float32)
    for size in portions(draws, values.size):
        drawn = rng.random((size, *values.shape), dtype=np.float32)
        drawn = np.where(drawn < agreeing, one, -one)
        at_least += int((one_sidedness(drawn, given) >= real).sum())
    return (1 + at_least) / (1 + draws)


def portions(times: int, cells: int) -> Iterator[int]:
    """Split so many times into parts that fit in memory."""
    size = max(1, AT_ONCE // max(1, cells))
    for first in range(0, times, size):
        yield min(size, times - first)


def tendencies(values: Numbers, decided: Numbers) -> Numbers:
    """How likely each person (n) agrees with each statement (m), were there no groups.

    The Rasch model: log odds = the person's tendency + the statement's, fitted to the reactions other
    than passes. Whoever agrees with everything does so in every draw too.
    """
    person, statement = (np.zeros(size, dtype=np.float32) for size in values.shape)
    agreed = (values == 1).astype(np.float32)
    by_person, by_statement = agreed.sum(axis=1), agreed.sum(axis=0)
    for _ in range(STEPS):
        person = nearer(person, by_person, person[:, None] + statement, decided, axis=1)
        statement = nearer(statement, by_statement, person[:, None] + statement, decided, axis=0)
    middle = np.median(person)
    person = (person - middle) * less_sure(decided.sum(axis=1))
    statement = (statement + middle) * less_sure(decided.sum(axis=0))
    likely: Numbers = logistic((person[:, None] + statement).astype(np.float32))
    return likely


def less_sure(reactions: Numbers) -> Numbers:
    """(t - 1) / t: fitted together, tendencies come out too strong by so much (Wright and Douglas 1977)."""
    factor: Numbers = 1 - 1 / np.maximum(2, reactions)
    return factor


def nearer(tendency: Numbers, agreed: Numbers, odds: Numbers, decided: Numbers, axis: int) -> Numbers:
    """One step of Newton towards tendencies that expect as many agreements as there were."""
    likely = logistic(odds) * decided
    spread = (likely * (1 - likely)).sum(axis=axis)
    step = (agreed - likely.sum(axis=axis)) / np.maximum(spread, 0.05)
    new: Numbers = np.clip(tendency + np.clip(step, -1, 1), -FURTHEST, FURTHEST)
    return new


def logistic(odds: Numbers) -> Numbers:
    chance_: Numbers = 1 / (1 + np.exp(-odds))
    return chance_


def one_sidedness(values: Numbers, given: Numbers) -> Numbers:
    """For each of many matrices: the share of its variance in the one leading direction.

    Of the reactions minus the statement's mean, minus the person's mean. The direction is found by
    steps of power iteration, equally many for all.
    """
    centred = values - values.sum(axis=1, keepdims=True) / np.maximum(1, given.sum(axis=0)) * given
    means = centred.sum(axis=2, keepdims=True) / np.maximum(1, given.sum(axis=1))[:, None]
    centred -= means * given
    turned = centred.transpose(0, 2, 1)
    side = centred @ turned if values.shape[1] <= values.shape[2] else turned @ centred
    whole = np.trace(side, axis1=1, axis2=2)
    vector = np.random.default_rng(1).standard_normal((len(side), side.shape[1], 1)).astype(np.float32)
    length = np.ones((len(side), 1, 1), dtype=np.float32)
    for _ in range(STEPS):
        vector = side @ (vector / length)
        length = np.maximum(np.sqrt((vector * vector).sum(axis=1, keepdims=True)), 1e-20)
    leading: Numbers = length[:, 0, 0] / np.maximum(whole, 1e-12)
    return leading


def stability(
    reactions: Reactions, groupings: list[Grouping], seed: int, times: int = RESAMPLES
) -> list[Stability]:
    """For each grouping of these people, how well it comes out again from other people and statements.

    In each resample two thirds of the people and of the statements are drawn (Hennig 2007, subsetting),
    the map is drawn anew, and as many groups are made. Everybody is then put on the new map, and a new
    group is matched with the old one that it shares most people with.
    """
    people = sample(reactions)
    values, given = reactions.kept.dense(0, len(people))
    times = max(1, min(times, MOST_PLACES // max(1, len(people))))
    drawn, everybody = maps_of_resamples(values, given, seed, times)
    return [compare(grouping.groups[people], grouping.k, drawn, everybody, seed) for grouping in groupings]


def maps_of_resamples(values: Numbers, given: Numbers, seed: int, times: int) -> tuple[Numbers, Numbers]:
    """For each resample (t) who was drawn (t x d), and the places of everybody on its own map (t x n x 2)."""
    rng = np.random.default_rng([seed, 2])
    n, m = values.shape
    size, width = round(n * DRAWN), round(m * DRAWN)
    rows = np.stack([np.sort(rng.permutation(n)[:size]) for _ in range(times)])
    everybody = np.zeros((times, n, 2))
    for time in range(times):
        columns = np.sort(rng.permutation(m)[:width])
        own, seen = values[:, columns], given[:, columns]
        means = own[rows[time]].sum(axis=0) / np.maximum(1, seen[rows[time]].sum(axis=0))
        centred = own - means * seen
        scale = np.sqrt(width / np.maximum(1, seen.sum(axis=1)))
        everybody[time] = (centred @ leading_two(centred[rows[time]])) * scale[:, None]
    return rows, everybody


def compare(groups: Numbers, k: int, drawn: Numbers, everybody: Numbers, seed: int) -> Stability:
    """Group those drawn in each resample, and see how much of each old group is found again."""
    times = len(drawn)
    places = np.repeat(everybody[np.arange(times)[:, None], drawn], STARTS, axis=0)
    centres, costs = settle(places, plus_plus(places, k, seed), STEPS)
    best = costs.reshape(times, STARTS).argmin(axis=1)
    centres = centres.reshape(times, STARTS, k, 2)[np.arange(times), best]
    new = nearest_of_many(everybody, centres)
    cell = (np.arange(times)[:, None] * k + groups) * k + new
    overlap = np.bincount(cell.ravel(), minlength=times * k * k).reshape(times, k, k)
    either = overlap.sum(axis=2, keepdims=True) + overlap.sum(axis=1, keepdims=True) - overlap
    jaccard = overlap / np.maximum(1, either)
    stayed = jaccard.argmax(axis=2)[:, groups] == new
    return Stability(jaccard.max(axis=2).mean(axis=0), stayed.mean(axis=0))


def leading_two(centred: Numbers) -> Numbers:
    """The two leading directions (m x 2)."""
    if centred.shape[0] < centred.shape[1]:
        directions = centred.T @ np.linalg.eigh(centred @ centred.T)[1][:, :-3:-1]
        length = np.sqrt((directions**2).sum(axis=0))
        scaled: Numbers = directions / np.where(length > 0, length, 1)
        return scaled
    two: Numbers = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    return two
