"""Pictures and files with a proposal: made anew, kept in the one file, and safe to open."""

import io
from html import unescape

import pytest
from PIL import Image
from sqlalchemy import text

from app.accounts.privacy import empty
from app.config import MEGABYTES
from app.db import db
from app.moderation.models import Judgement
from app.pictures import LONGEST, UselessPicture, remake
from app.proposals.attachments import MOST, Attachment
from tests.photographs import a_bomb, a_phone_photo, a_picture

PDF = b"%PDF-1.7\n1 0 obj << /OpenAction (app.alert(1)) >> endobj"


def add(client, proposal, raw, words="De fietsenrekken", name="foto.jpg"):
    data = {"file": (io.BytesIO(raw), name), "words": words}
    return client.post(f"/proposals/{proposal.id}/attachments", data=data)


def newest():
    return db.session.query(Attachment).order_by(Attachment.id.desc()).first()


@pytest.fixture
def photo(world, as_):
    assert add(as_(world.amina), world.parking, a_phone_photo()).status_code == 303
    return newest()


# What a picture becomes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_when_and_by_whom_a_photo_was_made_does_not_come_along(kind):
    raw = a_phone_photo(kind)
    before = Image.open(io.BytesIO(raw)).getexif()
    assert before.get_ifd(0x8825) and before[0x013B] == "Quirinius Xylander"  # the test itself works
    picture = remake(raw)
    after = Image.open(io.BytesIO(picture.content))
    assert not dict(after.getexif()) and not after.getexif().get_ifd(0x8825)
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(after.info)
    assert b"Xylander" not in picture.content and b"EXIF" not in picture.content


def test_a_photo_stands_upright():
    picture = remake(a_phone_photo())
    assert (picture.width, picture.height) == (60, 80)
    image = Image.open(io.BytesIO(picture.content)).convert("RGB")
    top, bottom = image.getpixel((30, 10)), image.getpixel((30, 70))
    assert top[2] > 200 and bottom[0] > 200  # what lay at the left is on top: blue, and red below


def test_a_large_picture_becomes_small_and_a_small_one_stays():
    assert (remake(a_picture("JPEG", (4000, 3000))).width, LONGEST) == (1280, 1280)
    assert remake(a_picture(size=(40, 30))).width == 40


def test_what_is_see_through_gets_white_behind_it():
    file = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(file, "PNG")
    assert Image.open(io.BytesIO(remake(file.getvalue()).content)).convert("RGB").getpixel((4, 4))[0] > 250


@pytest.mark.parametrize("raw", [b"", b"GIF89a", b"<svg onload='alert(1)'/>", b"MZ" * 99, a_picture()[:50]])
def test_what_is_no_picture_is_refused(raw):
    with pytest.raises(UselessPicture, match="no picture"):
        remake(raw)


def test_a_picture_that_would_unfold_to_billions_of_dots_is_refused_unopened():
    with pytest.raises(UselessPicture, match="too many dots"):
        remake(a_bomb())


# Adding, showing, taking away


def test_a_picture_is_shown_with_words_for_who_cannot_see_it(world, photo, visitor):
    page = visitor.get(f"/proposals/{world.parking.id}").text
    assert f'src="/proposals/attachments/{photo.id}" alt="De fietsenrekken" width="60" height="80"' in page
    answer = visitor.get(f"/proposals/attachments/{photo.id}")
    assert answer.mimetype == "image/webp" and answer.data == photo.content
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    again = visitor.get(
        f"/proposals/attachments/{photo.id}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_pdf_is_only_ever_handed_on_as_a_file(world, as_, visitor):
    add(as_(world.amina), world.parking, PDF, "De brief", "<script>.pdf")
    answer = visitor.get(f"/proposals/attachments/{newest().id}")
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "De brief</a>" in visitor.get(f"/proposals/{world.parking.id}").text


def test_what_a_file_is_shows_in_it_and_not_in_its_name(world, as_):
    refused = add(as_(world.amina), world.parking, b"<html>", name="foto.png")
    assert refused.status_code == 422 and "no picture that we can read" in refused.text
    assert "De fietsenrekken" in refused.text


def test_words_and_a_file_are_asked_for_kindly(world, as_):
    amina, address = as_(world.amina), f"/proposals/{world.parking.id}/attachments"
    refused = amina.post(address, data={"words": ""})
    assert refused.status_code == 422
    assert "Choose a file." in refused.text and "Fill this in." in refused.text


def test_five_files_are_the_most(world, as_):
    amina = as_(world.amina)
    for _ in range(MOST):
        assert add(amina, world.parking, a_picture()).status_code == 303
    refused = add(amina, world.parking, a_picture())
    assert refused.status_code == 422 and "five files already" in refused.text


def test_a_pdf_that_is_too_large_is_refused_in_place(world, as_):
    refused = add(as_(world.amina), world.parking, b"%PDF-" + bytes(MEGABYTES["pdf"] * 1024 * 1024))
    assert refused.status_code == 422 and "3 MB at most" in refused.text


def test_what_is_larger_than_anything_may_be_is_not_even_read(world, as_):
    amina = as_(world.amina)
    refused = add(amina, world.parking, bytes(11 * 1024 * 1024))
    assert refused.status_code == 413 and "10 MB" in refused.text
    words = {"title": "x" * 90_000, "text": "y", "note": "z"}  # words alone stay as small as they were
    assert amina.post(f"/proposals/{world.parking.id}/revisions", data=words).status_code == 413


def test_only_authors_and_hosts_add_and_take_away(world, photo, as_):
    bram = as_(world.bram)
    assert add(bram, world.parking, a_picture()).status_code == 403
    assert bram.post(f"/proposals/attachments/{photo.id}/removal").status_code == 403
    assert as_(world.amina).post(f"/proposals/attachments/{photo.id}/removal").status_code == 303
    assert newest() is None


def test_what_belongs_to_a_draft_or_a_removed_proposal_is_not_handed_out(world, photo, as_, visitor):
    add(as_(world.bram), world.garden, a_picture())
    assert visitor.get(f"/proposals/attachments/{newest().id}").status_code == 404
    Judgement.make(world.fatima, world.parking, "removed", "spam")
    db.session.commit()
    assert visitor.get(f"/proposals/attachments/{photo.id}").status_code == 404
    assert as_(world.amina).get(f"/proposals/attachments/{photo.id}").status_code == 200


def test_what_is_added_stands_in_the_record(world, photo, visitor):
    assert "A picture or file was added." in unescape(visitor.get(f"/proposals/{world.parking.id}").text)


# Erasing


def test_erasing_takes_the_files_along_unless_the_words_may_stay(world, photo, as_):
    empty(world.amina, words=False)
    db.session.expire_all()
    assert newest().author_id is None
    world.parking.author_id = world.fleur.id
    empty(world.fleur, words=True)
    assert newest() is None


def test_a_deleted_draft_takes_its_files_along(world, as_):
    add(as_(world.bram), world.garden, a_picture())
    empty(world.bram, words=False)
    assert db.session.scalar(text("SELECT count(*) FROM attachment")) == 0
