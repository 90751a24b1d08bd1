"""Which people stand together on the map: k-means with many starts, the same whatever the order of arrival.

Polis starts its k-means from the first people who came, so another order gives other groups (in 12 of
17 real conversations). Here starts are drawn by k-means++ (Arthur and Vassilvitskii 2007) with a fixed
seed, the best of many is kept, and people come in canonical order.
"""

from dataclasses import dataclass

import numpy as np

from app.core.opinion.reactions import Numbers

STARTS = 50
STEPS = 100
FIRST_STEPS = 5  # after which only the best starts are finished
FINISHED = 10
MOST_GROUPS = 5
SMALLEST = 3  # people in a group; or 5 % of all when that is more
SMALLEST_SHARE = 0.05
SAMPLE = 1000  # people among whom starts are tried, when there are more
MEASURED = 1000  # people among whom a silhouette is measured, when there are more


@dataclass(frozen=True, eq=False)
class Grouping:
    """k groups: each person's group (n numbers below k), and the centres (k x 2)."""

    groups: Numbers
    centres: Numbers
    silhouette: float

    @property
    def k(self) -> int:
        return len(self.centres)


def candidates(places: Numbers, seed: int, most: int = MOST_GROUPS) -> list[Grouping]:
    """The best grouping for each number of groups from 2 on that leaves no group too small."""
    smallest = smallest_group(len(places))
    found = []
    for k in range(2, most + 1):
        if k * smallest > len(places):
            break
        centres = k_means(places, k, seed)
        groups = nearest(places, centres)
        sizes = np.bincount(groups, minlength=k)
        if sizes.min() >= smallest:
            found.append(in_order(Grouping(groups, centres, silhouette(places, groups, k))))
    return found


def smallest_group(n: int) -> int:
    return max(SMALLEST, int(np.ceil(SMALLEST_SHARE * n)))


def in_order(grouping: Grouping) -> Grouping:
    """Number the groups from large to small; equal ones from left to right on the map."""
    sizes = np.bincount(grouping.groups, minlength=grouping.k)
    order = np.lexsort((grouping.centres[:, 1], grouping.centres[:, 0], -sizes))
    rank = np.argsort(order)
    return Grouping(rank[grouping.groups], grouping.centres[order], grouping.silhouette)


def k_means(places: Numbers, k: int, seed: int, starts: int = STARTS) -> Numbers:
    """The centres (k x 2) with the least sum of squared distances, over many starts.

    All starts make a few steps; the best are finished. With more than 1,000 people that happens among
    1,000 of them, and the best of all is finished among everybody.
    """
    few = places
    if len(places) > SAMPLE:
        few = places[np.linspace(0, len(places) - 1, SAMPLE).astype(int)]
    many = np.broadcast_to(few, (starts, *few.shape))
    centres, costs = settle(many, plus_plus(many, k, seed), FIRST_STEPS)
    best = np.argsort(costs, kind="stable")[:FINISHED]
    centres, costs = settle(many[: len(best)], centres[best])
    centres = centres[[np.argmin(costs)]]
    if few is not places:
        centres = settle(places[None], centres)[0]
    finished: Numbers = centres[0]
    return finished


def plus_plus(places: Numbers, k: int, seed: int) -> Numbers:
    """For each of s sets of people (s x n x 2) first centres (s x k x 2).

    Each next one is drawn by its squared distance to those there are.
    """
    sets, n = places.shape[:2]
    drawn = np.random.default_rng(seed).random((k, sets))
    row = np.arange(sets)
    chosen: Numbers = places[row, (drawn[0] * n).astype(int)][:, None]
    gap = np.full((sets, n), np.inf)
    for place in range(1, k):
        gap = np.minimum(gap, ((places - chosen[:, -1:]) ** 2).sum(axis=2))
        ends = np.cumsum(gap, axis=1)
        next_ = (ends <= drawn[place][:, None] * ends[:, -1:]).sum(axis=1)
        chosen = np.concatenate([chosen, places[row, np.minimum(next_, n - 1)][:, None]], axis=1)
    return chosen


def settle(places: Numbers, centres: Numbers, steps: int = STEPS) -> tuple[Numbers, Numbers]:
    """Lloyd's steps for s sets of people (s x n x 2) and centres (s x k x 2), until nothing moves.

    Returns the centres and the sums of squares (s). Sets in which nothing moves any more are left alone.
    """
    centres, moving, of_moving = centres.copy(), np.arange(len(centres)), places
    for _ in range(steps):
        moved = middles(of_moving, centres[moving])
        still = (moved != centres[moving]).any(axis=(1, 2))
        centres[moving] = moved
        if not still.all():
            moving, of_moving = moving[still], of_moving[still]
        if not len(moving):
            break
    return centres, distances(places, centres).min(axis=1).sum(axis=1)


def middles(places: Numbers, centres: Numbers) -> Numbers:
    """The means (s x k x 2) of who is nearest to each centre. One that loses everybody stays where it is."""
    sets, k = centres.shape[:2]
    place = ((np.arange(sets) * k)[:, None] + nearest_of_many(places, centres)).ravel()
    sizes = np.bincount(place, minlength=sets * k)[:, None]
    axes = [places[:, :, axis].ravel() for axis in (0, 1)]
    sums = np.stack([np.bincount(place, axis, sets * k) for axis in axes], axis=1)
    means: Numbers = np.where(sizes > 0, sums / np.maximum(1, sizes), centres.reshape(-1, 2))
    return means.reshape(sets, k, 2)


def distances(places: Numbers, centres: Numbers) -> Numbers:
    """Squared distances (s x k x n) of all people to all centres of their set."""
    across = places[:, None, :, 0] - centres[:, :, None, 0]
    along = places[:, None, :, 1] - centres[:, :, None, 1]
    squared: Numbers = across * across + along * along
    return squared


def nearest_of_many(places: Numbers, centres: Numbers) -> Numbers:
    """The nearest centre (s x n); the first of equally near ones."""
    found: Numbers = distances(places, centres).argmin(axis=1)
    return found


def nearest(places: Numbers, centres: Numbers) -> Numbers:
    groups: Numbers = nearest_of_many(places[None], centres[None])[0]
    return groups


def silhouette(places: Numbers, groups: Numbers, k: int) -> float:
    """How much nearer people are to their own group than to the next one, from -1 to 1 (Rousseeuw 1987)."""
    if len(places) > MEASURED:
        taken = np.linspace(0, len(places) - 1, MEASURED).astype(int)
        places, groups = places[taken], groups[taken]
    between = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    is_in = np.eye(k)[groups]
    sizes = is_in.sum(axis=0)
    sums = between @ is_in
    own = np.arange(len(groups)), groups
    inside = sums[own] / np.maximum(1, sizes[groups] - 1)
    means = sums / np.maximum(1, sizes)
    means[own] = np.inf
    means[:, sizes == 0] = np.inf
    outside = means.min(axis=1)
    widest = np.maximum(inside, outside)
    score = np.where(widest > 0, (outside - inside) / np.where(widest > 0, widest, 1), 0)
    return float(np.where(sizes[groups] > 1, score, 0).mean())
