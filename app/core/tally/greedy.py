"""The projects with most votes are bought, as long as the money lasts: how most towns decide.

From the most votes down; a project that does not fit in what is left is passed over. Among equals: more
votes, lower cost, lower number (or the rule's `priority`). A project that nobody supports is not bought.

Each round is about one project, in the order in which they were looked at:
`{"stage": "added" | "too_dear", "option": number, "votes": number, "cost": cost, "left": what is left
after it, "equal": [options with as many votes]}`. `tied` holds projects with as many votes as each other of
which only some were bought, though each would have fitted if it had come first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.core.tally.outcome import Rule, Tally, settle
from app.core.tally.projects import Projects, bought_in, check, fill

NAME, KIND = "greedy", "set"

__all__ = ["KIND", "NAME", "check", "count"]


def count(ballots: Mapping[frozenset[int], int], options: Sequence[int], rule: Rule) -> Tally:
    projects = Projects(ballots, options, rule)
    rounds, equal = fill(projects, ())
    tied = [option for option in options if option in equal]
    winners = bought_in(rounds)
    return settle(ballots, replace(rule, seats=len(options) + 1), projects.votes, winners, tied, rounds)
