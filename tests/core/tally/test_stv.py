"""The single transferable vote: by hand, and against a count that follows each paper on its own."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.tally import stv
from app.votes import preflib

from ...reference import reference
from .elections import count, elections, rankings

cases = st.integers(2, 5).flatmap(
    lambda m: st.tuples(
        st.just(m),
        st.integers(1, m - 1),
        elections(rankings(m, equals=False), most=12),
        st.permutations(range(1, m + 1)),
    )
)


def stages(tally):
    return [(told["stage"], told["of"], told["elected"]) for told in tally.rounds]


def test_a_surplus_goes_on_at_a_part_of_its_value():
    # 20 ballots, 2 seats: quota 7. Option 1 has 12, so 5/12 of each of its ballots goes on.
    tally = count("stv", "8 1>2; 4 1>3; 5 3; 3 2", 3, seats=2)
    assert (tally.winners, tally.tied, tally.reason) == ((1, 3), (), "winners")
    assert tally.rounds[0]["quota"] == 7 and tally.counts == {1: 12, 2: 3, 3: 5}
    assert stages(tally) == [("first", [], [1]), ("surplus", [1], []), ("out", [2], [3])]
    assert tally.rounds[1]["votes"] == {"1": 7, "2": "19/3", "3": "20/3"}
    assert tally.rounds[2]["exhausted"] == "19/3"


def test_a_ballot_moves_on_at_the_value_that_it_came_with():
    # Quota 6: an empty ballot is none. Of each ballot of 1 goes on 6/12; 2 then has 10, and passes on 4/10 of
    # what each of its ballots is worth: 1/5 of those that came from 1, and 2/5 of its own.
    tally = count("stv", "12 1>2>3; 4 2>4; 3 3; 3 4; 4", 4, seats=3)
    assert tally.rounds[0]["quota"] == 22 // 4 + 1 == 6
    assert tally.rounds[1]["votes"] == {"1": 6, "2": 10, "3": 3, "4": 3}
    assert tally.rounds[2]["votes"] == {"1": 6, "2": 6, "3": "27/5", "4": "23/5"}
    assert tally.winners == (1, 2, 3)


def test_ballots_without_a_next_choice_keep_their_share_of_the_surplus():
    tally = count("stv", "9 1; 3 1>2; 4 2; 4 3>2", 3, seats=2)
    assert tally.rounds[1]["votes"] == {"1": 7, "2": "21/4", "3": 4}
    assert tally.rounds[1]["exhausted"] == "15/4"


def test_the_largest_surplus_goes_first():
    tally = count("stv", "9 1>3; 8 2>3; 1 3; 2 4", 4, seats=3)
    assert tally.rounds[0]["quota"] == 6
    assert stages(tally)[:3] == [("first", [], [1, 2]), ("surplus", [1], []), ("surplus", [2], [3])]


def test_equals_are_told_apart_by_the_last_stage_at_which_they_differed():
    # 2 and 3 are equal when one must go; but 3 had more first places, so 2 goes.
    tally = count("stv", "6 1; 2 2>1; 3 3>1; 1 4>2", 4, seats=1)
    assert stages(tally)[1:] == [("out", [4], []), ("out", [2], [1])] and tally.tied == ()


def test_always_equal_goes_by_the_order_that_was_agreed():
    lines = "4 1; 2 2>3; 2 3>2; 1 4>1"
    usual, turned = (count("stv", lines, 4, seats=2, priority=order) for order in ((), (4, 3, 2, 1)))
    assert (usual.winners, turned.winners) == ((1, 2), (1, 3))
    assert usual.tied == turned.tied == (2, 3)
    drawn = next(told for told in usual.rounds if "tie" in told)
    assert (drawn["tie"], drawn["could_win"]) == ([2, 3], [1, 2, 3])


def test_a_draw_that_changes_nobody_s_seat_is_no_tie():
    tally = count("stv", "5 1; 1 2>1; 1 3>1", 3, seats=1)
    assert (tally.winners, tally.tied) == ((1,), ())
    tally = count("stv", "5 1; 5 2; 1 3; 1 4", 4, seats=2)
    assert sorted(tally.winners) == [1, 2] and tally.tied == ()


def test_too_many_draws_are_not_all_tried(monkeypatch):
    lines = "2 1; 2 2; 2 3; 2 4; 2 5"
    assert count("stv", lines, 5, seats=2).tied == (1, 2, 3, 4, 5)
    monkeypatch.setattr(stv, "MOST_LOOKS", 20)
    tally = count("stv", lines, 5, seats=2)
    assert tally.winners == (1, 2) and tally.tied == (1, 2, 3, 4, 5)
    assert tally.rounds[1]["could_win"] is None


def test_a_ballot_with_equals_is_divided_over_them():
    tally = count("stv", "4 1=2>3; 3 3; 2 4", 4, seats=1)
    assert [told["votes"] for told in tally.rounds] == [
        {"1": 2, "2": 2, "3": 3, "4": 2},
        {"1": 2, "2": 2, "3": 3},
        {"1": 4, "3": 3},  # what lay with 2 goes to its equal first
        {"1": 4},
    ]


def test_with_as_many_options_as_seats_all_are_elected():
    tally = count("stv", "3 1; 1 2", 2, seats=2)
    assert tally.winners == (1, 2) and len(tally.rounds) == 1
    assert count("stv", "3 1; 1 2", 2, seats=5).winners == (1, 2)


def test_options_without_any_ballot_go_out_together():
    tally = count("stv", "3 1; 2 2; 1 3", 6, seats=1)
    assert stages(tally)[1] == ("out", [4, 5, 6], [])


def paper_by_paper(ballots, options, seats, order):
    """The rules of the Order, with every paper an object: what it is worth, and with whom it lies."""
    papers = [
        [list(ranking), Fraction(1), None] for ranking, n in ballots.items() if ranking for _ in range(n)
    ]
    quota = len(papers) // (seats + 1) + 1
    hopeful, elected, waiting, history = list(options), [], [], []

    def place(paper):
        paper[2] = next((o for (o,) in paper[0] if o in hopeful), None)

    def votes():
        return {o: sum((worth for _, worth, at in papers if at == o), Fraction(0)) for o in options}

    def pick(equals, sign):
        for past in reversed(history):
            best = max(sign * past[o] for o in equals)
            equals = [o for o in equals if sign * past[o] == best]
        return min(equals, key=lambda o: sign * order.index(o))

    def end_of_stage():
        history.append(votes())
        for o in sorted(hopeful, key=lambda o: (-history[-1][o], order.index(o))):
            if history[-1][o] >= quota:
                hopeful.remove(o)
                elected.append(o)
                waiting.append(o)
        if len(hopeful) + len(elected) <= seats:
            elected.extend(sorted(hopeful, key=lambda o: (-history[-1][o], order.index(o))))
            hopeful.clear()

    for paper in papers:
        place(paper)
    end_of_stage()
    while len(elected) < seats and hopeful:
        now = history[-1]
        over = [o for o in waiting if now[o] > quota]
        if over:
            most = max(now[o] for o in over)
            of = pick([o for o in over if now[o] == most], 1)
            waiting.remove(of)
            for paper in [paper for paper in papers if paper[2] == of]:
                moved = [paper[0], paper[1] * (most - quota) / most, None]
                paper[1] -= moved[1]
                place(moved)
                papers.append(moved)
        else:
            fewest = min(now[o] for o in hopeful)
            of = pick([o for o in hopeful if now[o] == fewest], -1)
            hopeful.remove(of)
            for paper in papers:
                if paper[2] == of:
                    place(paper)
        end_of_stage()
    return elected


@given(cases)
@settings(max_examples=150)
def test_the_winners_are_those_of_a_count_paper_by_paper(case):
    m, seats, ballots, order = case
    tally = count("stv", ballots, m, seats=seats, priority=tuple(order))
    if any(ballots):
        assert set(tally.winners) == set(paper_by_paper(ballots, range(1, m + 1), seats, order))


def test_elections_of_the_electoral_reform_society_go_as_paper_by_paper():
    """Real ballots, with three seats; the files do not say how many there were."""
    counted = 0
    for path in sorted(reference("preflib/00007-ers").glob("*.soi")):
        election = preflib.read(path)
        ballots = election.held["ranking"]
        if len(election.ids) > 3 and sum(ballots.values()) <= 80:
            tally = count("stv", ballots, len(election.ids), seats=3)
            by_hand = paper_by_paper(ballots, election.numbers, 3, list(election.numbers))
            assert set(tally.winners) == set(by_hand), path.name
            counted += 1
    assert counted >= 5


@given(cases)
def test_no_vote_is_lost_or_made(case):
    m, seats, ballots, _ = case
    valid = sum(number for choice, number in ballots.items() if choice)
    for told in count("stv", ballots, m, seats=seats).rounds:
        assert sum(map(Fraction, told["votes"].values())) + Fraction(told["exhausted"]) == valid
