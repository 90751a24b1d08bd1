from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.headers import takes_files
from app.pages import hand_out, page
from app.permissions import permit
from app.pictures import UselessPicture
from app.responses.forms import CommitmentForm, ProgressForm, SightingForm
from app.responses.models import Commitment, Request
from app.responses.progress import Progress
from app.responses.sightings import Sighting
from app.responses.views.blueprint import bp

ON_A_PAGE = 50


@bp.post("/requests/<int:request_id>/commitments")
@permit("request.commit", Request)
def commit_to(request):
    form = CommitmentForm()
    if not form.validate_on_submit():
        return page("responses/show.html", request=request, form=form, status=422)
    request.commit_to(current_user, form.text.data, form.owner.data, form.due_on.data)
    db.session.commit()
    flash(_("The commitment is published."))
    return redirect(url_for(".show", request_id=request.id), 303)


@bp.get("/commitments/<int:commitment_id>")
@permit("commitment.view", Commitment)
def commitment(commitment):
    own = Sighting.of(current_user, commitment)
    form = SightingForm(seen=("no", "yes")[own.is_done], text=own.text) if own else SightingForm()
    return show_commitment(commitment, form, has_seen=own is not None)


def show_commitment(commitment, form, has_seen=False, status=200):
    steps = select(Progress).where(Progress.commitment_id == commitment.id).order_by(Progress.id.desc())
    steps = db.session.scalars(steps.options(joinedload(Progress.commitment))).all()
    return page(
        "responses/commitment.html",
        commitment=commitment,
        steps=steps,
        seen=Sighting.counts_of(commitment),
        sightings=Sighting.latest_of(commitment, ON_A_PAGE),
        form=form,
        has_seen=has_seen,
        status=status,
    )


@bp.get("/commitments/<int:commitment_id>/progress")
@permit("commitment.change", Commitment)
def edit_commitment(commitment):
    form = ProgressForm(commitment)
    form.note.data = ""  # each step says something new
    return show_form(commitment, form)


def show_form(commitment, form, status=200):
    return page("responses/progress.html", commitment=commitment, form=form, status=status)


@bp.post("/commitments/<int:commitment_id>/progress")
@permit("commitment.change", Commitment)
@takes_files
def change_commitment(commitment):
    form = ProgressForm(commitment)
    if not form.validate_on_submit():
        return show_form(commitment, form, status=422)
    try:
        Progress.tell(current_user, commitment, **form.facts)
    except UselessPicture as trouble:
        form.picture.errors = [*form.picture.errors, *trouble.args]
        return show_form(commitment, form, status=422)
    db.session.commit()
    flash(_("The commitment is updated."))
    return redirect(url_for(".commitment", commitment_id=commitment.id), 303)


@bp.get("/progress/<int:progress_id>/picture")
@permit("commitment.view", Progress)
def proof(progress):
    if not progress.has_picture:
        abort(404)
    return hand_out(progress.picture, "image/webp")


@bp.post("/progress/<int:progress_id>/picture/removal")
@permit("proof.remove", Progress)
def remove_proof(progress):
    progress.remove_picture(current_user)
    db.session.commit()
    flash(_("The picture is removed."))
    return redirect(url_for(".commitment", commitment_id=progress.commitment_id), 303)
