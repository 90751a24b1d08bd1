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
MOST_GROUPS = 5
SMALLEST = 3  # people in a group; or 5 % of all when that is more
SMALLEST_SHARE = 0.05
SAMPLE = 2000  # people among whom starts are tried, when there are more
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

    With more than 2,000 people the starts are tried among 2,000 of them, and the best is finished among all.
    """
    sample = places
    if len(places) > SAMPLE:
        sample = places[np.linspace(0, len(places) - 1, SAMPLE).astype(int)]
    tried, costs = settle(sample, plus_plus(sample, k, seed, starts))
    best: Numbers = tried[np.argmin(costs)]
    if sample is not places:
        best = settle(places, best[None])[0][0]
    return best


def plus_plus(places: Numbers, k: int, seed: int, starts: int) -> Numbers:
    """First centres (starts x k x 2): each next one drawn by its squared distance to those there are."""
    drawn = np.random.default_rng(seed).random((k, starts))
    chosen: Numbers = places[(drawn[0] * len(places)).astype(int)][:, None]
    gap = np.full((starts, len(places)), np.inf)
    for place in range(1, k):
        gap = np.minimum(gap, ((places - chosen[:, -1:]) ** 2).sum(axis=2))
        ends = np.cumsum(gap, axis=1)
        next_ = (ends <= drawn[place][:, None] * ends[:, -1:]).sum(axis=1)
        chosen = np.concatenate([chosen, places[np.minimum(next_, len(places) - 1)][:, None]], axis=1)
    return chosen


def settle(places: Numbers, centres: Numbers) -> tuple[Numbers, Numbers]:
    """Lloyd's steps for many starts at once, until nothing moves. Returns centres and sums of squares.

    A centre that loses everybody stays where it is.
    """
    x, y = places[:, 0], places[:, 1]
    starts, k = centres.shape[:2]
    row = (np.arange(starts) * k)[:, None]
    axes = [np.broadcast_to(axis, (starts, len(axis))).ravel() for axis in (x, y)]
    for _ in range(STEPS):
        place = (row + nearest_of_many(places, centres)).ravel()
        sizes = np.bincount(place, minlength=starts * k).reshape(starts, k)
        sums = [np.bincount(place, axis, starts * k) for axis in axes]
        means = np.stack(sums, axis=1).reshape(starts, k, 2) / np.maximum(1, sizes)[:, :, None]
        moved = np.where(sizes[:, :, None] > 0, means, centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres, distances(places, centres).min(axis=1).sum(axis=1)


def distances(places: Numbers, centres: Numbers) -> Numbers:
    """Squared distances (starts x k x n) of all people to all centres."""
    across = places[:, 0] - centres[:, :, :1]
    along = places[:, 1] - centres[:, :, 1:]
    squared: Numbers = across * across + along * along
    return squared


def nearest_of_many(places: Numbers, centres: Numbers) -> Numbers:
    """The nearest centre (starts x n); the first of equally near ones."""
    nearest: Numbers = distances(places, centres).argmin(axis=1)
    return nearest


def nearest(places: Numbers, centres: Numbers) -> Numbers:
    groups: Numbers = nearest_of_many(places, centres[None])[0]
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
