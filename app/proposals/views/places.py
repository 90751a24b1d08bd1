from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.squares import middle_of, thousandths
from app.db import db
from app.headers import takes_files
from app.pages import hand_out, page
from app.permissions import permit, public
from app.pictures import UselessPicture
from app.proposals.forms import PlaceForm, SketchForm
from app.proposals.models import Proposal
from app.proposals.places import WIDTH, Place, Sketch
from app.proposals.views.blueprint import bp, show_tombstone


@bp.get("/sketch")
@public
def sketch():
    return hand_out((db.session.get(Sketch, 1) or abort(404)).content, "image/webp")


@bp.get("/sketch/edit")
@permit("sketch.draw")
def edit_sketch():
    return show_sketch(SketchForm())


def show_sketch(form, status=200):
    return page("proposals/sketch.html", form=form, sketch=db.session.get(Sketch, 1), status=status)


@bp.post("/sketch")
@permit("sketch.draw")
@takes_files
def draw_sketch():
    form = SketchForm()
    if not form.validate_on_submit():
        return show_sketch(form, status=422)
    try:
        Sketch.draw(current_user, form.file.data.read(), form.words.data)
    except UselessPicture as trouble:
        form.file.errors = [*form.file.errors, *trouble.args]
        return show_sketch(form, status=422)
    db.session.commit()
    flash(_("The sketch is saved. Authors can point at it from now on."))
    return redirect(url_for(".edit_sketch"), 303)


@bp.get("/<int:proposal_id>/place")
@permit("proposal.view", Proposal)
def place(proposal):
    if proposal.is_removed:
        return show_tombstone(proposal)
    sketch = db.session.get(Sketch, 1)
    if sketch is None or proposal.place is None:
        abort(404)
    return page("proposals/place.html", proposal=proposal, sketch=sketch)


@bp.get("/<int:proposal_id>/place/edit")
@permit("proposal.revise", Proposal)
def edit_place(proposal):
    return show_point(proposal, PlaceForm())


def show_point(proposal, form, status=200):
    sketch = db.session.get(Sketch, 1) or abort(404)
    return page(
        "proposals/point.html", proposal=proposal, sketch=sketch, form=form, width=WIDTH, status=status
    )


@bp.post("/<int:proposal_id>/place")
@permit("proposal.revise", Proposal)
def mark_place(proposal):
    sketch, form = db.session.get(Sketch, 1) or abort(404), PlaceForm()
    point = pointed_at(sketch)
    if point is None and form.validate_on_submit():
        point = middle_of(form.square.data)
    if point is None:
        return show_point(proposal, form, status=422)
    Place.mark(current_user, proposal, *point)
    db.session.commit()
    flash(_("The place is saved: square %(square)s.", square=proposal.place.square))
    return redirect(url_for(".place", proposal_id=proposal.id), 303)


def pointed_at(sketch):
    """Where somebody clicked on the picture; a button that is pressed by keyboard says 0, 0."""
    x, y = (request.form.get(f"point.{axis}", 0, type=int) for axis in "xy")
    return (thousandths(x, WIDTH), thousandths(y, sketch.shown_height)) if x or y else None


@bp.post("/<int:proposal_id>/place/removal")
@permit("proposal.revise", Proposal)
def remove_place(proposal):
    (proposal.place or abort(404)).remove(current_user)
    db.session.commit()
    flash(_("The place is removed."))
    return redirect(url_for(".show", proposal_id=proposal.id), 303)
