from sqlalchemy import select

from app.db import db
from app.dialogues.models import Statement
from app.search import SearchEntry


def waiting():
    return db.session.scalars(
        select(Statement).where(Statement.state == "pending").order_by(Statement.id)
    ).all()


def test_a_host_sees_what_waits(world, as_):
    page = as_(world.fleur).get("/moderation").text
    assert len(waiting()) == 2 and all(statement.text in page for statement in waiting())


def test_a_published_statement_can_be_seen_and_found(world, as_, visitor):
    statement = waiting()[0]
    as_(world.fleur).post(f"/moderation/statements/{statement.id}/publication")
    assert statement.state == "published"
    assert (
        db.session.scalar(select(SearchEntry).where(SearchEntry.words == statement.text)).page
        == statement.dialogue_id
    )


def test_a_rejected_statement_keeps_its_reason(world, as_):
    statement = waiting()[0]
    as_(world.fleur).post(
        f"/moderation/statements/{statement.id}/rejection", data={"reason": "several_ideas"}
    )
    assert (statement.state, statement.reason) == ("rejected", "several_ideas")


def test_a_rejection_without_a_known_reason_is_refused(world, as_):
    statement = waiting()[0]
    for reason in ({}, {"reason": "ugly"}):
        response = as_(world.fleur).post(f"/moderation/statements/{statement.id}/rejection", data=reason)
        assert response.status_code == 422 and statement.state == "pending"


def test_a_statement_is_judged_once(world, as_):
    statement = waiting()[0]
    fleur = as_(world.fleur)
    fleur.post(f"/moderation/statements/{statement.id}/publication")
    assert (
        fleur.post(f"/moderation/statements/{statement.id}/rejection", data={"reason": "unclear"}).status_code
        == 409
    )
    assert statement.state == "published"


def test_nobody_else_moderates(world, as_):
    statement = waiting()[0]
    for person in (world.amina, world.daan, world.samira):
        assert as_(person).get("/moderation").status_code == 403
        assert as_(person).post(f"/moderation/statements/{statement.id}/publication").status_code == 403
