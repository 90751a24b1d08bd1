"""Real elections: the same winners as pabutools 1.2.3, and as towns that decided with equal shares."""

import json

import pytest

from app.core.tally import METHODS, Rule
from app.core.tally.equal_shares import share_out
from app.core.tally.projects import Projects, bought_in, fill
from app.imports import by_key
from app.votes.pabulib_ballots import read
from app.votes.pabulib_sections import section
from tests.reference import DATA, reference

FILE = DATA / "reference" / "pb_winners_pabutools.json"
KNOWN = json.loads(FILE.read_text()) if FILE.exists() else {}


def by_greedy(election, per_cost=False):
    projects = Projects(election.held["set"], election.numbers, Rule(**election.rule))
    return bought_in(fill(projects, (), per_cost)[0])


def by_shares(election, per_cost=True, completion="none", then_by_votes=False):
    """As pabutools has it: there shares also stop growing when nothing more fits in the budget."""
    rule = Rule(**election.rule, completion=completion)
    projects = Projects(election.held["set"], election.numbers, rule)
    utilities = {option: projects.costs[option] if per_cost else 1 for option in projects.asking}
    winners = list(share_out(projects, utilities, rule, stop_when_exhausted=True).purchases.places)
    return winners + (bought_in(fill(projects, winners)[0]) if then_by_votes else [])


RULES = {
    "greedy_votes": lambda election: by_greedy(election),
    "greedy_votes_per_cost": lambda election: by_greedy(election, per_cost=True),
    "mes_cost": lambda election: by_shares(election),
    "mes_card": lambda election: by_shares(election, per_cost=False),
    "mes_cost_U": lambda election: by_shares(election, then_by_votes=True),
    "mes_cost_add1": lambda election: by_shares(election, completion="add1"),
    "mes_cost_add1U": lambda election: by_shares(election, completion="add1", then_by_votes=True),
    "mes_card_add1U": lambda election: by_shares(election, False, "add1", True),
}


def test_the_reference_answers_are_all_asked():
    reference("reference/pb_winners_pabutools.json")
    assert len(KNOWN) == 41 and sum(len(known["winners"]) for known in KNOWN.values()) == 292


@pytest.mark.parametrize("file", KNOWN)
def test_the_same_winners_as_pabutools(file):
    election = read(reference(f"pabulib/{file}"))
    for rule, winners in KNOWN[file]["winners"].items():
        found = [election.ids[option - 1] for option in RULES[rule](election)]
        assert sorted(found) == sorted(winners), rule
        if rule in ("mes_cost", "mes_card", "mes_cost_add1"):  # others are told sorted by something else
            assert found == winners, rule


@pytest.mark.parametrize("file", ["Netherlands_Assen_2024.pb", "Poland_Swiecie_2023.pb"])
def test_the_same_winners_as_the_town_had(file):
    path = reference(f"pabulib/{file}")
    assert by_key(section(path, "META"))["rule"]["value"] == "equalshares/add1"
    election = read(path)
    rule = Rule(**election.rule, completion="add1")
    tally = METHODS["mes_cost"].count(election.held["set"], election.numbers, rule)
    chosen = {row["project_id"] for row in section(path, "PROJECTS") if row["selected"] == "1"}
    assert {election.ids[option - 1] for option in tally.winners} == chosen and not tally.tied


def test_ninety_thousand_voters_and_forints():
    """The largest election with increments, and one where shares grow 42,458 times."""
    for file, increments, winners in (
        ("Poland_Lodz_2022.pb", 58, 44),
        ("Hungary_Budapest_2025_XI_Ujbuda.pb", 42_458, 15),
    ):
        election = read(reference(f"pabulib/{file}"))
        rule = Rule(**election.rule, completion="add1")
        tally = METHODS["mes_cost"].count(election.held["set"], election.numbers, rule)
        assert (tally.rounds[0]["increments"], len(tally.winners)) == (increments, winners)
        assert sum(rule.costs[option] for option in tally.winners) <= rule.budget
