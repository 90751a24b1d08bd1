"""Reading a Pabulib file (.pb) as ballots to count: any type of vote that the format knows.

A ballot chooses the projects that it names, also where it ranks them or gives points, as pabutools has it.
With the type `ordinal` it holds a ranking too, with `cumulative` and `scoring` grades. Money is in cents, or
in thousandths and so on where an amount has more decimals; an increment is one whole unit of the currency.
Equals are decided by the projects' ids, as text.
"""

from collections import Counter

from app.imports import Refused, by_key, shown
from app.votes.ballots import Ballots, merged
from app.votes.pabulib_sections import amount, check_number, section, votes_in

SETS = ("approval", "choose-1", "knapsack")
POINTS = ("cumulative", "scoring")
MOST_POINTS = 9  # digits


def read(path):
    """The election in a file. Raises Refused."""
    meta = by_key(section(path, "META"))
    for key in ("budget", "vote_type"):
        if key not in meta:
            raise Refused(path.name, None, f"there is no line '{key}' in the section META")
    kind = meta["vote_type"]["value"].strip()
    if kind not in (*SETS, "ordinal", *POINTS):
        meta["vote_type"].refuse(f"the vote_type '{shown(kind)}' is not known")
    election = Ballots(path.name)
    numbers, costs = add_projects(path, election)
    election.rule = in_whole_numbers(amount(meta["budget"], "value", "budget"), costs)
    election.rule["priority"] = tuple(numbers[id] for id in sorted(numbers))
    named, graded = Counter(), Counter()
    for row, ballot in votes_in(path, numbers):
        named[ballot] += 1
        if kind in POINTS:
            graded[points_in(row, ballot)] += 1
    add_ballots(election, kind, named, graded)
    for key, found in (("num_projects", len(numbers)), ("num_votes", named.total())):
        if key in meta:
            check_number(meta[key], found, key.removeprefix("num_"))
    return election


def add_projects(path, election):
    """The number of each project by its id, and the cost of each by its number."""
    numbers, costs = {}, {}
    for row in section(path, "PROJECTS"):
        id = row["project_id"].strip()
        if not id:
            row.refuse("there is no project_id")
        if id in numbers:
            row.refuse(f"the project '{shown(id)}' is there twice")
        numbers[id] = election.add_option(id, row["name"].strip() if "name" in row.columns else "")
        costs[numbers[id]] = amount(row, "cost", "cost")
    return numbers, costs


def in_whole_numbers(budget, costs):
    """Money in the largest unit that needs no rounding: cents, or smaller."""
    unit = 100
    while any(exact * unit % 1 for exact in (budget, *costs.values())):
        unit *= 10
    whole = {option: int(cost * unit) for option, cost in costs.items()}
    return {"budget": int(budget * unit), "costs": whole, "increment": unit}


def points_in(row, ballot):
    """The points of one ballot, which stand in the order of the projects that it names."""
    text = row["points"].strip() if "points" in row.columns else ""
    points = [part.strip() for part in text.split(",")] if text else []
    plain = all(part.isascii() and part.isdigit() and len(part) <= MOST_POINTS for part in points)
    if not plain or len(points) != len(ballot) or len(set(ballot)) < len(ballot):
        row.refuse("each project that a ballot names needs points, a whole number, as '5,3,1'")
    return tuple(sorted(zip(ballot, map(int, points), strict=True)))


def add_ballots(election, kind, named, graded):
    """What each ballot chooses; and how it ranks or grades, where that is what the file holds."""
    election.held = {"set": merged(named, frozenset)}
    if kind == "ordinal":
        election.held["ranking"] = merged(named, in_order)
    if kind in POINTS:
        election.held["grades"] = graded


def in_order(ballot):
    return tuple(frozenset({option}) for option in dict.fromkeys(ballot))
