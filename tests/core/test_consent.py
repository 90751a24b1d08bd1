"""The rule of consent: quorum and objections, one round after another."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.consent import CHOICES, CONCERN, MOST_ROUNDS, NO_OBJECTION, OBJECTION, decide

answers = st.lists(st.sampled_from(CHOICES), max_size=15)
quorums = st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(3, 4), Fraction(1)])


def test_nine_of_eleven_without_objection_adopt_it():
    decision = decide([NO_OBJECTION] * 7 + [CONCERN] * 2, 11)
    assert decision.is_adopted and decision.needed == 8
    assert (decision.answered, decision.deciders, decision.objections, decision.concerns) == (9, 11, 0, 2)


def test_one_objection_stops_it_however_many_have_none():
    decision = decide([NO_OBJECTION] * 10 + [OBJECTION], 11)
    assert decision.reason == "objections" and decision.next_step(1) == "ask_again"


def test_silence_is_not_consent():
    assert decide([NO_OBJECTION] * 7, 11).reason == "no_quorum"
    assert decide([], 3).reason == "no_quorum"


def test_by_the_by_laws_silence_can_be_no_objection_and_is_counted_apart():
    decision = decide([NO_OBJECTION] * 2, 11, silence_counts=True)
    assert decision.is_adopted and (decision.answered, decision.silent) == (2, 9)
    assert decide([], 11, silence_counts=True).reason == "no_quorum"  # nobody was there at all
    assert decide([OBJECTION], 11, silence_counts=True).reason == "objections"


@pytest.mark.parametrize(("deciders", "needed"), [(3, 2), (4, 3), (5, 4), (6, 4), (9, 6), (11, 8), (15, 10)])
def test_the_usual_quorum_is_two_thirds_rounded_up(deciders, needed):
    assert decide([], deciders).needed == needed
    assert decide([NO_OBJECTION] * needed, deciders).is_adopted
    assert not decide([NO_OBJECTION] * (needed - 1), deciders).is_adopted


def test_after_three_rounds_without_result_another_way_is_offered():
    stuck = decide([OBJECTION], 3)
    assert [stuck.next_step(round) for round in (1, 2, 3)] == ["ask_again", "ask_again", "other_way"]


@pytest.mark.parametrize("wrong", [(["abstain"], 3), ([CONCERN] * 4, 3), ([], 0)])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        decide(*wrong)
    with pytest.raises(ValueError):
        decide([], 3, quorum=Fraction(4, 3))


@given(answers, quorums, st.booleans(), st.randoms())
def test_the_order_of_answers_changes_nothing(given_answers, quorum, silence, chance):
    shuffled = list(given_answers)
    chance.shuffle(shuffled)
    assert decide(given_answers, 15, quorum, silence) == decide(shuffled, 15, quorum, silence)


@given(st.dictionaries(st.integers(0, 14), st.sampled_from(CHOICES)), st.permutations(range(15)))
def test_who_is_called_what_changes_nothing(by_decider, names):
    renamed = {names[decider]: answer for decider, answer in by_decider.items()}
    assert decide(by_decider.values(), 15) == decide(renamed.values(), 15)


@given(answers, quorums, st.booleans())
def test_nothing_is_adopted_with_an_objection_or_without_anybody(given_answers, quorum, silence):
    decision = decide(given_answers, 15, quorum, silence)
    if decision.is_adopted:
        assert OBJECTION not in given_answers and given_answers
        assert silence or len(given_answers) >= quorum * 15


# What people can do one after another: answer, or begin a new round. An objection ends only by who made it.
acts = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 4), st.sampled_from(CHOICES))), max_size=40)


@given(acts, st.booleans())
def test_no_sequence_of_acts_adopts_it_while_an_objection_is_open(sequence, silence):
    round, given_now = 1, {}
    for act in sequence:
        if act is None:
            decision = decide(given_now.values(), 5, silence_counts=silence)
            step = decision.next_step(round)
            assert (step == "adopt") == (decision.has_quorum and OBJECTION not in given_now.values())
            assert step != "ask_again" or round < MOST_ROUNDS
            if step != "ask_again":
                return
            round, given_now = round + 1, {}
        else:
            decider, answer = act
            given_now[decider] = answer
