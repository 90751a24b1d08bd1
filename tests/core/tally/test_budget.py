"""Greedy and equal shares: worked by hand, against a plain count of every voter, and turned about."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.tally import METHODS, Rule
from app.core.tally.equal_shares import share_out, what_it_bought
from app.core.tally.projects import Projects, fill
from app.core.tally.purchases import Purchases

from . import naive_shares
from .elections import election

UTILITIES = {"mes_cost": lambda cost: cost, "mes_cardinality": lambda cost: 1}
COMPLETIONS = ["none", "add1", "add1u", "utilitarian"]


def count(name, lines, costs, budget, **rule):
    """`60 1,2; 40 3`: 60 ballots for projects 1 and 2, 40 for 3; the costs of projects 1, 2, 3."""
    ballots = election("set", lines) if isinstance(lines, str) else lines
    costs = dict(enumerate(costs, 1)) if isinstance(costs, list) else costs
    return METHODS[name].count(ballots, list(costs), Rule(budget=budget, costs=costs, **rule))


def stages(tally, stage):
    return [round for round in tally.rounds if round["stage"] == stage]


# By hand


def test_a_majority_takes_it_all_with_greedy_and_its_part_with_equal_shares():
    lines = "60 1,2,3,4,5; 40 6,7,8,9,10"
    assert count("greedy", lines, [100] * 10, 500).winners == (1, 2, 3, 4, 5)
    for name in UTILITIES:
        assert count(name, lines, [100] * 10, 500).winners == (1, 2, 3, 6, 7)


def test_greedy_passes_over_what_does_not_fit():
    tally = count("greedy", "5 1; 4 2; 3 3; 0 4", [60, 50, 40, 10], 100)
    assert tally.winners == (1, 3) and tally.reason == "winners"
    assert [(round["stage"], round["option"], round["left"]) for round in tally.rounds] == [
        ("added", 1, 40),
        ("too_dear", 2, 40),
        ("added", 3, 0),
    ]


def test_a_purchase_by_hand():
    """Shares are 10. Project 1 costs 12: 4 each. Project 2 costs 20, and its voters have 6 and 10 left.

    Project 3 costs 15: voters 3 and 4 have 6 and 10; half of 15 is more than 6, so 6 and 9.
    """
    tally = count("mes_cost", "1 1; 1 1,2; 1 1,3; 1 2,3", [12, 20, 15], 40)
    assert tally.winners == (1, 3)
    first, second = stages(tally, "bought")
    assert (first["price"], first["rate"], first["payers"], first["emptied"]) == ("4", "1/3", 3, 0)
    assert (second["price"], second["rate"], second["payers"], second["emptied"]) == ("9", "3/5", 2, 1)
    assert (first["left"], second["left"]) == (28, 13)
    assert stages(tally, "too_little") == [
        {"stage": "too_little", "option": 2, "votes": 2, "cost": 20, "money": "7"}
    ]
    assert stages(tally, "share") == [{"stage": "share", "share": "10", "voters": 4, "increments": 0}]


def test_what_a_share_bought():
    tally = count("mes_cost", "1 1; 1 1,2; 1 1,3; 1 2,3", [12, 20, 15], 40)
    assert what_it_bought(tally.rounds, frozenset({1, 3})) == ({1: 4, 3: 6}, 0)
    assert what_it_bought(tally.rounds, frozenset({2, 3})) == ({3: 9}, 1)
    assert what_it_bought(tally.rounds, frozenset()) == ({}, 10)


def test_cost_or_number_decides_what_is_first():
    lines = "3 1; 4 1,2; 2 2"
    assert count("mes_cost", lines, [70, 6], 90).winners == (1, 2)  # a seventh and a sixth per unit
    assert count("mes_cardinality", lines, [70, 6], 90).winners == (2,)  # 1 and 10; then 69 is left for 70


def test_shares_grow_until_it_would_be_too_much():
    """Shares of 20, 30 and 40 buy the third for 10; shares of 50 would buy all, for 110."""
    tally = count("mes_cost", "1 1; 1 2; 1 3; 2", [50, 50, 10], 100, completion="add1", increment=10)
    (over,) = stages(tally, "overspent")
    assert (over["increments"], over["cost"], over["options"]) == (3, 110, [3, 1, 2])
    assert tally.winners == (3,)
    assert tally.rounds[0]["increments"] == 2
    filled = count("mes_cost", "1 1; 1 2; 1 3; 2", [50, 50, 10], 100, completion="add1u", increment=10)
    assert filled.winners == (3, 1)
    assert stages(filled, "added")[0]["left"] == 40


def test_growing_ends_when_all_that_anybody_wants_is_bought():
    tally = count("mes_cost", "1 1; 1 2; 8", [40, 30, 20], 100, completion="add1")
    assert tally.winners == (2, 1)
    assert not stages(tally, "overspent") and tally.rounds[0]["increments"] == 30


def test_growing_goes_past_an_outcome_that_leaves_no_room():
    """Shares of 5/3 buy project 2 for 3, and no more fits; pabutools ends there. Of 8/3: project 1."""
    rule = Rule(budget=5, costs={1: 5, 2: 3}, completion="add1", priority=(1, 2))
    projects = Projects(election("set", "1 1; 1 2; 1 1,2"), [1, 2], rule)
    until, on = (share_out(projects, rule.costs, rule, stop).purchases for stop in (True, False))
    assert (list(until.places), until.step) == ([2], 0)
    assert (list(on.places), on.step) == ([1], 1)


def test_an_empty_ballot_has_a_share_too():
    assert count("mes_cost", "1 1", [60], 60).winners == (1,)
    assert count("mes_cost", "1 1; 1", [60], 60).winners == ()


def test_who_votes_alone_decides_alone():
    assert count("mes_cost", "1 1,2", [7, 5], 10, priority=(1, 2)).winners == (1,)
    assert count("mes_cardinality", "1 1,2", [7, 5], 10).winners == (2,)


def test_what_costs_nothing_is_bought_when_somebody_wants_it():
    for name in ("greedy", *UTILITIES):
        tally = count(name, "2 1,2; 1 2", [0, 30, 0], 30)
        assert set(tally.winners) == {1, 2}
    assert what_it_bought(tally.rounds, frozenset({1, 2})) == ({1: 0, 2: 10}, 0)


@pytest.mark.parametrize("name", ["greedy", *UTILITIES])
@pytest.mark.parametrize("completion", COMPLETIONS)
def test_elections_without_anything(name, completion):
    for lines, costs in (("0 1", [5]), ("3 ", [5, 6]), ("0 ", {})):
        tally = count(name, lines, costs, 10, completion=completion)
        assert (tally.winners, tally.reason) == ((), "no_votes")
    tally = count(name, "2 1", [50], 10, completion=completion)
    assert (tally.winners, tally.reason) == ((), "winners")  # counted, and nothing fits
    assert count(name, "2 1", [50], 0, completion=completion).winners == ()


def test_no_quorum_no_winners():
    tally = count("mes_cost", "2 1", [5], 10, electorate=100, quorum=50)
    assert (tally.winners, tally.reason) == ((), "no_quorum")


def test_what_is_wrong_is_told():
    for wrong in ({"completion": "add2"}, {"completion": "add1", "increment": 0}):
        with pytest.raises(ValueError):
            count("mes_cost", "1 1", [5], 10, **wrong)
    with pytest.raises(ValueError, match="below zero"):
        count("greedy", "1 1", [-5], 10)
    with pytest.raises(ValueError, match="projects of this vote"):
        count("greedy", "1 2", [5], 10)
    with pytest.raises(ValueError, match="needs a cost"):
        METHODS["greedy"].count({frozenset({1}): 1}, [1], Rule())


# Ties


def test_equals_go_by_votes_then_cost_then_number():
    """All ask a tenth per unit. Together they are too much."""
    assert count("greedy", "10 1,2", [60, 50], 100).winners == (2,)
    assert count("greedy", "10 1,2", [60, 50], 100, priority=(1, 2)).winners == (1,)
    assert count("mes_cost", "10 1,2", [60, 60], 100).winners == (1,)
    assert count("mes_cost", "10 1,2", [60, 50], 100).winners == (2,)
    assert count("mes_cost", "10 1,2", [60, 50], 100, priority=(1, 2)).winners == (1,)
    assert count("mes_cardinality", "9 1; 10 2", [45, 50], 95).winners == (2, 1)


def test_a_tie_that_mattered_is_told():
    for name in ("greedy", *UTILITIES):
        assert count(name, "10 1,2", [60, 60], 100).tied == (1, 2)
        assert count(name, "5 1; 5 2", [50, 50], 100).tied == ()  # both are bought, whichever is first
        assert count(name, "10 1,2", [50, 50], 100).tied == ()
        assert count(name, "10 1,2", [60, 120], 100).tied == ()  # the second never fits
    assert stages(count("mes_cost", "10 1,2", [60, 60], 100), "bought")[0]["equal"] == [2]


def test_a_tie_in_the_step_that_is_too_much_is_told():
    """Shares of 60 buy 3 and one of 1 and 2, which is too much; which one, the order decided."""
    tally = count("mes_cost", "1 1,2; 1 3", [60, 60, 50], 100, completion="add1")
    assert tally.winners == (3,) and tally.tied == (1, 2)


# Against a plain count


def money(most):
    return st.integers(1, most) | st.sampled_from([0, 1, 2, 5, 10])


@st.composite
def budgets(draw, most=40):
    m = draw(st.integers(1, 6))
    costs = {option: draw(money(most)) for option in range(1, m + 1)}
    ballots = Counter()
    for choice in draw(st.lists(st.frozensets(st.integers(1, m)), min_size=1, max_size=7)):
        ballots[choice] += draw(st.sampled_from([1, 1, 2, 5]))
    order = draw(st.permutations(sorted(costs)))
    return ballots, costs, draw(st.integers(0, max(1, sum(costs.values())))), order


def check_against_plain_count(name, ballots, costs, budget, order, completion, increment):
    utility = UTILITIES[name]
    wanted, steps = naive_shares.outcome(ballots, costs, budget, order, utility, completion, increment)
    rule = {"completion": completion, "increment": increment, "priority": tuple(order)}
    tally = count(name, ballots, costs, budget, **rule)
    if tally.reason == "no_votes":
        assert not any(ballots)
        return
    assert list(tally.winners) == wanted and tally.rounds[0]["increments"] == steps
    bought, purses = naive_shares.shares(ballots, costs, budget, order, utility, steps * increment)
    told = [(round["option"], Fraction(round["price"])) for round in stages(tally, "bought")]
    assert told == bought
    voters = [choice for choice, number in ballots.items() for _ in range(number)]
    for choice, left in zip(voters, purses, strict=True):
        assert what_it_bought(tally.rounds, choice)[1] == left
    for round in stages(tally, "too_little"):
        pairs = zip(voters, purses, strict=True)
        have = sum(purse for choice, purse in pairs if round["option"] in choice)
        assert Fraction(round["money"]) == have < round["cost"]


@pytest.mark.parametrize("completion", COMPLETIONS)
@pytest.mark.parametrize("name", UTILITIES)
@given(budgets(), st.sampled_from([1, 1, 2, 7]))
@settings(max_examples=150)
def test_the_same_as_a_plain_count(name, completion, case, increment):
    check_against_plain_count(name, *case, completion, increment)


@pytest.mark.parametrize("name", UTILITIES)
@given(budgets(3), st.integers(0, 2), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_same_where_floats_cannot_tell(name, case, spread, random):
    """Costs of a billion, that differ by one or two."""
    ballots, costs, budget, order = case
    costs = {option: cost * 10**9 + random.randint(0, spread) for option, cost in costs.items()}
    budget = budget * 10**9 + random.randint(0, spread)
    check_against_plain_count(name, ballots, costs, budget, order, "add1u", 10**8)


def purchases(projects, utilities, increment, step):
    found = Purchases(projects, utilities, increment)
    found.go(step)
    return found


def who_pays(purchases):
    return [(offer.option, sorted(offer.poor), sorted(offer.rich)) for offer in purchases.rounds]


def crowded(seed):
    """Many projects on each ballot and many equals, so that much changes from step to step."""
    random = Random(seed)
    m, top = random.randint(5, 10), random.choice([4, 20, 100, 10**9])
    costs = {o: random.choice([random.randint(1, top), random.randint(1, 6)]) for o in range(1, m + 1)}
    ballots = Counter()
    for share in [random.random() for _ in range(random.choice([3, 6, 14]))]:
        ballots[frozenset(o for o in costs if random.random() < share)] += random.choice([1, 1, 2, 7])
    order = tuple(random.sample(range(1, m + 1), m))
    return ballots, Rule(budget=random.randint(1, sum(costs.values())), costs=costs, priority=order)


@pytest.mark.parametrize("name", UTILITIES)
@pytest.mark.parametrize("first", range(0, 400, 50))
def test_growing_is_as_counting_anew_with_every_share(name, first):
    """At the steps that it looks at, and at those that it skips."""
    for seed in range(first, first + 50):
        ballots, rule = crowded(seed)
        projects = Projects(ballots, list(rule.costs), rule)
        utilities = {option: UTILITIES[name](rule.costs[option]) for option in projects.asking}
        asked = projects, utilities, max(1, rule.budget // 40 // projects.voters)
        growing, step = purchases(*asked, 0), 0
        for _ in range(12):
            until = min(growing.until(), step + 1000)
            for same in {step, (step + until) // 2, until}:
                assert who_pays(purchases(*asked, same)) == who_pays(growing), seed
            step = until + 1
            growing.go(step)


def test_a_bound_that_was_measured_against_a_purchase_that_changes_is_measured_again():
    """With three increments project 2 asks a third per unit, and so does 3, which comes first."""
    ballots = election("set", "3 6; 1 2,3,4,6,7,8; 2 1,2,3,4,5,7,8")
    costs = dict(enumerate([3, 3, 6, 1, 4, 6, 4, 5], 1))
    rule = Rule(budget=21, costs=costs, priority=(1, 8, 5, 7, 6, 3, 4, 2))
    growing = Purchases(Projects(ballots, list(costs), rule), costs, 1)
    for step in range(4):
        growing.go(step)
    assert list(growing.places) == [6, 8, 7, 3, 1]


@given(budgets())
@settings(max_examples=150)
def test_greedy_as_a_plain_count(case):
    ballots, costs, budget, order = case
    tally = count("greedy", ballots, costs, budget, priority=tuple(order))
    assert list(tally.winners) == (
        naive_shares.by_votes(ballots, costs, budget, order) if any(ballots) else []
    )


# Turned about


@pytest.mark.parametrize("name", ["greedy", *UTILITIES])
@given(budgets(), st.sampled_from(COMPLETIONS), st.data())
@settings(max_examples=100)
def test_order_names_copies_and_cents_change_nothing(name, case, completion, data):
    ballots, costs, budget, order = case
    rule = {"completion": completion, "priority": tuple(order)}
    tally = count(name, ballots, costs, budget, **rule, increment=2)
    mixed = dict(data.draw(st.permutations(list(ballots.items()))))
    assert count(name, mixed, costs, budget, **rule, increment=2) == tally

    names = dict(zip(costs, data.draw(st.permutations(sorted(costs))), strict=True))
    other = {frozenset(map(names.get, choice)): number for choice, number in ballots.items()}
    renamed = {names[option]: cost for option, cost in costs.items()}
    rule_renamed = {"completion": completion, "priority": tuple(names[option] for option in order)}
    turned = count(name, other, renamed, budget, **rule_renamed, increment=2)
    assert turned.winners == tuple(names[option] for option in tally.winners)
    assert set(turned.tied) == {names[option] for option in tally.tied}

    twice = {choice: 2 * number for choice, number in ballots.items()}
    doubled = count(name, twice, costs, budget, **rule, increment=1)  # on half the share, half an increment
    assert (doubled.winners, doubled.tied) == (tally.winners, tally.tied)

    cents = {option: 100 * cost for option, cost in costs.items()}
    scaled = count(name, ballots, cents, 100 * budget, **rule, increment=200)
    assert (scaled.winners, scaled.tied) == (tally.winners, tally.tied)

    more = {**costs, 7: data.draw(st.integers(0, 9))}  # nobody supports it
    assert count(name, ballots, more, budget, **rule, increment=2).winners == tally.winners


@pytest.mark.parametrize("completion", ["none", "utilitarian"])
@pytest.mark.parametrize("name", ["greedy", *UTILITIES])
@given(budgets(8), st.data())
@settings(max_examples=100)
def test_where_no_equals_are_told_any_order_among_equals_decides_the_same(name, completion, case, data):
    ballots, costs, budget, order = case
    other = data.draw(st.permutations(order))
    rules = [{"completion": completion, "priority": tuple(by)} for by in (order, other)]
    first, second = (count(name, ballots, costs, budget, **rule) for rule in rules)
    assert set(first.winners) == set(second.winners) or (first.tied and second.tied)


def test_equal_ballots_are_one():
    rule = Rule(budget=10, costs={1: 5, 2: 0, 3: 4})
    ballots = {frozenset({1}): 2, frozenset({1, 2}): 3, frozenset({2}): 1, frozenset(): 4}
    projects = Projects(ballots, [1, 2, 3], rule)
    assert (projects.ballots, projects.people, projects.voters) == ([(1,)], [5], 10)


def test_greedy_by_votes_per_cost():
    """How pabutools fills up for `mes_cardinality` in our reference answers."""
    projects = Projects(
        election("set", "6 1; 4 2; 3 3"), [1, 2, 3], Rule(budget=10, costs={1: 9, 2: 5, 3: 3})
    )
    assert [round["option"] for round in fill(projects, (), per_cost=True)[0]] == [3, 2, 1]
