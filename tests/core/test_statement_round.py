from hypothesis import given
from hypothesis import strategies as st

from app.core.statement_round import Standing, next_statement, priority

counts = st.integers(0, 200)
standings = st.builds(Standing, counts, counts, counts)


def test_the_kinds_of_standing_from_the_handbook():
    assert Standing(7, 3, 0).kind == "common"  # 0.70 exactly
    assert Standing(3, 7, 0).kind == "rejected"
    assert Standing(5, 5, 0).kind == "divided"
    assert Standing(6, 4, 0).kind == "divided"
    assert Standing(13, 7, 0).kind == "leaning"  # 0.65
    assert Standing(9, 1, 5).kind == "common"  # 5 of 15 is under 0.34
    assert Standing(9, 0, 5).kind == "unknown"  # 5 of 14 is over it
    assert Standing(9, 0, 0).kind == "few"
    assert Standing(4, 0, 0).kind == "hidden"


@given(standings)
def test_the_kind_does_not_care_which_side_is_called_agree(standing):
    mirror = {"common": "rejected", "rejected": "common"}
    turned = Standing(standing.disagrees, standing.agrees, standing.passes)
    assert turned.kind == mirror.get(standing.kind, standing.kind)


@given(standings)
def test_small_numbers_are_never_sorted(standing):
    if standing.reactions < 10:
        assert standing.kind in ("hidden", "few")


def test_the_statement_with_fewest_reactions_comes_first():
    items = [(1, Standing(4, 4, 0)), (2, Standing(0, 0, 0)), (3, Standing(9, 9, 0))]
    assert next_statement(items, "somebody") == 2


def test_of_equally_seen_statements_the_undecided_comes_first():
    assert next_statement([(1, Standing(10, 0, 0)), (2, Standing(5, 5, 0))], "somebody") == 2


def test_when_all_are_done_there_is_no_next():
    assert next_statement([], "somebody") is None


def test_equal_needs_come_in_another_order_for_another_person():
    items = [(number, Standing(0, 0, 0)) for number in range(20)]
    assert len({next_statement(items, f"person {n}") for n in range(40)}) > 5
    assert next_statement(items, "one") == next_statement(items[::-1], "one")


@given(standings)
def test_a_reaction_lowers_the_need_for_more(standing):
    more = Standing(standing.agrees + 1, standing.disagrees + 1, standing.passes)
    assert priority(more) < priority(Standing(0, 0, 0))


def test_every_statement_gets_its_share():
    """Thirty people who react to ten statements each, of forty: each statement gets at least five."""
    seen = dict.fromkeys(range(40), 0)
    for person in range(30):
        done = set()
        for _ in range(10):
            todo = [(id_, Standing(n // 2, n - n // 2, 0)) for id_, n in seen.items() if id_ not in done]
            chosen = next_statement(todo, f"person {person}")
            done.add(chosen)
            seen[chosen] += 1
    assert min(seen.values()) >= 5
