"""The agreements book: what a collective agreed, its versions, and its reviews."""

from datetime import timedelta

import pytest
import time_machine

from app.clock import now, today
from app.db import db
from app.dialogues.agreements import Agreement
from app.events import latest_event
from app.jobs import tick

SOON = str(today() + timedelta(days=90))


@pytest.fixture
def watering(world):
    """An agreement of Fleur's collective, to be looked at again in 30 days."""
    days = timedelta(days=30)
    facts = {"deciders": 11, "answered": 9, "concerns": 0, "term": "Eén zomer"}
    agreement = Agreement.make(
        world.fleur, world.greens, "Wie langsloopt, geeft water.", today() + days, **facts
    )
    db.session.commit()
    return agreement


def test_everybody_reads_the_book_of_a_collective(world, visitor, watering):
    assert "Agreements book" in visitor.get(f"/collectives/{world.greens.id}").text
    book = visitor.get(f"/collectives/{world.greens.id}/agreements").text
    assert "Wie langsloopt, geeft water." in book and "9 of 11 deciders, 0 objections, 0 concerns" in book
    assert "%" not in book.split("<main")[1].split("</main>")[0]
    page = visitor.get(f"/agreements/{watering.id}").text
    assert "Eén zomer" in page and "It stays as it is" not in page
    other = visitor.get(f"/collectives/{world.table.id}/agreements").text
    assert "Wie langsloopt" not in other


def test_an_agreement_that_stays_gets_a_new_day(world, as_, watering):
    fleur, address = as_(world.fleur), f"/agreements/{watering.id}"
    refused = fleur.post(f"{address}/review", data={"keep-note": "Het werkt."})
    assert refused.status_code == 422 and "Fill in a date" in refused.text and "Het werkt." in refused.text
    kept = fleur.post(f"{address}/review", data={"keep-review_on": SOON, "keep-note": "Het werkt."})
    assert kept.status_code == 303
    assert str(watering.review_on) == SOON and latest_event().name == "agreement.kept"
    assert "Het werkt." in fleur.get(address).text


def test_an_agreement_that_changes_keeps_its_versions(world, as_, visitor, watering):
    changed = {"change-text": "Wie op de lijst staat, geeft water.", "change-review_on": SOON,
               "change-note": "Niemand liep langs."}  # fmt: skip
    address = as_(world.fleur).post(f"/agreements/{watering.id}/versions", data=changed).location
    assert latest_event().name == "agreement.changed"
    new = visitor.get(address).text
    assert "Wie op de lijst staat" in new and f'href="/agreements/{watering.id}"' in new
    old = visitor.get(f"/agreements/{watering.id}").text
    assert "There is a newer version" in old and "Niemand liep langs." in old and f'href="{address}"' in old
    again = as_(world.fleur).post(f"/agreements/{watering.id}/versions", data=changed)
    assert again.status_code == 403


def test_an_agreement_that_ends_stays_readable(world, as_, visitor, watering):
    address = f"/agreements/{watering.id}"
    as_(world.fleur).post(f"{address}/ending", data={"end-note": "Het regent weer."})
    assert latest_event().name == "agreement.ended"
    assert "Het regent weer." in visitor.get(address).text
    book = visitor.get(f"/collectives/{world.greens.id}/agreements").text
    assert "No longer in force (1)" in book


def test_only_hosts_look_at_it_again(world, as_, watering):
    for name in ("amina", "samira", "daan", "eva"):
        for what in ("review", "versions", "ending"):
            response = as_(getattr(world, name)).post(f"/agreements/{watering.id}/{what}")
            assert response.status_code == 403


def test_the_hosts_are_told_two_weeks_before_its_review(world, as_, watering):
    assert "Look at an agreement again" not in as_(world.fleur).get("/admin").text
    watering.review_on = today() + timedelta(days=14)
    db.session.commit()
    assert "Look at an agreement again" in as_(world.fleur).get("/admin").text


def test_the_hosts_get_one_mail_before_each_review(world, watering, post_office):
    world.fleur.take_email("fleur@example.nl")
    db.session.commit()
    tick()
    assert post_office.received == []
    with time_machine.travel(now() + timedelta(days=17)):
        tick()
        tick()
    (mail,) = post_office.received
    assert f"/agreements/{watering.id}" in mail.get_body().get_content()


def test_the_book_is_among_the_open_data(world, visitor, watering):
    assert "Wie langsloopt, geeft water." in visitor.get("/open-data/agreements").text
