"""Papers from the box: typed in by two tellers, compared, and counted in one count with the screen."""

import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.published import read_published
from app.core.receipts import fingerprint
from app.db import db
from app.events import Event
from app.votes.box import Ballot
from app.votes.papers import PaperBatch, PaperCount, PaperReading, Unexplained, Unsettled
from tests.tellers import after_the_last_day, count_over_http, two_keys
from tests.test_votes import opened, residents

LABELS = ["Linde", "Eik", "Es"]


def at_the_count(world, online=(), on_paper=0, **rules):
    """A closed vote with these ballots in its box and so many people marked at its table, and its keys."""
    vote, keys = opened(world, world.shed, online, **rules)
    for person in residents(world, len(online) + on_paper)[len(online) :]:
        vote.mark_paper(person)
    db.session.commit()
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    return vote, keys


FIELDS = {
    "set": lambda paper: {"choice": paper.split(",") if paper else []},
    "ranking": lambda paper: {"order": paper},
    "grades": lambda paper: {f"option_{part[0]}": part[2:] for part in paper.split(",") if part},
}


def type_paper(client, vote, batch, place, paper):
    """`blank` and `invalid` are buttons; anything else is filled in as on a screen."""
    data = {"paper": paper} if paper in ("blank", "invalid") else FIELDS[vote.kind](paper)
    return client.post(f"/votes/{vote.id}/batches/{batch}/papers/{place}", data=data)


def type_batch(client, vote, batch, papers, is_done=True):
    for place, paper in enumerate(papers, 1):
        answer = type_paper(client, vote, batch, place, paper)
        assert answer.status_code == 303, answer.text
    if is_done:
        assert client.post(f"/votes/{vote.id}/batches/{batch}/completion").status_code == 303
    return client.get(f"/votes/{vote.id}/batches/{batch}").text


def begin(client, vote):
    answer = client.post(f"/votes/{vote.id}/batches")
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def settle(as_, world, vote, *batches):
    """Two tellers type in the same, batch by batch."""
    clients = [as_(world.fleur), as_(world.samira)]
    for papers in batches:
        number = begin(clients[0], vote)
        for client in clients:
            type_batch(client, vote, number, papers)


# Typing in


def test_a_batch_counts_once_two_tellers_typed_the_same_in_any_order(world, as_):
    vote, _keys = at_the_count(world, on_paper=3)
    fleur, samira = as_(world.fleur), as_(world.samira)
    number = begin(fleur, vote)
    assert "Now another teller types" in type_batch(fleur, vote, number, ["1", "2", "invalid"])
    assert not vote.batch_numbered(number).counts
    page = type_batch(samira, vote, number, ["invalid", "1", "2"])
    assert "this batch counts" in page and vote.batch_numbered(number).counts
    assert vote.pile().papers == Counter({"1": 1, "2": 1, "invalid": 1})


def test_a_teller_does_not_see_what_another_typed_before_having_typed_it_too(world, as_):
    vote, _keys = at_the_count(world, on_paper=2)
    fleur, samira = as_(world.fleur), as_(world.samira)
    number = begin(fleur, vote)
    type_batch(fleur, vote, number, ["invalid", "invalid"])
    for page in (
        samira.get(f"/votes/{vote.id}/batches/{number}").text,
        samira.get(f"/votes/{vote.id}/batches").text,
    ):
        assert "Invalid</span>" not in page and "2 papers" not in page
    type_batch(samira, vote, number, ["1"], is_done=False)
    assert "Invalid</span>" not in samira.get(f"/votes/{vote.id}/batches/{number}").text


def test_one_teller_twice_is_not_two_tellers(world, as_):
    vote, _keys = at_the_count(world, on_paper=1)
    fleur = as_(world.fleur)
    number = begin(fleur, vote)
    for _again in range(2):
        type_batch(fleur, vote, number, ["1"])
    assert not vote.batch_numbered(number).counts and db.session.query(PaperReading).count() == 1


def test_a_slip_is_shown_at_its_place_and_who_slipped_corrects_it(world, as_):
    vote, _keys = at_the_count(world, on_paper=3)
    fleur, samira = as_(world.fleur), as_(world.samira)
    number = begin(fleur, vote)
    type_batch(fleur, vote, number, ["1", "2", "1"])
    page = type_batch(samira, vote, number, ["1", "1", "1"])
    assert "1 paper differs" in page and "<strong>Paper 2</strong>" in page
    assert "<strong>Paper 1</strong>" not in page and "<strong>Paper 3</strong>" not in page
    assert "1 paper differs" in fleur.get(f"/votes/{vote.id}/batches/{number}").text
    assert "Paper 2 again" in samira.get(f"/votes/{vote.id}/batches/{number}/papers/2").text
    assert type_paper(samira, vote, number, 2, "2").status_code == 303
    assert vote.batch_numbered(number).counts


