"""Ranked pairs (Tideman 1987): won duels are locked in, the clearest first, unless they would close a circle.

Who is above nobody's lock wins. Strength is the margin; options that a ballot does not name stand below
those that it names. Where duels are equally clear their order can matter: a winner is whoever wins in at
least one order (parallel universes, Tideman's own first rule; as in pref-voting), and several winners tie.

That is hard to find out in general (Brill and Fischer 2012), so:
- who wins all duels wins at once; and only options of the Smith set can win, or stand in a circle;
- of equally clear duels, those in no circle are locked in at once; only the others are tried in all
  orders, but orders that lead to the same locks are followed once, and one is left as soon as everybody
  still unbeaten in it has been found to win elsewhere (Wang et al. 2019); of the least clear duels that
  decide anything, only those are tried that let somebody stand above one more.
When that takes more than MOST_STATES steps, equally clear duels are locked in by the published order
instead (`priority`: first the duel whose winner, then whose loser, stands first), and `tied` names whoever
was found to win in another order.

`counts` say how many duels each option wins. Rounds: `{"duels": {a: {b: how many prefer a to b}},
"condorcet": option or null}`, then `{"locked": [[a, b, margin], ...], "left_out": [[a, b, margin], ...],
"all_orders": whether every order was tried}`; that round follows the published order.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from app.core.tally.notation import Ranking
from app.core.tally.outcome import Rule, Tally, settle, the_one_seat
from app.core.tally.pairwise import (
    Duels,
    condorcet_winner,
    duels_of,
    duels_told,
    margins_of,
    smith_set,
    wins_of,
)
from app.core.tally.ranking import check_ranking

NAME, KIND = "ranked_pairs", "ranking"
MOST_STATES = 5_000
Duel = tuple[int, int, int]  # who wins it, who loses it, by how many ballots
State = tuple[int, tuple[frozenset[int], ...]]
Locks = dict[int, frozenset[int]]  # of every option, whom it stands above


def check(choice: Ranking, options: Sequence[int], rule: Rule) -> None:
    check_ranking(choice, options)


def count(ballots: Mapping[Ranking, int], options: Sequence[int], rule: Rule) -> Tally:
    the_one_seat(rule)
    for choice in ballots:
        check(choice, options, rule)
    duels = duels_of(ballots, options)
    margins = margins_of(duels)
    circle = smith_set(margins)
    levels = won_duels(margins, rule.in_order(circle))
    found, all_orders = winners_of_all_orders(levels, circle)
    locked, left_out, first = in_published_order(levels, rule.in_order(circle))
    winners = found if all_orders else {first}
    equal = found | winners if len(found | winners) > 1 else set()
    rounds: list[dict[str, Any]] = [
        {"duels": duels_told(duels), "condorcet": condorcet_winner(margins)},
        {"locked": locked, "left_out": left_out, "all_orders": all_orders},
    ]
    won, tied = ([option for option in options if option in group] for group in (winners, equal))
    return settle(ballots, rule, wins_of(margins), won, tied, rounds)


def won_duels(margins: Duels, order: Sequence[int]) -> list[list[Duel]]:
    """The won duels, equally clear ones together: the clearest first, and among equals in that order."""
    duels = [(a, b, margins[a][b]) for a in order for b in order if margins[a][b] > 0]
    duels.sort(key=lambda duel: duel[2], reverse=True)
    return [list(level) for _, level in groupby(duels, key=lambda duel: duel[2])]


def lock(below: Locks, a: int, b: int) -> Locks:
    """Lock a above b: a, and whoever stands above a, now stands above b and whoever stands below b."""
    gained = below[b] | {b}
    return {option: row | gained if option == a or a in row else row for option, row in below.items()}


def unbeaten(below: Locks) -> set[int]:
    return set(below).difference(*below.values())


def in_published_order(
    levels: Sequence[Sequence[Duel]], order: Sequence[int]
) -> tuple[list[Duel], list[Duel], int]:
    """The duels that are locked in, those that are left out, and the winner, by the order that is agreed."""
    below: Locks = {option: frozenset() for option in order}
    locked, left_out = [], []
    for level in levels:
        for a, b, margin in level:
            if a in below[b]:
                left_out.append((a, b, margin))
            else:
                locked.append((a, b, margin))
                below = lock(below, a, b)
    return locked, left_out, next(option for option in order if option in unbeaten(below))


class TooMany(Exception):
    """There are too many orders to try."""


def winners_of_all_orders(levels: Sequence[Sequence[Duel]], options: Sequence[int]) -> tuple[set[int], bool]:
    """Who wins in at least one order of equally clear duels, and whether all orders were tried."""
    winners: set[int] = set()
    waiting: list[tuple[int, Locks]] = [(0, {option: frozenset() for option in options})]
    seen: set[State] = set()
    try:
        while waiting:
            level, below = waiting.pop()
            open_to_win = unbeaten(below) - winners
            if not open_to_win or not is_new((level, tuple(below.values())), seen):
                continue
            if len(unbeaten(below)) == 1 or level == len(levels):
                winners |= open_to_win
            elif level == len(levels) - 1:
                winners |= {o for o in open_to_win if stays_unbeaten(o, below, levels[level], seen)}
            else:
                waiting.extend(steps_from(level, below, levels[level], open_to_win))
    except TooMany:
        return winners, False
    return winners, True


def is_new(state: State, seen: set[State]) -> bool:
    """Whether we have not been here before. Raises TooMany when we have been at too many places."""
    if state in seen:
        return False
    if len(seen) == MOST_STATES:
        raise TooMany
    seen.add(state)
    return True


def steps_from(
    level: int, below: Locks, duels: Sequence[Duel], open_to_win: Collection[int]
) -> list[tuple[int, Locks]]:
    """How it can go on: with the next level, or after locking in one of the duels that stand in a circle.

    Last, to be tried first, come the duels that let somebody who is open to win stand above one more.
    """
    undecided = [(a, b) for a, b, _ in duels if a not in below[b] and b not in below[a]]
    everything = below
    for a, b in undecided:
        everything = lock(everything, a, b)
    in_circles = []
    for a, b in undecided:
        if a in everything[b]:
            in_circles.append((a, b))
        else:
            below = lock(below, a, b)
    in_circles = [(a, b) for a, b in in_circles if a not in below[b] and b not in below[a]]
    if not in_circles:
        return [(level + 1, below)]
    hope = min(open_to_win)
    in_circles.sort(key=lambda duel: duel[0] == hope or duel[0] in below[hope])
    return [(level, lock(below, a, b)) for a, b in in_circles]


def stays_unbeaten(option: int, below: Locks, duels: Sequence[Duel], seen: set[State]) -> bool:
    """Whether somebody can come to stand above all who could beat them, in some order of the last duels.

    For that only duels count that let them stand above one more. Such a duel can be locked in without
    trying another first when nobody else stands above its winner: it shuts out no other such duel.
    """
    waiting = [below]
    while waiting:
        below = waiting.pop()
        ours = below[option] | {option}
        if all(a in ours for a, b, _ in duels if b == option):
            return True
        if is_new((-option, tuple(below.values())), seen):
            steps = [(a, b) for a, b, _ in duels if a in ours and b not in ours and a not in below[b]]
            others = [other for other in below if other not in ours]
            sure = [(a, b) for a, b in steps if not any(a in below[other] for other in others)]
            waiting += [lock(below, a, b) for a, b in sure[:1] or steps]
    return False
