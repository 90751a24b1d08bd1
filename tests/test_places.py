"""Where a proposal is about: pointed at on the host's own sketch, by finger or by the name of a square."""

import io

import pytest

from app.accounts.privacy import empty
from app.db import db
from app.proposals.places import Place, Sketch
from tests.photographs import a_bomb, a_picture


def draw(client, raw=None, words="Links de beek, rechts het plein."):
    raw = a_picture(size=(1200, 900)) if raw is None else raw
    return client.post("/proposals/sketch", data={"file": (io.BytesIO(raw), "x.png"), "words": words})


@pytest.fixture
def sketch(world, as_):
    assert draw(as_(world.fleur)).status_code == 303
    return db.session.get(Sketch, 1)


def mark(client, proposal, **point):
    return client.post(f"/proposals/{proposal.id}/place", data=point)


def test_without_a_sketch_nobody_is_asked_for_a_place(world, as_, visitor):
    db.session.query(Place).delete()
    db.session.query(Sketch).delete()
    db.session.commit()
    amina = as_(world.amina)
    assert "Mark the place" not in amina.get(f"/proposals/{world.parking.id}").text
    assert amina.get(f"/proposals/{world.parking.id}/place/edit").status_code == 404
    assert visitor.get("/proposals/sketch").status_code == 404


def test_a_click_on_the_picture_is_a_place(world, sketch, as_, visitor):
    assert mark(as_(world.amina), world.parking, **{"point.x": 100, "point.y": 100}).status_code == 303
    assert (world.parking.place.x, world.parking.place.square) == (357, "C4")
    page = visitor.get(f"/proposals/{world.parking.id}/place").text
    assert "square C4" in page and "<circle" in page and "Links de beek" in page
    assert "square C4" in visitor.get(f"/proposals/{world.parking.id}").text


def test_so_is_the_name_of_a_square(world, sketch, as_):
    mark(as_(world.amina), world.parking, square="H8")
    assert world.parking.place.square == "H8"


def test_a_picture_pressed_by_keyboard_asks_for_a_square(world, sketch, as_):
    for point in ({"point.x": 0, "point.y": 0}, {}, {"square": "Z9"}, {"point.x": "x"}):
        refused = mark(as_(world.amina), world.parking, **point)
        assert refused.status_code == 422 and 'id="square"' in refused.text, point


def test_a_place_can_be_moved_and_taken_away(world, sketch, as_, visitor):
    amina = as_(world.amina)
    mark(amina, world.parking, square="A1")
    mark(amina, world.parking, square="B2")
    assert world.parking.place.square == "B2"
    amina.post(f"/proposals/{world.parking.id}/place/removal")
    assert world.parking.place is None
    assert visitor.get(f"/proposals/{world.parking.id}/place").status_code == 404


def test_only_the_host_draws_and_a_bad_file_is_explained(world, as_):
    for person in (world.amina, world.samira, world.daan):
        assert draw(as_(person)).status_code == 403
    fleur = as_(world.fleur)
    for raw in (a_bomb(), b"%PDF-1.7", b"x"):
        refused = draw(fleur, raw)
        assert refused.status_code == 422 and "Links de beek" in refused.text


def test_the_sketch_comes_from_here_and_has_squares_on_it(world, sketch, visitor):
    answer = visitor.get("/proposals/sketch")
    assert answer.mimetype == "image/webp" and answer.data == sketch.content
    assert (sketch.width, sketch.height, sketch.shown_height) == (1120, 840, 210)


def test_erasing_the_words_erases_the_place(world, sketch, as_):
    mark(as_(world.amina), world.parking, square="C4")
    empty(world.amina, words=True)
    db.session.expire_all()
    assert world.parking.place is None