def test_equal_sums_are_not_enough_the_whole_batch_must_be_equal(world, as_):
    """Of two papers, one with both options and one with none gives the sums of one option each."""
    vote, _keys = at_the_count(world, on_paper=2, method="approval", labels=LABELS)
    fleur, samira = as_(world.fleur), as_(world.samira)
    number = begin(fleur, vote)
    type_batch(fleur, vote, number, ["1,2", "blank"])
    assert "papers differ" in type_batch(samira, vote, number, ["1", "2"])
    assert not vote.batch_numbered(number).counts


def test_a_third_teller_settles_what_two_read_differently(world, as_):
    vote, _keys = at_the_count(world, on_paper=1)
    number = begin(as_(world.fleur), vote)
    for person, paper in ((world.fleur, "1"), (world.samira, "2"), (world.fatima, "2")):
        type_batch(as_(person), vote, number, [paper])
    assert vote.batch_numbered(number).settled == ["2"]


def test_a_paper_that_was_skipped_is_added_and_one_too_many_is_removed(world, as_):
    vote, _keys = at_the_count(world, on_paper=2)
    fleur, samira = as_(world.fleur), as_(world.samira)
    number, address = begin(fleur, vote), f"/votes/{vote.id}/batches"
    type_batch(fleur, vote, number, ["1", "2"])
    assert "You do not have this paper" in type_batch(samira, vote, number, ["2"])
    samira.post(f"{address}/{number}/reopening")
    type_paper(samira, vote, number, 2, "1")
    type_paper(samira, vote, number, 3, "3")
    samira.post(f"{address}/{number}/completion")
    assert not vote.batch_numbered(number).counts
    samira.post(f"{address}/{number}/papers/3/removal")
    assert vote.batch_numbered(number).counts


def test_a_paper_that_is_sent_twice_is_one_paper(world, as_):
    vote, _keys = at_the_count(world, on_paper=1)
    fleur = as_(world.fleur)
    number = begin(fleur, vote)
    for _again in range(3):
        type_paper(fleur, vote, number, 1, "2")
    assert vote.batch_numbered(number).reading_of(1).papers == ["2"]
    assert type_paper(fleur, vote, number, 3, "1").status_code == 409


@pytest.mark.parametrize(
    ("method", "right", "wrong"),
    [
        ("yes_no", "3", ""),
        ("approval", "1,3", "9"),
        ("irv", "2>1=3", ""),
        ("score", "1:5,3:0", "1:77"),
        ("resistance", "1:10,2:0", "1:11"),
        ("dots", "1:2,2:1", "1:3,2:3"),
    ],
)
def test_papers_of_every_kind_are_typed_in_as_on_a_screen(world, as_, method, right, wrong):
    vote, _keys = at_the_count(world, on_paper=2, method=method, labels=LABELS, credits=3, top=5)
    fleur, samira = as_(world.fleur), as_(world.samira)
    number = begin(fleur, vote)
    assert type_paper(fleur, vote, number, 1, wrong).status_code == 422
    for client in (fleur, samira):
        type_batch(client, vote, number, [right, "blank"])
    assert sorted(vote.batch_numbered(number).settled) == ["", right]


def test_a_ranking_is_typed_step_by_step(world, as_):
    vote, _keys = at_the_count(world, on_paper=1, method="irv", labels=LABELS)
    fleur = as_(world.fleur)
    number = begin(fleur, vote)
    address = f"/votes/{vote.id}/batches/{number}/papers/1"
    page = fleur.post(f"{address}/draft", data={"order": "2", "step": "add-1"}).text
    assert 'value="2&gt;1"' in page and f'formaction="{address}/draft"' in page
    assert vote.batch_numbered(number).readings == []


def test_papers_are_typed_in_after_the_close_by_tellers_only(world, as_):
    vote, _keys = opened(world, world.shed)
    assert as_(world.fleur).post(f"/votes/{vote.id}/batches").status_code == 403
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    assert as_(world.amina).post(f"/votes/{vote.id}/batches").status_code == 403
    assert as_(world.fleur).post(f"/votes/{vote.id}/batches").status_code == 303


def test_a_batch_that_is_a_mess_is_dropped_and_everybody_reads_that(world, as_, visitor):
    vote, _keys = at_the_count(world, on_paper=1)
    settle(as_, world, vote, ["1"])
    assert as_(world.samira).post(f"/votes/{vote.id}/batches/1/removal").status_code == 303
    assert vote.batches_of_papers() == []
    last = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last.name == "papers.dropped"


