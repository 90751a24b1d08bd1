"""Opinion groups: figures that equal Polis' for given groups, whatever the order of people and names."""

import csv
import json
from functools import cache

import numpy as np
import pytest

from app.core.inference import wilson
from app.core.opinion import projection
from app.core.opinion.analysis import Z90, analyse, bridging
from app.core.opinion.grouping import STARTS, candidates, k_means, settle
from app.core.opinion.projection import draw, statement_means
from app.core.opinion.reactions import Reactions
from app.core.opinion.representative import (
    NONE,
    Counts,
    consensus,
    count,
    group_aware_consensus,
    next_by_need,
    priority,
    rated,
    representative,
)
from tests.reference import DATA

FOLDERS = sorted((DATA / "polis").glob("*")) or [
    pytest.param(None, marks=pytest.mark.skip(reason=f"no polis in {DATA}; set BUURTSTEM_DATA"))
]
real = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder and folder.name)


@cache
def conversation(folder):
    """The real conversation in a folder, and what red-dwarf made of it."""
    with (folder / "participants-votes.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    with (folder / "comments.csv").open(newline="") as file:
        out = {int(line["comment-id"]) for line in csv.DictReader(file) if line["moderated"] == "-1"}
    columns = [int(name) for name in lines[0] if name.isdigit()]
    given = [
        (line["participant"], number, int(line[str(number)]))
        for line in lines
        for number in columns
        if line[str(number)]
    ]
    reactions = Reactions.of(given, [line["participant"] for line in lines], columns, out)
    expected = json.loads((DATA / "reference/polis_reddwarf" / f"{folder.name}.json").read_text())
    return reactions, expected


def near(found, expected):
    return found == pytest.approx(expected, abs=1e-9, rel=1e-9)


@real
def test_the_map_has_the_same_directions(folder):
    reactions, expected = conversation(folder)
    map_ = draw(reactions)
    assert near(map_.means, np.array(expected["pca_mean"]))
    theirs = np.array(expected["pca_comps"])
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    assert (np.abs((map_.components * theirs).sum(axis=1)) >= 0.999999).all()


@real
def test_what_given_groups_hold_is_the_same_to_nine_digits(folder):
    reactions, expected = conversation(folder)
    for ours, theirs in zip(
        representative(counts_of(reactions, expected), reactions.moderated),
        [expected["repness"][str(group)] for group in range(expected["k"])],
        strict=True,
    ):
        mine = {(reactions.statements[one.statement], one.agrees): one for one in ours}
        assert set(mine) == {(one["tid"], one["dir"] == "agree") for one in theirs}
        for one in theirs:
            found = mine[one["tid"], one["dir"] == "agree"]
            assert (found.successes, found.trials) == (one["n_success"], one["n_trials"])
            assert near(found.share, one["p_success"]) and near(found.share_test, one["p_test"])
            assert near(found.representativeness, one["repness"])
            assert near(found.representativeness_test, one["repness_test"])


@real
def test_what_everybody_agrees_on_is_the_same_to_nine_digits(folder):
    reactions, expected = conversation(folder)
    everybody = count(reactions, np.zeros(len(reactions.people), int), 1)
    everybody = rated(everybody, np.array([len(reactions.people)]), reactions.moderated)
    lists = consensus(everybody, reactions.moderated, counts_of(reactions, expected))
    for ours, theirs in zip(lists, expected["consensus"].values(), strict=True):
        mine = {reactions.statements[one.statement]: one for one in ours}
        assert set(mine) == {one["tid"] for one in theirs}
        for one in theirs:
            found = mine[one["tid"]]
            assert (found.successes, found.trials) == (one["n-success"], one["n-trials"])
            assert near(found.share, one["p-success"]) and near(found.share_test, one["p-test"])


@real
def test_group_aware_consensus_and_priority_are_the_same(folder):
    reactions, expected = conversation(folder)
    raw = count(reactions, groups_of(reactions, expected), expected["k"])
    for found, theirs, tolerance in (
        (group_aware_consensus(raw), expected["gac_agree"], 1e-9),
        (priority(raw, draw(reactions).extremity), expected["priority"], 3e-4),  # their PCA is random
    ):
        assert found == pytest.approx([theirs[str(number)] for number in reactions.statements], rel=tolerance)


def groups_of(reactions, expected):
    return np.array([expected["labels"].get(person, NONE) for person in reactions.people])


def counts_of(reactions, expected):
    groups = groups_of(reactions, expected)
    sizes = np.bincount(groups[groups != NONE])
    return rated(count(reactions, groups, expected["k"]), sizes, reactions.moderated)


def test_a_missing_reaction_counts_as_the_mean_and_few_reactions_do_not_draw_to_the_middle():
    matrix = np.array([[1, 1, -1], [1, -1, 1], [-1, np.nan, np.nan]])
    map_ = draw(Reactions.from_matrix(matrix))
    centred = np.where(np.isnan(matrix), 0, matrix - [1 / 3, 0, 0])
    vectors = np.linalg.svd(centred)[2][:2]
    assert np.abs((map_.components * vectors).sum(axis=1)) == pytest.approx([1, 1])
    assert map_.places[2] == pytest.approx(centred[2] @ map_.components.T * np.sqrt(3))


def test_the_map_is_the_same_by_each_of_three_ways():
    matrix = planted(60, 80, 0.6)
    reactions = Reactions.from_matrix(matrix)
    means = statement_means(reactions)
    whole = np.linalg.eigh(projection.gram(reactions, means))[1][:, ::-1][:, :2].T
    for way in (projection.from_people, projection.iterated):
        assert np.abs((way(reactions, means) * whole).sum(axis=1)) == pytest.approx([1, 1], abs=1e-9)


def planted(n, m, share, seed=0):
    """Two equal groups that react opposite to 40 % of the statements."""
    rng = np.random.default_rng(seed)
    agree = np.where(np.arange(m) < 0.4 * m, np.where(np.arange(n)[:, None] < n // 2, 0.85, 0.15), 0.6)
    return np.where(rng.random((n, m)) < share, np.where(rng.random((n, m)) < agree, 1.0, -1.0), np.nan)


def groups_found(reactions):
    """Sets of people, by the grouping with the highest silhouette."""
    reactions = reactions.of_people(np.flatnonzero(reactions.count >= 7)).in_canonical_order()
    best = max(candidates(draw(reactions).places, seed=1), key=lambda grouping: grouping.silhouette)
    return {
        frozenset(person for person, group in zip(reactions.people, best.groups, strict=True) if group == one)
        for one in range(best.k)
    }


def test_groups_are_the_same_in_any_order_of_people_and_statements():
    for seed in range(3):
        found_again_shuffled(Reactions.from_matrix(planted(40, 20, 0.5, seed)), times=20)


@real
def test_real_groups_are_the_same_in_any_order(folder):
    """All of them twenty times: bench/groups.py."""
    reactions, _ = conversation(folder)
    if len(reactions.people) > 600:
        pytest.skip("too many people for a quick test")
    found_again_shuffled(reactions, times=3)


def found_again_shuffled(reactions, times):
    found, rng = groups_found(reactions), np.random.default_rng(1)
    for _ in range(times):
        people, statements = (rng.permutation(size) for size in reactions.shape)
        assert groups_found(reactions.in_order(people, statements)) == found


def test_the_canonical_order_is_the_same_to_the_byte():
    reactions = Reactions.from_matrix(planted(50, 20, 0.7))
    shuffled = reactions.in_order(
        np.random.default_rng(1).permutation(50), np.random.default_rng(2).permutation(20)
    )
    first, second = (draw(one.in_canonical_order()) for one in (reactions, shuffled))
    assert first.places.tobytes() == second.places.tobytes()


def test_two_planted_groups_are_found_and_numbered_by_size():
    reactions = Reactions.from_matrix(planted(60, 30, 0.8))
    assert groups_found(reactions) == {frozenset(range(30)), frozenset(range(30, 60))}


def test_no_group_is_smaller_than_three_people_or_five_percent():
    places = np.random.default_rng(1).standard_normal((400, 2))
    places[:4] += 50
    assert all(np.bincount(one.groups).min() >= 20 for one in candidates(places, seed=1))
    assert candidates(places[:5], seed=1) == []


def test_many_starts_come_as_low_as_a_hundred():
    places = np.random.default_rng(3).standard_normal((300, 2))
    for k in (2, 3, 4, 5):
        costs = [
            settle(places[None], k_means(places, k, seed, starts)[None])[1][0]
            for seed, starts in ((1, STARTS), (2, 100))
        ]
        assert costs[0] <= costs[1] * 1.001


def test_the_next_statement_is_drawn_by_need():
    needs = np.array([1.0, 3.0, 100.0])
    assert [next_by_need(needs, [0, 1], drawn) for drawn in (0, 0.24, 0.26, 0.99)] == [0, 0, 1, 1]
    assert next_by_need(needs, [], 0.5) is None


def test_group_aware_consensus_is_as_in_the_paper():
    counts = Counts(np.array([[8], [3]]), np.array([[2], [3]]), np.array([[10], [6]]))
    assert group_aware_consensus(counts) == pytest.approx([0.375])


@pytest.mark.parametrize("always_yes", [0.0, 0.4])
def test_neighbourhoods_without_groups_rarely_look_as_if_they_had_any(always_yes):
    """The whole table, with 400 neighbourhoods of each kind: bench/groups.py."""
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        agree = np.tile(rng.uniform(0.15, 0.85, 30), (30, 1))
        agree[rng.random(30) < always_yes] = 1
        matrix = np.where(rng.random((30, 30)) < agree, 1.0, -1.0)
        matrix[rng.random((30, 30)) > 0.6] = np.nan
        found += analyse(Reactions.from_matrix(matrix)).k > 0
    assert found <= 3  # of 20; with a chance of 5 % each, more would be a rare accident


def test_two_halves_of_forty_people_are_nearly_always_found():
    turns = np.resize([1, -1], 30)  # each half agrees where the other does not, in turn
    found = [analyse(Reactions.from_matrix(planted(40, 30, 0.6, seed) * turns)).k for seed in range(10)]
    assert found.count(2) >= 9


def test_a_person_without_reactions_changes_nothing():
    matrix = planted(40, 20, 0.8)
    first, second = (
        analyse(Reactions.from_matrix(one)) for one in (matrix, np.vstack([matrix, np.full((1, 20), np.nan)]))
    )
    assert (first.groups == second.groups[:40]).all() and second.groups[40] == NONE
    assert (first.p_value, first.stability.overall) == (second.p_value, second.stability.overall)


def test_bridging_is_the_least_agreeing_groups_lower_bound():
    assert bridging([9, 50], [10, 100]) == pytest.approx(min(wilson(9, 10, Z90)[0], wilson(50, 100, Z90)[0]))
