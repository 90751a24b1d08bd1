"""Writing together: asked, accepted, named, and left."""

import pytest

from app.accounts.privacy import empty
from app.db import db
from app.proposals.authors import CoAuthor
from app.proposals.models import Proposal


def ask(client, proposal, name):
    return client.post(f"/proposals/{proposal.id}/authors", data={"name": name})


@pytest.fixture
def together(world, as_):
    """Amina's proposal, which Bram writes along."""
    assert ask(as_(world.amina), world.parking, "bram").status_code == 303
    assert as_(world.bram).post(f"/proposals/{world.parking.id}/authorship").status_code == 303
    return world.parking


def test_who_is_asked_reads_it_and_says_yes(world, as_, visitor):
    ask(as_(world.bram), world.garden, "Amina")
    amina, address = as_(world.amina), f"/proposals/{world.garden.id}"
    assert "You are asked to write along" in amina.get("/me").text
    assert "Yes, I write along" in amina.get(address).text
    assert amina.get(f"{address}/revisions/new").status_code == 403
    amina.post(f"{address}/authorship")
    assert amina.get(f"{address}/revisions/new").status_code == 200
    amina.post(f"{address}/submission")
    assert "Bram and Amina" in visitor.get(address).text


def test_who_says_no_is_no_author_and_does_not_see_the_draft_any_more(world, as_):
    ask(as_(world.bram), world.garden, "Amina")
    amina, address = as_(world.amina), f"/proposals/{world.garden.id}"
    amina.post(f"{address}/authorship/ending")
    assert amina.get(address).status_code == 404 and db.session.query(CoAuthor).count() == 0


def test_both_can_write_and_decide(world, together, as_):
    words = {"title": "Samen", "text": "Samen geschreven.", "note": "Samen"}
    for person in (world.amina, world.bram):
        assert as_(person).post(f"/proposals/{together.id}/revisions", data=words).status_code == 303
    assert as_(world.bram).get(f"/proposals/{together.id}/amendments/new").status_code == 403


def test_only_a_member_with_that_name_can_be_asked_and_only_once(world, together, as_):
    amina = as_(world.amina)
    for name, words in (("Wout", "No member goes by this name"), ("Bram", "writes along already"),
                        ("Amina", "writes along already"), ("", "Fill this in")):  # fmt: skip
        refused = ask(amina, together, name)
        assert refused.status_code == 422 and words in refused.text, name


def test_two_of_the_same_name_are_not_guessed_between(world, as_):
    world.fleur.name = "Bram"
    db.session.commit()
    assert "More than one member" in ask(as_(world.amina), world.parking, "Bram").text


def test_who_stops_is_not_named_and_what_they_wrote_stays(world, together, as_, visitor):
    bram = as_(world.bram)
    bram.post(f"/proposals/{together.id}/revisions", data={"title": "T", "text": "Van Bram.", "note": "x"})
    assert bram.post(f"/proposals/{together.id}/authorship/ending").status_code == 303
    page = visitor.get(f"/proposals/{together.id}").text
    assert "Amina and Bram" not in page and "Van Bram." in page
    assert bram.get(f"/proposals/{together.id}/revisions/new").status_code == 403


def test_when_the_words_may_stay_it_goes_on_under_the_other_name(world, together):
    empty(world.amina, words=False)
    db.session.expire_all()
    assert together.author_id == world.bram.id and not together.co_authors and not together.is_erased


def test_a_draft_that_two_wrote_goes_on_too(world, as_):
    ask(as_(world.bram), world.garden, "Amina")
    as_(world.amina).post(f"/proposals/{world.garden.id}/authorship")
    empty(world.bram, words=False)
    db.session.expire_all()
    assert db.session.get(Proposal, world.garden.id).author_id == world.amina.id


def test_erasing_the_words_erases_them_for_all(world, together):
    empty(world.amina, words=True)
    db.session.expire_all()
    assert together.is_erased and together.author_id is None and together.is_by(world.bram)


def test_erasing_who_wrote_along_takes_the_name_away(world, together, visitor):
    empty(world.bram, words=True)
    db.session.commit()
    assert not together.co_authors and "Bram" not in visitor.get(f"/proposals/{together.id}").text
