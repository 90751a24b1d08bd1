"""Commitments: every step of the way stays, with what was said, shown and moved."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import today
from app.db import db
from app.events import Event
from app.exports.tables import rows_of
from app.responses.models import Commitment
from app.responses.progress import Progress
from tests.photographs import a_phone_photo, a_picture

LATER = today() + timedelta(days=60)


@pytest.fixture
def told(world, as_):
    """Tell something about the speed count, as Daan unless another is named."""

    def tell(by=world.daan, **facts):
        count = world.speed_count
        form = {"status": "open", "note": "", "owner": count.owner, "due_on": str(count.due_on), **facts}
        return as_(by).post(f"/commitments/{count.id}/progress", data=form)

    return tell


def names_since(number):
    return db.session.scalars(select(Event.name).where(Event.id > number).order_by(Event.id)).all()


def last_event():
    return db.session.scalar(select(db.func.max(Event.id)))


def steps(world):
    return db.session.get(Commitment, world.speed_count.id).progress


def test_every_step_of_a_commitment_stays_readable(world, told, visitor):
    told(status="busy", note="De teller hangt.")
    told(status="done", note="Er reden 800 auto's per dag.", link="https://voorbeeld.nl/telling")
    page = visitor.get(f"/commitments/{world.speed_count.id}").text
    for words in (
        "Under way",
        "De teller hangt.",
        "Done",
        "800 auto",
        "https://voorbeeld.nl/telling",
        "Promised",
    ):
        assert words in page
    assert page.index("800 auto") < page.index("De teller hangt.")  # the latest first
    assert [step.status for step in steps(world)] == ["busy", "done"]
    assert [row["status"] for row in rows_of("progress") if row["commitment"] == world.speed_count.id] == [
        "busy",
        "done",
    ]


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"status": "dropped"}, "Say why it is dropped."),
        ({"status": "done"}, "Say or show what was done."),
        ({"status": "busy", "due_on": str(LATER)}, "Say why it gets another date."),
        ({"status": "busy", "due_on": "2020-01-01", "note": "Eerder."}, "still to come"),
        ({"status": "busy", "due_on": ""}, "Fill in a date"),
        ({"status": "busy", "owner": ""}, "Fill this in"),
        ({"status": "busy", "link": "javascript:alert(1)"}, "not the address of a web page"),
        ({"status": "flying"}, "Something is not right yet"),
    ],
)
def test_a_step_without_what_it_needs_is_refused(world, told, facts, word):
    refused = told(**facts)
    assert refused.status_code == 422 and word in refused.text and steps(world) == []


def test_a_link_or_a_picture_proves_enough_that_it_is_done(world, told):
    assert told(status="done", link="voorbeeld.nl/foto").status_code == 303
    assert steps(world)[0].link == "https://voorbeeld.nl/foto"


def test_a_picture_needs_words_and_is_made_anew(world, told, visitor):
    raw = a_phone_photo()
    assert told(status="done", picture=(io.BytesIO(raw), "a.jpg")).status_code == 422
    told(status="done", picture=(io.BytesIO(raw), "a.jpg"), picture_words="De teller aan een paal")
    page = visitor.get(f"/commitments/{world.speed_count.id}").text
    assert 'alt="De teller aan een paal"' in page
    picture = visitor.get(f"/progress/{steps(world)[0].id}/picture")
    assert picture.mimetype == "image/webp" and b"Exif" not in picture.data and b"GPS" not in picture.data
    assert "sandbox" in picture.headers["Content-Security-Policy"]


def test_what_is_no_picture_is_refused_and_nothing_changes(world, told):
    refused = told(
        status="done", picture=(io.BytesIO(b"<svg onload=x>"), "a.jpg"), picture_words="Een teller"
    )
    assert refused.status_code == 422 and "no picture that we can read" in refused.text
    assert steps(world) == [] and world.speed_count.status == "open"


def test_a_picture_can_be_taken_away_and_that_is_told(world, told, as_, visitor):
    told(status="busy", picture=(io.BytesIO(a_picture()), "a.png"), picture_words="Iemand op straat")
    address = f"/progress/{steps(world)[0].id}/picture"
    assert as_(world.amina).post(f"{address}/removal").status_code == 403
    assert as_(world.fleur).post(f"{address}/removal").status_code == 303
    assert visitor.get(address).status_code == 404
    page = visitor.get(f"/commitments/{world.speed_count.id}").text
    assert "The picture was removed on" in page and "Iemand op straat" not in page
    assert as_(world.fleur).post(f"{address}/removal").status_code == 403  # there is none any more


def test_another_date_and_another_owner_leave_the_ones_before(world, told, visitor):
    before, owner, number = world.speed_count.due_on, world.speed_count.owner, last_event()
    told(status="open", note="De teller is uitgeleend.", due_on=str(LATER), owner="Politie")
    assert (world.speed_count.due_on, world.speed_count.owner) == (LATER, "Politie")
    step = steps(world)[0]
    assert (step.due_before, step.owner_before) == (before, owner)
    page = visitor.get(f"/commitments/{world.speed_count.id}").text
    assert "It got another date." in page and owner in page
    (event,) = db.session.scalars(select(Event).where(Event.id > number, Event.name.like("commitment.%")))
    assert event.name == "commitment.rescheduled" and event.particulars == {"due_on": str(LATER)}


def test_the_record_says_what_kind_of_step_it_was(world, told):
    number = last_event()
    told(status="busy")
    told(status="busy", note="Nog een week.")
    told(status="dropped", note="De teller is stuk.", due_on=str(LATER))
    told(status="open", note="Er is een nieuwe teller.")
    names = [name for name in names_since(number) if name.startswith("commitment.")]
    assert names == [
        "commitment.busy",
        "commitment.reported",
        "commitment.dropped",
        "commitment.rescheduled",
        "commitment.open",
    ]


def test_who_told_it_is_known_by_role(world, told, visitor):
    told(status="busy", note="Besteld.")
    told(by=world.fleur, status="busy", note="Ik heb gebeld.")
    page = visitor.get(f"/commitments/{world.speed_count.id}").text
    assert "the council" in page and "a host" in page and "Daan" not in page


def test_who_is_erased_leaves_the_step(world, told, as_):
    told(status="busy", note="Besteld.")
    client = as_(world.daan)
    for role in world.daan.roles:
        role.ends_on = today() - timedelta(days=1)
    db.session.commit()
    client.post("/me/erasure", data={"words": "erase", "is_sure": "y"})
    step = db.session.scalars(select(Progress).where(Progress.note == "Besteld.")).one()
    assert step.person is None and step.role == "council"


def test_what_is_past_its_date_says_since_when(world, visitor):
    page = visitor.get(f"/commitments/{world.benches.id}").text
    assert "It was due on" in page and f". {world.benches.days_late} days ago." in page