# What the database itself refuses


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE paper_reading SET papers = '[\"1\"]' WHERE vote_id = :id", "its readings do not change"),
        ("INSERT INTO paper_reading VALUES (:id, 1, 3, '[]', '[]')", "takes no reading"),
        ("INSERT INTO paper_batch VALUES (:open, 1)", "after the close"),
        ("INSERT INTO paper_ballot VALUES (:open, '1', 9)", "counted once"),
        ("INSERT INTO paper_count VALUES (:open, 1, 1, 0, '', NULL)", "counted once"),
        ("INSERT INTO paper_count VALUES (:id, 2, 1, 0, '', NULL)", "explained"),
    ],
)
def test_the_database_itself_guards_the_papers(world, as_, change, sentence):
    vote, _keys = at_the_count(world, on_paper=1)
    settle(as_, world, vote, ["1"])
    known = {"id": vote.id, "open": world.roof_vote.id}
    with pytest.raises(IntegrityError, match=sentence):
        db.session.execute(text(change), {name: known[name] for name in known if f":{name}" in change})


def test_the_database_itself_refuses_a_count_while_a_batch_does_not_count(world, as_):
    vote, _keys = at_the_count(world, on_paper=1)
    begin(as_(world.fleur), vote)
    with pytest.raises(IntegrityError, match="does not count yet"):
        db.session.execute(text(f"UPDATE vote SET counted_at = closed_at WHERE id = {vote.id}"))


# One count


def test_the_count_waits_for_every_batch(world, as_):
    vote, keys = at_the_count(world, [(1,)] * 3, on_paper=1)
    fleur = as_(world.fleur)
    type_batch(fleur, vote, begin(fleur, vote), ["1"])
    assert "does not count yet" in fleur.get(f"/votes/{vote.id}/count").text
    assert count_over_http(fleur, vote, keys[:2]).status_code == 409
    with pytest.raises(Unsettled):
        vote.count(world.fleur, keys[:2])
    assert vote.awaits_count


def test_screen_and_paper_are_one_count(world, as_):
    vote, keys = at_the_count(world, [(1,)] * 4 + [(2,)] * 3, on_paper=5)
    settle(as_, world, vote, ["2", "2", "3"], ["2", "1"])
    assert count_over_http(as_(world.fleur), vote, keys[:2]).status_code == 303
    assert vote.tally["counts"] == {"1": 5, "2": 6, "3": 1} and vote.tally["reason"] == "rejected"
    assert db.session.query(PaperReading).count() == 0 and db.session.query(PaperBatch).count() == 0


def test_a_blank_paper_counts_where_an_empty_ballot_may_and_an_invalid_one_never(world, as_):
    for method, ballots, uncounted in (("approval", 3, 1), ("yes_no", 2, 2)):
        vote, keys = at_the_count(world, on_paper=4, method=method, labels=LABELS)
        settle(as_, world, vote, ["1", "2", "blank", "invalid"])
        vote.count(world.fleur, keys[:2])
        db.session.commit()
        assert vote.tally["ballots"] == ballots and vote.paper_count.uncounted == uncounted


@pytest.mark.parametrize("papers", [["1"], ["1", "2", "1"]])
def test_more_or_fewer_papers_than_marks_are_explained_to_everybody(world, as_, visitor, papers):
    vote, keys = at_the_count(world, [(1 + number % 2,) for number in range(12)], on_paper=2)
    settle(as_, world, vote, papers)
    fleur = as_(world.fleur)
    answer = count_over_http(fleur, vote, keys[:2])
    assert answer.status_code == 422 and "more or fewer papers" in answer.text and vote.awaits_count
    with pytest.raises(Unexplained):
        vote.count(world.fleur, keys[:2])
    db.session.rollback()
    note = "Iemand ging met het biljet naar huis. <script>alert(1)</script>"
    data = {"key_one": keys[0], "key_two": keys[1], "note": note}
    assert fleur.post(f"/votes/{vote.id}/count", data=data).status_code == 303
    page = visitor.get(f"/votes/{vote.id}").text
    assert "These numbers differ" in page and "naar huis. &lt;script&gt;" in page


def test_without_a_difference_nothing_has_to_be_explained(world, as_):
    vote, keys = at_the_count(world, on_paper=1)
    settle(as_, world, vote, ["1"])
    assert "more or fewer papers" not in as_(world.fleur).get(f"/votes/{vote.id}/count").text
    two_keys(as_(world.fleur), f"/votes/{vote.id}/count", keys[:2])
    assert vote.is_counted and not vote.paper_count.differs


# What is told


@pytest.fixture
def both(world, as_):
    """Counted: fourteen by screen and twelve on paper, of which one is invalid."""
    vote, keys = at_the_count(world, [(1 + number % 2,) for number in range(14)], on_paper=12)
    settle(as_, world, vote, ["1", "2"] * 5 + ["3", "invalid"])
    vote.count(world.fleur, keys[:2])
    db.session.commit()
    return vote


