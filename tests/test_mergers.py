"""Two proposals become one: when both authors want it, or a host says so; both are told."""

import pytest
from sqlalchemy import select

from app.db import db
from app.events import Event


@pytest.fixture
def asked(world, as_):
    """Agnieszka asks whether hers can go on in Amina's."""
    author = as_(world.evenings.author)
    sent = author.post(f"/proposals/{world.evenings.id}/merger", data={"into": str(world.parking.id)})
    assert sent.status_code == 303
    return world.evenings


def names_about(proposal):
    about = (Event.subject_type == "proposal") & (Event.subject_id == proposal.id)
    return db.session.scalars(select(Event.name).where(about).order_by(Event.id)).all()


def test_asking_changes_nothing_until_the_others_answer(world, asked, as_, visitor):
    assert not asked.is_merged and "goes on in" not in visitor.get(f"/proposals/{asked.id}").text
    assert "Somebody asks to make two proposals one" in as_(world.amina).get("/me").text
    page = as_(world.amina).get(f"/proposals/{world.parking.id}").text
    assert "Can this other proposal go on in yours?" in page and asked.title in page
    assert "Can this other" not in as_(world.bram).get(f"/proposals/{world.parking.id}").text


def test_when_both_authors_want_it_one_goes_on_and_the_other_points_there(world, asked, as_, visitor):
    author = asked.author
    as_(world.amina).post(f"/proposals/{asked.id}/merger/agreement")
    page = visitor.get(f"/proposals/{asked.id}").text
    assert "This proposal goes on in:" in page and world.parking.title in page
    into = visitor.get(f"/proposals/{world.parking.id}").text
    assert "Also in this proposal:" in into and f"Amina and {author.name}" in into
    assert names_about(asked)[-1] == "proposal.merged" and names_about(world.parking)[-1] == "proposal.joined"
    assert world.parking.is_by(author) and not asked.is_in_preparation


def test_both_are_told_and_only_one_is_still_listed_and_found(world, asked, as_, visitor):
    author, title = asked.author, asked.title
    as_(world.amina).post(f"/proposals/{asked.id}/merger/agreement")
    for person in (world.amina, author):
        assert "Proposals that became one" in as_(person).get("/me").text
    assert title not in visitor.get("/proposals").text
    found = visitor.get("/search", query_string={"q": title}).text
    assert f'href="/proposals/{asked.id}"' not in found


def test_who_says_no_leaves_both_as_they_were(world, asked, as_):
    as_(world.amina).post(f"/proposals/{asked.id}/merger/refusal")
    assert asked.goes_into is None and names_about(asked)[-1] == "merger.refused"
    assert "Somebody asks" not in as_(world.amina).get("/me").text


def test_who_asked_can_take_it_back(world, asked, as_):
    author = as_(asked.author)
    assert "Take this question back" in author.get(f"/proposals/{asked.id}").text
    author.post(f"/proposals/{asked.id}/merger/refusal")
    assert asked.goes_into is None


def test_a_host_decides_at_once_and_the_authors_are_asked_to_write_along(world, as_):
    evenings, author = world.evenings, world.evenings.author
    into = {"into": str(world.parking.id)}
    assert as_(world.fleur).post(f"/proposals/{evenings.id}/merger", data=into).status_code == 303
    assert evenings.is_merged and not world.parking.is_by(author)
    assert "You are asked to write along" in as_(author).get("/me").text


def test_nothing_goes_on_in_itself_or_in_what_cannot_change_any_more(world, as_):
    fleur = as_(world.fleur)
    for other in (world.parking, world.lamps, world.dogs, world.garden):
        refused = fleur.post(f"/proposals/{world.parking.id}/merger", data={"into": str(other.id)})
        assert refused.status_code == 422, other.title
    assert fleur.get(f"/proposals/{world.lamps.id}/merger").status_code == 403


def test_two_never_go_on_in_each_other(world, asked, as_):
    back = {"into": str(asked.id)}
    assert as_(world.amina).post(f"/proposals/{world.parking.id}/merger", data=back).status_code == 422


def test_only_authors_and_hosts_ask_and_only_the_others_agree(world, asked, as_):
    assert as_(world.bram).get(f"/proposals/{world.parking.id}/merger").status_code == 403
    for person in (world.bram, asked.author, world.daan):
        assert as_(person).post(f"/proposals/{asked.id}/merger/agreement").status_code == 403


def test_a_question_that_cannot_be_answered_any_more_is_not_shown(world, asked, as_):
    as_(world.amina).post(f"/proposals/{world.parking.id}/withdrawal")
    assert "Somebody asks" not in as_(world.amina).get("/me").text
    assert as_(world.amina).post(f"/proposals/{asked.id}/merger/agreement").status_code == 403
