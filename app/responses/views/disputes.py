from flask import flash, redirect, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.limits import limited
from app.pages import page
from app.permissions import permit
from app.responses.disputes import Dispute
from app.responses.forms import DisputeForm, ReplyForm, SightingForm
from app.responses.models import Commitment, Request, usual_signature
from app.responses.sightings import Sighting
from app.responses.views.blueprint import bp
from app.responses.views.commitments import show_commitment


@bp.get("/requests/<int:request_id>/dispute")
@permit("request.dispute", Request)
def dispute_form(request):
    return page("responses/dispute.html", request=request, form=DisputeForm())


@bp.post("/requests/<int:request_id>/dispute")
@permit("request.dispute", Request)
def dispute(request):
    form = DisputeForm()
    if not form.validate_on_submit():
        return page("responses/dispute.html", request=request, form=form, status=422)
    Dispute.make(current_user, request, form.text.data, str(get_locale()))
    db.session.commit()
    flash(_("Your dispute is published. The decider can reply once."))
    return redirect(url_for(".show", request_id=request.id), 303)


@bp.get("/requests/<int:request_id>/dispute/reply")
@permit("request.reply", Request)
def reply_form(request):
    form = ReplyForm(replied_by=usual_signature(current_user))
    return page("responses/reply.html", request=request, form=form)


@bp.post("/requests/<int:request_id>/dispute/reply")
@permit("request.reply", Request)
def reply(request):
    form = ReplyForm()
    if not form.validate_on_submit():
        return page("responses/reply.html", request=request, form=form, status=422)
    request.dispute.answer(current_user, form.reply.data, form.replied_by.data)
    db.session.commit()
    flash(_("Your reply is published."))
    return redirect(url_for(".show", request_id=request.id), 303)


@bp.post("/commitments/<int:commitment_id>/sightings")
@permit("sighting.give", Commitment)
@limited("sighting.give")
def give_sighting(commitment):
    form = SightingForm()
    if not form.validate_on_submit():
        return show_commitment(commitment, form, status=422)
    is_done = form.seen.data == "yes"
    Sighting.give(current_user, commitment, is_done, form.text.data, str(get_locale()))
    db.session.commit()
    flash(_("Thank you. What you saw stands with the commitment."))
    return redirect(url_for(".commitment", commitment_id=commitment.id), 303)
