"""What an outcome tells does not give away a ballot, not even to somebody who subtracts their own."""

import random
from collections import Counter, defaultdict
from itertools import combinations, combinations_with_replacement, product

import pytest

from app.core.disclosure import NEARLY_ALL_BELOW, PUBLISHED_FROM, least_to_decide, tells_figures, traits
from app.core.tally import METHODS, Rule

ELECTORATES = 10_000
TRIES = 20
# By equal shares a plan can cost so much that all have to pay for it: then its money tells what all chose.
# That is the rule of the method, known beforehand, as "all must agree" would be.
TELLS_BY_ITS_RULE = ("mes_cost", "mes_cardinality")
SMALL = {
    "yes_no": [(3, Rule(electorate=20)), (3, Rule(electorate=20, threshold="two_thirds"))],
    "set": [(3, Rule(electorate=20))],
    "ranking": [(2, Rule(electorate=20))],
    "grades": [(2, Rule(electorate=20, top=2, credits=3))],
    "greedy": [
        (2, Rule(electorate=20, budget=500, costs={1: 300, 2: 400})),
        (2, Rule(electorate=20, budget=1000, costs={1: 300, 2: 400})),
    ],
}
CASES = [
    (name, *case)
    for name, method in METHODS.items()
    if name not in TELLS_BY_ITS_RULE
    for case in SMALL.get(name, SMALL[method.KIND])
]


def all_ballots(method, options, rule):
    """Every ballot that is valid."""
    numbers = range(1, options + 1)
    makers = {
        "set": lambda: (frozenset(s) for size in range(options + 1) for s in combinations(numbers, size)),
        "grades": lambda: all_grades(numbers, max(rule.top, rule.credits)),
        "ranking": lambda: rankings(frozenset(numbers)),
    }
    found = []
    for choice in makers[method.KIND]():
        try:
            method.check(choice, numbers, rule)
        except ValueError:
            continue
        found.append(choice)
    return found


def all_grades(numbers, most):
    for grades in product([None, *range(most + 1)], repeat=len(numbers)):
        yield tuple((n, grade) for n, grade in zip(numbers, grades, strict=True) if grade is not None)


def rankings(rest):
    yield ()
    for size in range(1, len(rest) + 1):
        for first in map(frozenset, combinations(sorted(rest), size)):
            yield from ((first, *others) for others in rankings(rest - first))


def common(ballots, kind):
    """What all these ballots do: nobody needs to know whose they are."""
    shared = [frozenset(traits(ballot, kind)) for ballot in ballots]
    return frozenset.intersection(*shared) if shared else frozenset()


def told(name, ballots, options, rule, known=1):
    """All that is public of a secret vote with these ballots, besides that there are so many."""
    method, total = METHODS[name], len(ballots)
    cast = Counter(ballots)
    if total < least_to_decide(known):
        return ("nothing",)
    if tells_figures(cast, method.KIND, known):
        return "figures", frozenset(cast.items())
    tally = method.count(cast, range(1, options + 1), rule)
    return tally.reason, tally.winners, tally.tied


def given_away(name, options, rule, number, known):
    """Who, knowing so many ballots of some electorate of this size, knows what all others did."""
    kind = METHODS[name].KIND
    alike = defaultdict(list)
    for ballots in combinations_with_replacement(all_ballots(METHODS[name], options, rule), number):
        alike[told(name, ballots, options, rule, known)].append(ballots)
    for what, electorates in alike.items():
        if what[0] != "no_votes":  # that nobody chose anything is told
            seen = {}
            for ballots in electorates:
                for mine in set(combinations(ballots, min(known, number - 1))):
                    others = list((Counter(ballots) - Counter(mine)).elements())
                    shared = common(others, kind)
                    seen[mine] = seen.get(mine, shared) & shared
            yield from ((what, mine, shared) for mine, shared in seen.items() if shared)


@pytest.mark.parametrize(("name", "options", "rule"), CASES)
def test_no_decision_by_the_fewest_ballots_tells_a_voter_what_all_others_chose(name, options, rule):
    assert not list(given_away(name, options, rule, least_to_decide(), known=1))


@pytest.mark.parametrize("known", [1, 2, 3])
@pytest.mark.parametrize(("name", "options", "rule"), CASES[:2])
def test_neither_does_it_to_somebody_who_also_voted_for_others(name, options, rule, known):
    for number in (least_to_decide(known), least_to_decide(known) + 1):
        assert not list(given_away(name, options, rule, number, known))