def test_screen_and_paper_stand_in_columns_where_both_are_many(visitor, both):
    page = visitor.get(f"/votes/{both.id}").text
    assert "12 people were marked" in page and "1 of them could not count" in page
    columns = both.paper_count.columns
    assert columns["online"]["counts"] == {"1": 7, "2": 7, "3": 0}
    assert columns["paper"]["counts"] == {"1": 5, "2": 5, "3": 1} and ">Screen</th>" in page


def test_the_file_holds_the_papers_and_anybody_counts_them_again(tmp_path, visitor, both):
    raw = visitor.get(f"/votes/{both.id}/ballots/file").data
    found = read_published(raw.decode())
    assert fingerprint(raw) == both.result_sha256 and not found.faults and found.on_paper == 11
    assert db.session.query(Ballot).where(Ballot.vote_id == both.id).count() == 14
    assert "A ballot on paper has no receipt" in visitor.get(f"/votes/{both.id}/ballots").text
    program, ballots = tmp_path / "recount.py", tmp_path / "ballots.txt"
    program.write_text(visitor.get(f"/votes/{both.id}/recount").text)
    ballots.write_bytes(raw)
    said = subprocess.run([sys.executable, "-I", program, ballots], capture_output=True, text=True)
    assert said.returncode == 0 and "of which on paper: 11" in said.stdout, said.stdout


@pytest.mark.parametrize("receipts", ["list", "presence", "none"])
@pytest.mark.parametrize("papers", [["1", "2", "3"], ["1"] * 11])
def test_few_papers_or_papers_nearly_alike_cannot_be_told_from_the_screen(
    world, as_, visitor, papers, receipts
):
    vote, keys = at_the_count(
        world, [(1 + number % 2,) for number in range(14)], on_paper=len(papers), receipts=receipts
    )
    settle(as_, world, vote, papers)
    vote.count(world.fleur, keys[:2])
    db.session.commit()
    assert vote.tells_figures and vote.paper_count.columns is None and vote.paper_ballots() == {}
    page = visitor.get(f"/votes/{vote.id}").text
    assert ">Screen</th>" not in page and "counted together" in page
    found = read_published(visitor.get(f"/votes/{vote.id}/ballots/file").text)
    assert found.on_paper == 0 and found.ballots.total() == 14 + len(papers)
    seen = Counter(
        len(ballot.receipt) for ballot in db.session.query(Ballot).where(Ballot.vote_id == vote.id)
    )
    assert seen == {8: 14 + len(papers)}


def test_with_digits_of_their_own_on_all_receipts_a_paper_has_them_too(world, as_):
    vote, keys = opened(world, world.shed)
    people = residents(world, 13)
    for number, person in enumerate(people[:12]):
        vote.cast(person, frozenset({1 + number % 2}), "1966")
    vote.mark_paper(people[12])
    db.session.commit()
    with after_the_last_day(vote):
        vote.close()
        db.session.commit()
    settle(as_, world, vote, ["1"])
    vote.count(world.fleur, keys[:2])
    assert {len(ballot.receipt) for ballot in db.session.query(Ballot).where(Ballot.vote_id == vote.id)} == {
        12
    }


def test_too_few_ballots_tell_no_figures_of_papers_either(world, as_, visitor):
    vote, keys = at_the_count(world, [(1,)] * 2, on_paper=3)
    settle(as_, world, vote, ["1", "2", "invalid"])
    vote.count(world.fleur, keys[:2])
    db.session.commit()
    page = visitor.get(f"/votes/{vote.id}").text
    assert "3 papers were in the box" in page and "could not count" not in page and ">Screen</th>" not in page
    assert visitor.get(f"/votes/{vote.id}/ballots/file").status_code == 404


def test_a_vote_without_papers_says_nothing_of_them(world, as_, visitor):
    vote, keys = at_the_count(world, [(1 + number % 2,) for number in range(12)])
    assert "batches" not in as_(world.fleur).get(f"/votes/{vote.id}/count").text
    vote.count(world.fleur, keys[:2])
    db.session.commit()
    assert (
        db.session.get(PaperCount, vote.id) is None
        and "marked at the table" not in visitor.get(f"/votes/{vote.id}").text
    )


def test_ending_a_vote_destroys_what_was_typed(world, as_):
    vote, _keys = at_the_count(world, on_paper=1)
    settle(as_, world, vote, ["1"])
    vote.void(world.fleur, "De bus stond open.")
    db.session.commit()
    assert db.session.query(PaperReading).count() == db.session.query(PaperBatch).count() == 0
