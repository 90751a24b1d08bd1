"""One count of a Pabulib file, in a process of its own, for `budget.py`: by our core, or by pabutools.

    python bench/one_budget.py FILE RULE COMPLETION ours|stopping|pabutools

It imports our counting alone, as whoever counts again at home would: `app.core.tally` would load every
method. `stopping` is ours, but add1 stops also when nothing more fits, as pabutools does.
"""

import csv
import json
import sys
from collections import Counter
from fractions import Fraction
from types import ModuleType

CENTS = 100
ROOT = sys.path[0].rpartition("/")[0]


def read(path):
    """A file's projects with their costs, its ballots, and its budget; money in cents."""
    section, columns = None, []
    meta, costs, ballots = {}, {}, Counter()
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            if len(row) == 1 and row[0].strip() in ("META", "PROJECTS", "VOTES"):
                section, columns = row[0].strip(), []
            elif not columns:
                columns = [name.strip() for name in row]
                at = {name: place for place, name in enumerate(columns)}
            elif section == "META":
                meta[row[0].strip()] = row[1].strip()
            elif section == "PROJECTS":
                costs[row[at["project_id"]].strip()] = int(Fraction(row[at["cost"]].strip()) * CENTS)
            else:
                ballots[row[at["vote"]]] += 1
    return costs, ballots, int(Fraction(meta["budget"]) * CENTS)


def count_ours(path, rule, completion, stop_when_exhausted):
    sys.path.insert(0, ROOT)
    alone = sys.modules["app.core.tally"] = ModuleType("app.core.tally")
    alone.__path__ = [f"{ROOT}/app/core/tally"]
    from app.core.tally.equal_shares import share_out
    from app.core.tally.outcome import Rule
    from app.core.tally.projects import Projects, bought_in, fill

    costs, cast, budget = read(path)
    ids = [*costs]
    numbers = {id: number for number, id in enumerate(ids, 1)}
    ballots = Counter()
    for named, people in cast.items():
        ballots[frozenset(numbers[id.strip()] for id in named.split(",") if id.strip())] += people
    agreed = Rule(
        budget=budget,
        costs={numbers[id]: cost for id, cost in costs.items()},
        completion=completion,
        increment=CENTS,
        priority=tuple(numbers[id] for id in sorted(ids)),
    )
    projects = Projects(ballots, range(1, len(ids) + 1), agreed)
    winners, increments, distinct = [], 0, len(projects.ballots)
    if rule != "greedy":
        per_cost = rule == "mes_cost"
        utilities = {option: projects.costs[option] if per_cost else 1 for option in projects.asking}
        shares = share_out(projects, utilities, agreed, stop_when_exhausted)
        winners, increments = [*projects.free, *shares.purchases.places], shares.purchases.step
    if rule == "greedy" or completion in ("utilitarian", "add1u"):
        winners += bought_in(fill(projects, winners)[0])
    return {
        "winners": sorted(ids[option - 1] for option in winners),
        "voters": projects.voters,
        "projects": len(ids),
        "increments": increments,
        "distinct": distinct,
    }


def count_by_pabutools(path, rule, completion):
    from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
    from pabutools.rules import (
        completion_by_rule_combination,
        greedy_utilitarian_welfare,
        method_of_equal_shares,
    )

    election, profile = parse_pabulib(path)
    shares = {"sat_class": Cost_Sat if rule == "mes_cost" else Cardinality_Sat}
    if completion.startswith("add1"):
        shares["voter_budget_increment"] = 1
    if rule == "greedy":
        won = greedy_utilitarian_welfare(election, profile, sat_class=Cost_Sat)
    elif completion in ("utilitarian", "add1u"):
        rules, asked = [method_of_equal_shares, greedy_utilitarian_welfare], [shares, {"sat_class": Cost_Sat}]
        won = completion_by_rule_combination(election, profile, rules, asked)
    else:
        won = method_of_equal_shares(election, profile, **shares)
    return {"winners": sorted(str(project) for project in won)}


if __name__ == "__main__":
    file, rule, completion, by = sys.argv[1:]
    if by == "pabutools":
        print(json.dumps(count_by_pabutools(file, rule, completion)))
    else:
        print(json.dumps(count_ours(file, rule, completion, by == "stopping")))