def test_with_one_ballot_fewer_a_decision_would_tell(monkeypatch):
    monkeypatch.setitem(told.__globals__, "least_to_decide", lambda _known: 0)
    name, options, two_thirds = CASES[1]
    for known in (1, 2, 3):
        assert list(given_away(name, options, two_thirds, 3 * known, known))


# Ten thousand electorates


def random_electorate(luck):
    """Ballots that are few or many, alike or mixed: one of every kind of neighbourhood."""
    name, options, rule = luck.choice(CASES)
    possible = all_ballots(METHODS[name], options, rule)
    number = luck.choice([luck.randint(1, 12), luck.randint(10, 49), luck.randint(50, 70)])
    usual, odd = luck.choice(possible), luck.choice([0, 1, 2, 3, number // 2, number])
    odd = min(odd, number)
    return name, options, rule, [usual] * (number - odd) + luck.choices(possible, k=odd)


def witness(name, options, rule, ballots, mine, trait, known):
    """Another electorate in which that reader reads the same, and somebody else does not have this trait."""
    kind, public = METHODS[name].KIND, told(name, ballots, options, rule, known)
    others = list((Counter(ballots) - Counter(mine)).elements())
    possible, luck = all_ballots(METHODS[name], options, rule), random.Random(0)
    without = [ballot for ballot in possible if trait not in traits(ballot, kind)]
    # One other ballot changes, and ever more besides; again, as not every try fits.
    for changes in [*range(len(others))] * TRIES:
        for instead in without:
            changed = [*mine, *others[1 + changes :], instead, *luck.choices(possible, k=changes)]
            if told(name, changed, options, rule, known) == public:
                return changed
    return None


@pytest.mark.parametrize("part", range(10))
def test_no_outcome_of_ten_thousand_electorates_gives_a_ballot_away_by_subtraction(part):
    luck, told_apart = random.Random(part), Counter()
    for _one in range(ELECTORATES // 10):
        name, options, rule, ballots = random_electorate(luck)
        known = luck.choice([1, 1, 2, 3])
        public = told(name, ballots, options, rule, known)
        told_apart[public[0]] += 1
        if public[0] == "no_votes" or len(ballots) <= known:
            continue
        for mine in map(tuple, [luck.sample(ballots, known) for _reader in range(3)]):
            kind, others = METHODS[name].KIND, list((Counter(ballots) - Counter(mine)).elements())
            for trait in common(others, kind):
                assert len(ballots) >= NEARLY_ALL_BELOW or witness(
                    name, options, rule, ballots, mine, trait, known
                ), (name, rule, Counter(ballots), mine, trait)
    assert {"figures", "nothing"} < told_apart.keys()


# The lines between


@pytest.mark.parametrize(
    ("ballots", "kind", "tells"),
    [
        ({"a": 5, "b": 4}, "set", False),  # nine
        ({frozenset({1}): 5, frozenset({2}): 5}, "set", True),
        ({frozenset({1}): 8, frozenset({2}): 2}, "set", False),
        ({frozenset({1}): 7, frozenset({2}): 3}, "set", True),
        ({frozenset({1, 2}): 6, frozenset({1, 3}): 5}, "set", False),  # all support 1
        ({frozenset({1}): 47, frozenset({2}): 2}, "set", False),
        ({frozenset({1}): 48, frozenset({2}): 2}, "set", True),  # fifty: this is told, and we say so
        ({(frozenset({1}), frozenset({2})): 7, (frozenset({1}),): 5}, "ranking", False),  # all put 1 first
        ({((1, 5), (2, 3)): 7, ((1, 5), (2, 4)): 5}, "grades", False),  # all gave 1 the same grade
        ({((1, 5), (2, 3)): 7, ((1, 4), (2, 3)): 0, ((1, 4), (2, 2)): 5}, "grades", True),
    ],
)
def test_figures_are_told_from_ten_ballots_on_that_differ_enough(ballots, kind, tells):
    assert tells_figures(ballots, kind) is tells


def test_figures_are_never_told_of_fewer_ballots_than_it_takes_to_decide():
    assert least_to_decide(3) <= PUBLISHED_FROM
