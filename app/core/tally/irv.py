"""Instant runoff, or the alternative vote (Ware 1871): who has fewest first places goes out, again and again.

A ballot counts for the option that it puts first among those that are left; a ballot that names none of
them is exhausted and no longer counts. A ballot that puts several options first counts for each of them
(Approval-IRV, Delemazure and Peters 2024). Whoever is last alone is left wins; this is also who first has
more than half of the ballots that are not exhausted, when no ballot has equals.

**Equals in last place go out together** (as in pref-voting); when all that are left are equal, they tie.
Whether that mattered is found out too: of every such round we ask who could win from there if just one of
the equals went out, whichever it was, and so on (parallel universes, Conitzer, Rognlie and Xia 2009).

`counts` are the first places in the first round. Each round is `{"counts": {option: ballots}, "exhausted":
ballots, "out": [...]}`; with equals in last place, or all of them equal, also `"could_win": [...]` and
`"mattered"`: whether somebody of those cannot win any more now that all equals went out. Both are null when
there are too many ways to try. `tied` holds the equals of the rounds where it mattered, or may have.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.core.tally.notation import Ranking
from app.core.tally.outcome import Rule, Tally, settle, the_one_seat
from app.core.tally.ranking import check_ranking, highest_among

NAME, KIND = "irv", "ranking"
Piles = dict[frozenset[int], list[tuple[Ranking, int]]]  # ballots by what they now put first
MOST_LOOKS = 1_000_000  # at a ballot, before we give up finding who could win
MOST_OPTIONS = 200  # of which we try it


class TooMany(Exception):
    """There are too many ways to try."""


def check(choice: Ranking, options: Sequence[int], rule: Rule) -> None:
    check_ranking(choice, options)


def count(ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule) -> Tally:
    the_one_seat(rule)
    for choice in ballots:
        check(choice, options, rule)
    left = frozenset(options)
    piles = deal_out(ballots.items(), left)
    rounds, starts = [], []
    while True:
        counts = count_piles(piles, left)
        last = last_of(counts)
        out = sorted(last) if len(last) < len(left) else []
        rounds.append(told_round(counts, piles, out))
        starts.append((left, piles))
        if not out:
            break
        left -= last
        piles = move_on(piles, left)
    tell_who_could_win(rounds, starts)
    winners = [option for option in options if option in left]
    first = {option: rounds[0]["counts"][str(option)] for option in options}
    equal = set(winners) if len(winners) > 1 else set()
    for told in rounds:
        if told.get("mattered", False) is not False:
            equal.update(told["out"])
    return settle(ballots, rule, first, winners, sorted(equal), rounds)


def deal_out(ballots: Iterable[tuple[Ranking, int]], left: frozenset[int]) -> Piles:
    """Put each ballot on the pile of the options that it puts first among those that are left."""
    piles: Piles = {}
    for ranking, number in ballots:
        piles.setdefault(highest_among(ranking, left), []).append((ranking, number))
    return piles


def move_on(piles: Piles, left: frozenset[int]) -> Piles:
    """The piles when only these options are left; piles that lose nobody stay as they are."""
    moved: Piles = {}
    for first, pile in piles.items():
        parts = {first: pile} if first <= left else deal_out(pile, left)
        for now_first, part in parts.items():
            moved[now_first] = moved[now_first] + part if now_first in moved else part
    return moved


def count_piles(piles: Piles, left: frozenset[int]) -> dict[int, int]:
    """How many ballots put each remaining option first."""
    counts = dict.fromkeys(sorted(left), 0)
    for first, pile in piles.items():
        number = sum(number for _, number in pile)
        for option in first:
            counts[option] += number
    return counts


def told_round(counts: Mapping[int, int], piles: Piles, out: list[int]) -> dict[str, Any]:
    exhausted = sum(number for _, number in piles.get(frozenset(), []))
    return {"counts": {str(o): number for o, number in counts.items()}, "exhausted": exhausted, "out": out}


def last_of(counts: Mapping[int, int]) -> frozenset[int]:
    fewest = min(counts.values())
    return frozenset(option for option, number in counts.items() if number == fewest)


def tell_who_could_win(
    rounds: Sequence[dict[str, Any]], starts: Sequence[tuple[frozenset[int], Piles]]
) -> None:
    """Add to each round with equals in last place who could win from there, and whether that mattered."""
    known: dict[frozenset[int], frozenset[int]] = {}
    for place in reversed(range(len(rounds))):
        told, start, after = rounds[place], starts[place], starts[place + 1 : place + 2]
        is_tie = not after and len(start[0]) > 1  # all that are left are equal
        if is_tie or len(told["out"]) > 1:
            try:
                could_win = who_could_win(*start, known)
                mattered = any(could_win != who_could_win(*next_start, known) for next_start in after)
                told |= {"could_win": sorted(could_win), "mattered": mattered}
            except TooMany:
                told |= {"could_win": None, "mattered": None}


def who_could_win(
    left: frozenset[int], piles: Piles, known: dict[frozenset[int], frozenset[int]]
) -> frozenset[int]:
    """Who could win if equals in last place went out one by one, in any order. Raises TooMany."""
    if left not in known:
        if len(left) > MOST_OPTIONS or len(known) * sum(map(len, piles.values())) > MOST_LOOKS:
            raise TooMany
        counts = count_piles(piles, left)
        if len(left) == 1 or not any(counts.values()):
            known[left] = left
        else:
            after = [left - out for out in ways_to_go_on(counts)]
            known[left] = frozenset().union(
                *(who_could_win(now, move_on(piles, now), known) for now in after)
            )
    return known[left]


def ways_to_go_on(counts: Mapping[int, int]) -> list[frozenset[int]]:
    """What can go out next: one of the equals in last place.

    Options that together have fewer ballots than the next one all go out before it, in whatever order
    (they can only inherit from each other), so they go out in one step.
    """
    order = sorted(counts, key=lambda option: counts[option])
    together = 0
    for place, option in enumerate(order):
        if place and together < counts[option]:
            return [frozenset(order[:place])]
        together += counts[option]
    return [frozenset({option}) for option in last_of(counts)]
