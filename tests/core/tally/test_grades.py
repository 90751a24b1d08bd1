"""Methods with grades: score, STAR, majority judgment, dots, quadratic and resistance."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.tally import METHODS, Rule
from app.core.tally.majority_judgment import majority_value

from ...reference import reference
from .elections import choices, count, elections

graded_elections = st.integers(1, 4).flatmap(
    lambda m: st.tuples(st.just(m), elections(choices("grades", m), most=7))
)


def test_score_adds_up():
    tally = count("score", "2 1:5,2:3; 1 2:4,3:5; 1", 3)
    assert (tally.winners, tally.counts, tally.ballots) == ((1, 2), {1: 10, 2: 10, 3: 5}, 4)
    assert (tally.tied, tally.reason) == ((1, 2), "tie")
    assert tally.rounds[0]["grades"] == {"1": {"5": 2}, "2": {"3": 2, "4": 1}, "3": {"5": 1}}


def test_star_holds_a_duel_between_the_two_best_scores():
    # 1 has the best score, but more ballots prefer 2 to it.
    tally = count("star", "2 1:5,2:0,3:1; 3 1:3,2:5,3:0", 3)
    assert tally.counts == {1: 19, 2: 15, 3: 2}
    assert tally.rounds[1] == {"duel": [1, 2], "preferred": {"1": 2, "2": 3}, "won": [2]}
    assert (tally.winners, tally.reason) == ((2,), "winner")


def test_star_holds_every_duel_that_an_equal_score_allows():
    tally = count("star", "1 1:5,2:3,3:3; 1 1:4,2:2,3:1; 1 1:0,2:0,3:1", 3)
    assert tally.counts == {1: 9, 2: 5, 3: 5}
    assert [told["duel"] for told in tally.rounds[1:]] == [[1, 2], [1, 3]]
    assert tally.winners == (1,)
    equal = count("star", "1 1:5,2:4; 1 1:4,2:5", 2)
    assert (equal.winners, equal.tied) == ((1, 2), (1, 2))
    assert count("star", "3 1:0", 1).winners == (1,)


def test_the_middle_grade_is_the_lower_one():
    tally = count("majority_judgment", "2 1:1,2:2; 2 1:4,2:2", 2)
    assert (tally.counts, tally.winners) == ({1: 1, 2: 2}, (2,))


def test_equal_middle_grades_are_taken_away_until_they_differ():
    tally = count("majority_judgment", "1 1:5,2:4; 1 1:3,2:3; 1 1:3,2:3; 1 1:1,2:2; 1 1:0,2:0", 2)
    assert tally.counts == {1: 3, 2: 3}
    assert tally.rounds[1:] == [{"taken": 1, "grades": {"1": 1, "2": 2}, "left": [2]}]
    assert tally.winners == (2,)
    same = count("majority_judgment", "1 1:5,2:0; 1 1:0,2:5", 2)
    assert (same.winners, same.tied, same.reason) == ((1, 2), (1, 2), "tie")


def test_who_is_not_graded_has_the_lowest_grade():
    assert count("majority_judgment", "1 1:2; 1 1:2,2:5; 1 1:2", 2).counts == {1: 2, 2: 0}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9))
def test_the_middle_goes_to_and_fro(grades):
    left, taken = sorted(grades), []
    while left:
        taken.append(left.pop((len(left) - 1) // 2))
    assert majority_value(sorted(grades)) == taken


@given(graded_elections)
def test_majority_judgment_is_repeated_removal(case):
    m, ballots = case

    def removal(option):
        left, taken = sorted(dict(c).get(option, 0) for c, n in ballots.items() for _ in range(n)), []
        while left:
            taken.append(left.pop((len(left) - 1) // 2))
        return taken

    if any(ballots):
        best = max(map(removal, range(1, m + 1)))
        expected = tuple(option for option in range(1, m + 1) if removal(option) == best)
        assert count("majority_judgment", ballots, m).winners == expected


def test_dots_may_be_stacked_up_to_what_there_is():
    tally = count("dots", "2 1:3,2:2; 3 2:1,3:4; 1 3:0", 3, credits=5)
    assert (tally.counts, tally.winners) == ({1: 6, 2: 7, 3: 12}, (3,))
    assert tally.rounds[0]["people"] == {"1": 2, "2": 5, "3": 3}
    with pytest.raises(ValueError, match="at most 5 dots"):
        count("dots", "1 1:3,2:3", 2, credits=5)


def test_votes_cost_their_square():
    tally = count("quadratic", "1 1:3; 2 1:0,2:2", 2, credits=9)
    assert (tally.counts, tally.winners) == ({1: 3, 2: 4}, (2,))
    with pytest.raises(ValueError, match="cost 10 credits, and there are 9"):
        count("quadratic", "1 1:3,2:1", 2, credits=9)


def test_the_least_resistance_wins():
    tally = count("resistance", "2 1:0,2:3,3:5; 1 1:10,2:3,3:5", 3)
    assert (tally.winners, tally.counts) == ((2,), {1: 10, 2: 9, 3: 15})
    assert tally.rounds[0] == {
        "ratings": {"1": 3, "2": 3, "3": 3},
        "mean": {"1": "10/3", "2": 3, "3": 5},
        "highest": {"1": 10, "2": 3, "3": 5},
        "high_share": {"1": "1/3", "2": 0, "3": 0},
        "spread": {"1": [2, 0, 1], "2": [0, 3, 0], "3": [0, 3, 0]},
    }


def test_resistance_of_those_who_gave_it_and_nobody_wins_unrated():
    tally = count("resistance", "3 1:4; 1 1:4,2:3", 3)
    assert tally.winners == (2,)  # a mean of 3 against 4; nobody rated 3
    assert count("resistance", "1 1:4,2:4", 3).tied == (1, 2)


WRONG = {
    "score": ["1 9:1", "1 1:6"],
    "star": ["1 9:1", "1 1:6"],
    "majority_judgment": ["1 9:1", "1 1:6"],
    "dots": ["1 9:1", "1 1:8", "1 1:4,2:4"],
    "quadratic": ["1 9:1", "1 1:3"],
    "resistance": ["1 9:1", "1 1:11"],
}


@pytest.mark.parametrize(("name", "lines"), [(name, lines) for name in WRONG for lines in WRONG[name]])
def test_what_is_no_ballot_is_refused(name, lines):
    with pytest.raises(ValueError, match=r"grade|dots|credits"):
        count(name, lines, 2, credits=7)


@pytest.mark.parametrize("choice", [((1, 2), (1, 3)), ((1, -1),)])
def test_an_option_is_graded_once_and_not_below_nought(choice):
    with pytest.raises(ValueError, match="grade"):
        METHODS["score"].check(choice, (1, 2), Rule())


def test_the_winners_of_a_hundred_profiles_are_those_of_pref_voting():
    """Majority judgment there stops at the first step and leaves ties that repeated removal decides."""
    profiles = json.loads(reference("grades/grade_profiles_with_winners.json").read_text())
    for profile in profiles:
        options = len(profile["ballots"][0])
        graded = Counter(tuple(enumerate(row, 1)) for row in profile["ballots"])
        approved = Counter(
            frozenset(o for o, grade in enumerate(row, 1) if grade >= 3) for row in profile["ballots"]
        )
        expected = {name: {o + 1 for o in winners} for name, winners in profile["winners"].items()}
        assert set(count("score", graded, options).winners) == expected["score"]
        assert set(count("star", graded, options).winners) == expected["star"]
        assert set(count("approval", approved, options).winners) == expected["approval_ge3"]
        assert set(count("majority_judgment", graded, options).winners) <= expected["majority_judgment"]
    assert len(profiles) >= 100
