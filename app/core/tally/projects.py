"""Projects that ask for money, and the ballots that support them: what every budget method starts from."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.core.tally.outcome import Rule


def check(choice: frozenset[int], options: Sequence[int], rule: Rule) -> None:
    if not choice <= set(options):
        raise ValueError("choose from the projects of this vote")


class Projects:
    """What is asked, by whom it is supported, and in which order equals stand.

    Equal ballots are one, with the number of people who cast it. Projects without supporters are left
    out: no method buys them. What costs nothing needs no shares, so it stands apart in `free`.
    """

    def __init__(self, ballots: Mapping[frozenset[int], int], options: Sequence[int], rule: Rule) -> None:
        self.budget = rule.budget
        self.voters = sum(ballots.values())
        self.votes = dict.fromkeys(options, 0)
        for choice, people in ballots.items():
            check(choice, options, rule)
            for option in choice:
                self.votes[option] += people
        if not set(options) <= set(rule.costs):
            raise ValueError("each project needs a cost")
        self.costs = {option: rule.costs[option] for option in options}
        if any(cost < 0 for cost in self.costs.values()) or rule.budget < 0:
            raise ValueError("a cost or a budget cannot be below zero")
        order = rule.in_order(options) if rule.priority else self.by_support(options)
        self.place = {option: place for place, option in enumerate(order)}
        supported = [option for option in order if self.votes[option]]
        self.free = [option for option in supported if not self.costs[option]]
        self.asking = [option for option in supported if self.costs[option]]
        self.merge(ballots)

    def by_support(self, options: Iterable[int]) -> list[int]:
        """The published order among equals: more votes, then lower cost, then the lower number."""
        return sorted(options, key=lambda option: (-self.votes[option], self.costs[option], option))

    def merge(self, ballots: Mapping[frozenset[int], int]) -> None:
        asking = frozenset(self.asking)
        merged: dict[frozenset[int], int] = {}
        for choice, people in ballots.items():
            if people and (paid := choice & asking):
                merged[paid] = merged.get(paid, 0) + people
        self.ballots = [tuple(sorted(choice)) for choice in merged]
        self.people = list(merged.values())
        self.supporters: dict[int, list[int]] = {option: [] for option in self.asking}
        for ballot, supported in enumerate(self.ballots):
            for option in supported:
                self.supporters[option].append(ballot)

    def cost_of(self, options: Iterable[int]) -> int:
        return sum(self.costs[option] for option in options)


def fill(
    projects: Projects, already: Iterable[int], per_cost: bool = False
) -> tuple[list[dict[str, Any]], list[int]]:
    """Spend what is left after some projects by votes, or by votes per cost, as (rounds, tied).

    What the rounds are stands in `greedy.py`.
    """
    rounds: list[dict[str, Any]] = []
    bought = set(already)
    left = projects.budget - projects.cost_of(bought)
    ranks: dict[Fraction | int, list[int]] = {}
    for option in sorted({*projects.free, *projects.asking} - bought, key=projects.place.__getitem__):
        votes, cost = projects.votes[option], projects.costs[option]
        ranks.setdefault(Fraction(votes, cost or 1) if per_cost else votes, []).append(option)
    tied: list[int] = []
    for rank in sorted(ranks, reverse=True):
        equal, before = ranks[rank], left
        for option in equal:
            cost = projects.costs[option]
            stage = "added" if cost <= left else "too_dear"
            left -= cost if stage == "added" else 0
            others = [other for other in equal if other != option]
            rounds.append(
                {"stage": stage, "option": option, "votes": projects.votes[option], "cost": cost,
                 "left": left, "equal": others}
            )  # fmt: skip
        won = bought_in(rounds[-len(equal) :])
        unlucky = [option for option in equal if option not in won and projects.costs[option] <= before]
        if unlucky:
            tied += [*won, *unlucky]
    return rounds, tied


def bought_in(rounds: Iterable[Mapping[str, Any]]) -> list[int]:
    return [round["option"] for round in rounds if round["stage"] in ("bought", "added")]
