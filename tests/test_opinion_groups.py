"""Opinion groups of a closed dialogue: worked out by themselves, told in words, and nobody to recognise."""

import re

import numpy as np
import pytest
from sqlalchemy import func, select

from app.clock import now, today
from app.core.opinion.analysis import analyse
from app.core.opinion.published import publish
from app.core.opinion.reactions import Reactions
from app.db import db
from app.dialogues.groups import OpinionGroups, fingerprint, look_for_groups, reactions_of
from app.dialogues.models import Dialogue, Participant, Reaction, Statement
from app.jobs import Job, tick
from app.proposals.models import Proposal
from tests.core.test_opinion import planted


def a_closed_round(matrix, question="Which trees?", closed=True):
    """A statement round in which these people reacted like this."""
    proposal = Proposal.taken_over_from(b"none") or db.session.scalar(select(Proposal).limit(1))
    dialogue = Dialogue(question=question, opened_at=now(), closes_on=today(), participants=len(matrix))
    proposal.dialogues.append(dialogue)
    dialogue.closed_at = now() if closed else None
    db.session.flush()
    people = [Participant(dialogue_id=dialogue.id) for _ in matrix]
    said = [Statement(text=f"Statement number {n + 1}.", state="published") for n in range(matrix.shape[1])]
    for column, statement in enumerate(said):
        given = matrix[:, column]
        statement.agrees, statement.disagrees, statement.passes = (
            int((given == v).sum()) for v in (1, -1, 0)
        )
    dialogue.statements.extend(said)
    db.session.add_all(people)
    db.session.flush()
    for row, column in zip(*np.nonzero(~np.isnan(matrix)), strict=True):
        key = {"participant_id": people[row].id, "statement_id": said[column].id}
        db.session.add(Reaction(**key, value=int(matrix[row, column])))
    db.session.commit()
    return dialogue


@pytest.fixture
def halves(world):
    """Sixty people in two groups, closed and worked out."""
    dialogue = a_closed_round(planted(60, 20, 0.9))
    tick()
    return dialogue


def page_of(visitor, dialogue):
    response = visitor.get(f"/dialogues/{dialogue.id}/groups", headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.text)


def test_groups_are_worked_out_when_a_dialogue_has_closed_and_told_in_words(halves, visitor):
    text = page_of(visitor, halves)
    assert "There are 2 opinion groups" in text and "What group A holds" in text
    assert re.search(r"In group A are (\d+) people. In group B are (\d+) people.", text)
    assert re.search(r"In group A about \d+ in 10 agree \(between \d+ and \d+\)", text)
    assert "What bridges the groups" in text and "The same in a table" in text
    assert f"/dialogues/{halves.id}/groups" in visitor.get(f"/dialogues/{halves.id}").text


def test_the_map_shows_areas_and_no_dot_for_anybody(halves, visitor):
    picture = re.search(r"<svg class=\"opinion-map\".*?</svg>", page_of(visitor, halves)).group()
    assert picture.count("<ellipse") == picture.count("<text") == 2
    assert "<circle" not in picture and min(map(int, re.findall(r'r[xy]="(\d+)"', picture))) >= 14


def test_what_is_kept_tells_of_no_person_and_of_no_count_per_statement(halves):
    kept = OpinionGroups.of(halves)
    assert set(kept.found) == {
        "k", "why_none", "people_enough", "p_value", "stability", "is_tentative", "between", "sizes", "areas",
        "holds", "bridges", "divides", "unknown", "shares",
    }  # fmt: skip
    shares = [cell for one in kept.found["shares"].values() for side in one.values() for cell in side]
    assert all(0 <= number <= 10 for cell in shares for number in cell)


def test_twenty_four_people_are_told_kindly_that_there_are_no_groups_yet(world, visitor):
    dialogue = a_closed_round(planted(24, 20, 0.9))
    assert "This is being worked out." in page_of(visitor, dialogue)
    tick()
    text = page_of(visitor, dialogue)
    assert "No clear groups yet" in text and "Here 24 people did." in text and "<ellipse" not in text


def test_people_without_camps_are_told_so(world, visitor):
    dialogue = a_closed_round(np.random.default_rng(5).choice([1.0, -1.0, 0.0], (60, 20)))
    tick()
    assert "no more than chance would give" in page_of(visitor, dialogue)


def test_a_group_of_less_than_five_is_never_shown():
    matrix = np.vstack(
        [np.tile([1.0] * 10 + [-1.0] * 10, (28, 1)), np.tile([-1.0] * 10 + [1.0] * 10, (4, 1))]
    )
    noise = np.random.default_rng(1).random(matrix.shape) < 0.2
    told = publish(analyse(Reactions.from_matrix(np.where(noise, -matrix, matrix))))
    assert told["k"] == 0 and told["why_none"] in ("small", "unstable") and "sizes" not in told


def test_results_stay_hidden_while_a_dialogue_is_open(world, visitor):
    dialogue = a_closed_round(planted(40, 10, 1), closed=False)
    look_for_groups()
    assert visitor.get(f"/dialogues/{dialogue.id}/groups").status_code == 404
    assert not db.session.scalar(select(func.count()).select_from(Job).where(Job.name == "find_groups"))


def test_nothing_is_done_again_until_reactions_change(halves, monkeypatch):
    found_at = OpinionGroups.of(halves).found_at
    tick()
    assert OpinionGroups.of(halves).found_at == found_at
    halves.statements[0].text = ""  # its author took the words back
    db.session.commit()
    tick()
    kept = OpinionGroups.of(halves)
    assert kept.found_at > found_at and kept.before["k"] == 2
    assert str(halves.statements[0].id) not in kept.found["shares"]


def test_what_changed_since_last_time_is_told(halves, visitor):
    halves.statements[0].state = "removed"
    db.session.commit()
    tick()
    text = page_of(visitor, halves)
    assert "What changed since last time" in text and "2 groups." in text


def test_a_statement_removed_just_now_is_not_shown_before_the_work_is_done(halves, visitor):
    number = int(next(iter(OpinionGroups.of(halves).found["shares"])))
    statement = db.session.get(Statement, number)
    statement.text, secret = "Words that must go.", "Words that must go."
    db.session.commit()
    assert secret in page_of(visitor, halves)
    statement.state = "removed"
    db.session.commit()
    assert secret not in page_of(visitor, halves)


def test_the_fingerprint_follows_the_reactions(halves):
    first = fingerprint(reactions_of(halves.id))
    reaction = db.session.scalar(select(Reaction).join(Statement).where(Statement.dialogue_id == halves.id))
    reaction.value = -reaction.value
    db.session.flush()
    assert fingerprint(reactions_of(halves.id)) != first


def test_the_page_asks_the_database_little(halves, visitor, queries):
    queries.clear()
    page_of(visitor, halves)
    assert len(queries) <= 12
