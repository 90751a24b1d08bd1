from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.tally import Rule
from app.core.tally.approval import count as approval
from app.core.tally.yes_no import count as yes_no

YES, NO, ABSTAIN = (frozenset({n}) for n in (1, 2, 3))
OPTIONS = (1, 2, 3)
approvals = st.lists(st.frozensets(st.sampled_from(OPTIONS)), max_size=40)
choices = st.lists(st.sampled_from((YES, NO, ABSTAIN)), max_size=40)


def decide(yes, no, abstain=0, electorate=100, **rule):
    ballots = {YES: yes, NO: no, ABSTAIN: abstain}
    return yes_no(ballots, OPTIONS, Rule(electorate=electorate, **rule)).reason


def approve(*ballots, **rule):
    return approval(Counter(map(frozenset, ballots)), OPTIONS, Rule(**rule))


def test_more_than_half_is_strict():
    assert decide(6, 5) == "adopted"
    assert decide(5, 5) == "rejected"
    assert decide(5, 4, abstain=20) == "adopted"  # abstaining takes no side


def test_two_thirds_may_be_exact():
    assert decide(10, 5, threshold="two_thirds") == "adopted"
    assert decide(9, 5, threshold="two_thirds") == "rejected"


def test_the_quorum_counts_every_ballot_in_whole_numbers():
    assert decide(10, 5, abstain=5, electorate=60, quorum=34) == "no_quorum"  # 33.3 %
    assert decide(10, 5, abstain=5, electorate=60, quorum=33) == "adopted"
    assert decide(1, 0, electorate=3, quorum=33) == "adopted"  # 33.33 % is at least 33 %


def test_without_yes_or_no_nothing_is_adopted():
    assert decide(0, 0) == "no_votes"
    assert decide(0, 0, abstain=9) == "no_votes"


def test_a_ballot_with_two_answers_is_no_yes_no_ballot():
    with pytest.raises(ValueError, match="choose one"):
        yes_no({YES | NO: 1}, OPTIONS, Rule())


def test_approval_by_hand():
    tally = approve({1, 2}, {2}, {3}, {})
    assert tally.counts == {1: 1, 2: 2, 3: 1}
    assert (tally.winners, tally.reason, tally.ballots) == ((2,), "winner", 4)


def test_a_tie_is_a_result():
    tally = approve({1}, {2})
    assert (tally.winners, tally.tied, tally.reason) == ((1, 2), (1, 2), "tie")


def test_several_seats_go_to_those_with_most_support():
    ballots = [{1, 2}, {1, 3}, {2}, {1}]
    assert approve(*ballots, seats=2).winners == (1, 2)
    assert approve(*ballots, seats=2).reason == "winners"
    tally = approve({1, 2}, {1, 3}, seats=2)
    assert (tally.winners, tally.tied, tally.reason) == ((1, 2, 3), (2, 3), "tie")


def test_an_approval_vote_can_miss_its_quorum_or_get_nothing():
    assert approve({1}, electorate=100, quorum=20).reason == "no_quorum"
    assert approve({}).reason == "no_votes"


def test_an_unknown_option_is_refused():
    with pytest.raises(ValueError, match="options of this vote"):
        approve({9})


@given(approvals, st.randoms())
def test_the_order_of_approval_ballots_changes_nothing(ballots, random):
    assert approve(*ballots) == approve(*random.sample(ballots, len(ballots)))


@given(approvals, st.permutations(OPTIONS))
def test_renaming_options_renames_the_outcome(ballots, names):
    rename = dict(zip(OPTIONS, names, strict=True))
    tally, renamed = approve(*ballots), approve(*({rename[option] for option in b} for b in ballots))
    assert {rename[option] for option in tally.winners} == set(renamed.winners)
    assert {rename[option]: n for option, n in tally.counts.items()} == renamed.counts


@given(approvals, st.sampled_from(OPTIONS))
def test_more_support_never_makes_a_winner_lose(ballots, option):
    before, after = approve(*ballots), approve(*ballots, {option})
    assert option not in before.winners or option in after.winners


@given(choices)
def test_one_more_yes_never_turns_adopted_into_rejected(ballots):
    before, after = (yes_no(Counter(b), OPTIONS, Rule()).reason for b in (ballots, [*ballots, YES]))
    assert before != "adopted" or after == "adopted"


@given(choices)
def test_the_counts_add_up(ballots):
    tally = yes_no(Counter(ballots), OPTIONS, Rule())
    assert sum(tally.counts.values()) == tally.ballots == len(ballots)
