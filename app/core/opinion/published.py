"""What may be published of an analysis: shares in tenths and areas on a map, and nobody to recognise.

Counts of a group are not given: with the total of everybody, which is public too, they would tell what
the few said who are in no group. A share of fewer than five people is not given at all.
"""

from typing import Any

import numpy as np

from app.core.inference import wilson
from app.core.opinion.analysis import Z90, Analysis, bridging
from app.core.opinion.reactions import Numbers

FEWEST = 5  # people in whatever is shown
LISTED = 5  # statements in a list
BRIDGE_FROM = 0.5  # in every group at least half agree, for sure
UNKNOWN_FROM = 0.34  # share that passes
WIDTH, HEIGHT, MARGIN = 320, 200, 24  # of the map
SPREAD = 1.2  # standard deviations that an area reaches: about half of a group


def publish(analysis: Analysis) -> dict[str, Any]:
    """Plain values, ready to be kept: groups, statements by their number, and how sure it is."""
    steady = analysis.stability
    told: dict[str, Any] = {
        "k": analysis.k,
        "why_none": analysis.why_none,
        "people_enough": analysis.people_enough,
        "p_value": analysis.p_value,
        "stability": None if steady is None else round(steady.overall, 2),
    }
    if analysis.why_none == "few":
        told |= {"p_value": None, "stability": None}  # figures for who reads on, and there is nothing to read
    if analysis.k and min(analysis.sizes) < FEWEST:
        return {**told, "k": 0, "why_none": "small"}
    if not analysis.k:
        return told
    return {
        **told,
        "is_tentative": analysis.is_tentative,
        "between": tenths(analysis.between),
        "sizes": analysis.sizes,
        "areas": areas(analysis),
        **statements(analysis),
    }


def tenths(share: float) -> int:
    return round(10 * share)


def statements(analysis: Analysis) -> dict[str, Any]:
    """The statements that tell something, by number, and each one's share in every group."""
    counts, numbers = analysis.counts, [int(str(one)) for one in analysis.reactions.statements]
    open_to = np.flatnonzero(~analysis.reactions.moderated & (counts.seen >= FEWEST).all(axis=0)).tolist()
    agrees, disagrees, seen = (part.T.tolist() for part in (counts.agrees, counts.disagrees, counts.seen))
    surely = {place: bridging(agrees[place], seen[place]) for place in open_to}
    bridges = sorted((place for place in open_to if surely[place] >= BRIDGE_FROM), key=lambda p: -surely[p])
    gaps = {place: gap(agrees[place], seen[place]) for place in open_to}
    divides = sorted((place for place in open_to if gaps[place] > 0), key=lambda p: -gaps[p])
    passes = {p: [1 - (a + d) / n for a, d, n in zip(agrees[p], disagrees[p], seen[p], strict=True)]
              for p in open_to}  # fmt: skip
    unknown = sorted((p for p in open_to if max(passes[p]) >= UNKNOWN_FROM), key=lambda p: -max(passes[p]))
    holds = [
        [[numbers[one.statement], one.agrees] for one in held if one.statement in surely]
        for held in analysis.representative
    ]
    named = [*bridges[:LISTED], *divides[:LISTED], *unknown[:LISTED]]
    named += [one.statement for held in analysis.representative for one in held if one.statement in surely]
    return {
        "holds": holds,
        "bridges": [[numbers[place], int(10 * surely[place])] for place in bridges[:LISTED]],
        "divides": [numbers[place] for place in divides[:LISTED]],
        "unknown": [
            [numbers[p], [group for group, share in enumerate(passes[p]) if share >= UNKNOWN_FROM]]
            for p in unknown[:LISTED]
        ],
        "shares": {
            str(numbers[place]): {
                "agree": [in_tenths(a, n) for a, n in zip(agrees[place], seen[place], strict=True)],
                "disagree": [in_tenths(d, n) for d, n in zip(disagrees[place], seen[place], strict=True)],
            }
            for place in dict.fromkeys(named)
        },
    }


def in_tenths(part: int, whole: int) -> list[int]:
    """About how many in ten, and the least and most that it could be (Wilson, 90 %)."""
    low, high = wilson(part, whole, Z90)
    return [tenths(part / whole), int(10 * low), int(np.ceil(10 * high - 1e-9))]


def gap(agrees: list[int], seen: list[int]) -> float:
    """How far apart the groups surely are: between the most agreeing one's least and another's most."""
    bounds = [wilson(agree, n, Z90) for agree, n in zip(agrees, seen, strict=True)]
    return max(low for low, _ in bounds) - min(high for _, high in bounds)


def areas(analysis: Analysis) -> list[list[int]]:
    """For each group an ellipse on the map: middle x and y, two radii, and how far it is turned in degrees.

    It holds about half of the group. Nobody's own place is kept.
    """
    ellipses = [ellipse(analysis.map.places[analysis.groups == group]) for group in range(analysis.k)]
    reach = np.array([[x, y, max(first, second)] for x, y, first, second, _ in ellipses])
    low = (reach[:, :2] - reach[:, 2:]).min(axis=0)
    high = (reach[:, :2] + reach[:, 2:]).max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    scale = float((room / np.maximum(high - low, 1e-9)).min())
    shift = np.array([WIDTH, HEIGHT]) / 2 - (low + high) / 2 * scale
    return [
        [
            round(x * scale + shift[0]),
            round(y * scale + shift[1]),
            max(14, round(first * scale)),
            max(14, round(second * scale)),
            round(turn),
        ]
        for x, y, first, second, turn in ellipses
    ]


def ellipse(places: Numbers) -> tuple[float, float, float, float, float]:
    middle = places.mean(axis=0)
    width, direction = np.linalg.eigh(np.cov(places.T) + np.eye(2) * 1e-9)
    second, first = SPREAD * np.sqrt(np.maximum(width, 0))
    turn = np.degrees(np.arctan2(direction[1, 1], direction[0, 1]))
    return float(middle[0]), float(middle[1]), float(first), float(second), float(turn)
