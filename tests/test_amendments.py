"""Changes that somebody proposes to a text of others: seen, taken over with credit, or declined."""

from html import unescape

import pytest

from app.accounts.privacy import empty
from app.clock import today
from app.db import db
from app.moderation.models import Judgement
from app.proposals.amendments import Amendment


@pytest.fixture
def change(world, as_):
    """A change of Amina's proposal, by Bram."""
    text = world.parking.current.text
    world.parking.add_revision(world.amina, "Parkeren", "Vijf plekken worden tuin. De rest blijft.", "x")
    db.session.commit()
    assert text != world.parking.current.text
    return propose(as_(world.bram), world.parking, "Zes plekken worden tuin. De rest blijft.")


def propose(client, proposal, text, why="Zes is genoeg."):
    words = {"title": proposal.title, "text": text, "why": why}
    sent = client.post(f"/proposals/{proposal.id}/amendments", data=words)
    assert sent.status_code == 303, sent.text
    return db.session.get(Amendment, int(sent.location.rsplit("/", 1)[1]))


def take_over(client, change):
    latest = {"latest": change.proposal.latest}
    return client.post(f"/proposals/amendments/{change.id}/acceptance", data=latest)


def test_a_change_is_seen_by_everybody_word_by_word_with_its_reason(world, change, visitor):
    page = visitor.get(f"/proposals/amendments/{change.id}").text
    assert "<del>" in page and "Vijf" in page and "Zes is genoeg." in page and "Take it over" not in page
    assert "1 proposed change" in visitor.get(f"/proposals/{world.parking.id}").text
    assert "Zes is genoeg." in visitor.get(f"/proposals/{world.parking.id}/amendments").text


def test_the_authors_are_told_on_their_own_page_and_take_it_over_with_credit(world, change, as_, visitor):
    amina, before = as_(world.amina), world.parking.latest
    assert "Somebody proposed a change to your text" in amina.get("/me").text
    assert take_over(amina, change).status_code == 303
    assert world.parking.current.text.startswith("Zes plekken") and world.parking.latest == before + 1
    assert world.parking.current.author_id == world.bram.id and change.version == before + 1
    versions = visitor.get(f"/proposals/{world.parking.id}/revisions").text
    assert "A change that the authors took over" in versions and "Bram" in versions
    assert "Taken over into the text" in as_(world.bram).get("/me").text
    assert "Somebody proposed a change" not in amina.get("/me").text


def test_a_change_is_declined_with_a_reason_that_its_writer_reads(world, change, as_):
    amina, address = as_(world.amina), f"/proposals/amendments/{change.id}"
    refused = amina.post(f"{address}/refusal", data={"answer": ""})
    assert refused.status_code == 422 and "Fill this in." in refused.text
    amina.post(f"{address}/refusal", data={"answer": "Vijf is beloofd."})
    assert "Vijf is beloofd." in as_(world.bram).get(address).text and change.outcome == "declined"
    assert take_over(amina, change).status_code == 403


def test_it_is_laid_in_the_text_as_it_is_now(world, change, as_):
    world.parking.add_revision(world.amina, "Parkeren", "Vijf plekken worden tuin. Alles blijft.", "x")
    db.session.commit()
    take_over(as_(world.amina), change)
    assert world.parking.current.text == "Zes plekken worden tuin. Alles blijft."


def test_when_the_same_words_changed_it_does_not_fit_any_more(world, change, as_):
    world.parking.add_revision(world.amina, "Parkeren", "Tien plekken worden tuin. De rest blijft.", "x")
    db.session.commit()
    amina = as_(world.amina)
    page = unescape(amina.get(f"/proposals/amendments/{change.id}").text)
    assert "does not fit any more" in page and "Take it over into the text" not in page
    take_over(amina, change)
    assert change.outcome is None and world.parking.current.text.startswith("Tien")


def test_nobody_takes_over_what_they_did_not_see(world, change, as_):
    late = {"latest": world.parking.latest - 1}
    amina = as_(world.amina)
    amina.post(f"/proposals/amendments/{change.id}/acceptance", data=late)
    assert "Look once more" in amina.get("/me").text and change.outcome is None


def test_a_change_changes_something_and_keeps_what_was_typed(world, as_):
    bram, same = as_(world.bram), {"title": world.parking.title, "text": world.parking.current.text}
    refused = bram.post(f"/proposals/{world.parking.id}/amendments", data={**same, "why": "Zomaar"})
    assert refused.status_code == 422 and "Change something" in refused.text and "Zomaar" in refused.text


def test_only_residents_who_are_no_author_and_may_write_propose_changes(world, as_):
    for person in (world.amina, world.eva, world.daan, None):
        address = f"/proposals/{world.parking.id}/amendments/new"
        assert as_(person).get(address).status_code in (303, 403), person
    world.bram.banned_until = today()
    db.session.commit()
    assert as_(world.bram).get(f"/proposals/{world.parking.id}/amendments/new").status_code == 403
    assert as_(world.samira).get(f"/proposals/{world.garden.id}/amendments/new").status_code == 403
    assert as_(world.bram).get(f"/proposals/{world.lamps.id}/amendments/new").status_code == 403


def test_a_moderator_removes_a_change_and_its_writer_can_appeal(world, change, as_, visitor):
    Judgement.make(world.fatima, change, "removed", "spam")
    db.session.commit()
    address = f"/proposals/amendments/{change.id}"
    gone = visitor.get(address)
    assert gone.status_code == 410 and "Zes" not in gone.text
    assert "Zes is genoeg." not in visitor.get(f"/proposals/{world.parking.id}/amendments").text
    assert "Zes is genoeg." in as_(world.fatima).get(address).text
    assert "Appeal: let somebody else judge" in as_(world.bram).get("/me").text
    assert take_over(as_(world.amina), change).status_code == 403
    change.restore(world.fleur)
    db.session.commit()
    assert visitor.get(address).status_code == 200


def test_the_changes_of_a_removed_proposal_cannot_be_read_either(world, change, visitor):
    Judgement.make(world.fatima, world.parking, "removed", "spam")
    db.session.commit()
    for path in (f"/proposals/amendments/{change.id}", f"/proposals/{world.parking.id}/amendments"):
        gone = visitor.get(path)
        assert gone.status_code == 410 and "Zes" not in gone.text, path


def test_erasing_the_author_erases_the_changes_that_hold_the_same_words(world, change):
    empty(world.amina, words=True)
    db.session.expire_all()
    assert (change.title, change.text) == ("", "") and change.author_id == world.bram.id
    assert not change.is_open


def test_erasing_its_writer_leaves_what_was_taken_over_without_a_name(world, change, as_):
    take_over(as_(world.amina), change)
    empty(world.bram, words=True)
    db.session.expire_all()
    assert (change.text, change.why, change.author_id) == ("", "", None)
    assert world.parking.current.text.startswith("Zes") and world.parking.current.author_id is None
