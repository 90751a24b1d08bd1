from flask import Blueprint, flash, g, redirect, url_for
from flask import request as visit
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select

from app.clock import today
from app.db import db
from app.dialogues.harvest import Harvest
from app.dialogues.models import Dialogue
from app.pages import page
from app.permissions import permit, public
from app.proposals.models import Proposal
from app.responses.forms import AsksForm, CommitmentForm, RequestForm, ResponseForm, StatusForm
from app.responses.models import TIME_TO_ANSWER, Commitment, Request, unsent_asks
from app.votes.models import Vote

bp = Blueprint("responses", __name__)
ON_A_PAGE = 50


@bp.get("/requests")
@public
def index():
    query = select(Request).order_by(Request.sent_at.desc(), Request.id.desc()).limit(ON_A_PAGE)
    return page("responses/index.html", requests=db.session.scalars(query).all())


@bp.get("/requests/new/<int:proposal_id>")
@permit("request.send", Proposal)
def new(proposal):
    form = RequestForm(decider=g.neighbourhood.decider, due_on=today() + TIME_TO_ANSWER)
    return page("responses/new.html", proposal=proposal, form=form, origin=origin_of(proposal))


@bp.post("/requests/new/<int:proposal_id>")
@permit("request.send", Proposal)
def send(proposal):
    form, origin = RequestForm(), origin_of(proposal)
    if not form.validate_on_submit():
        return page("responses/new.html", proposal=proposal, form=form, origin=origin, status=422)
    facts = {"text": form.text.data, "decider": form.decider.data, "due_on": form.due_on.data}
    sent = Request.send(current_user, proposal, **facts, **origin)
    db.session.commit()
    flash(_("The request is sent. Everybody can see when an answer is due."))
    return redirect(url_for(".show", request_id=sent.id), 303)


@bp.post("/dialogues/<int:harvest_id>/harvest/requests")
@permit("harvest.ask", Harvest)
def send_asks(harvest):
    form, asks = AsksForm(), unsent_asks(harvest)
    if not form.validate_on_submit():
        return page("responses/asks.html", harvest=harvest, asks=asks, form=form, status=422)
    sent = Request.send_asks(current_user, harvest, form.due_on.data)
    db.session.commit()
    flash(
        ngettext(
            "%(num)s request is sent. Everybody can see when an answer is due.",
            "%(num)s requests are sent. Everybody can see when an answer is due.",
            len(sent),
        )
    )
    return redirect(url_for("dialogues.harvest", harvest_id=harvest.id), 303)


def origin_of(proposal):
    """The dialogue or vote that this request comes from, when it is named and is this proposal's own."""
    asked = {"dialogue": (Dialogue, proposal.dialogues), "vote": (Vote, proposal.votes)}
    origin = {}
    for name, (model, own) in asked.items():
        thing = db.session.get(model, visit.values.get(name, type=int) or 0)
        if thing in own:
            origin[name] = thing
    return origin


@bp.get("/requests/<int:request_id>")
@permit("request.view", Request)
def show(request):
    return page("responses/show.html", request=request, form=CommitmentForm(owner=request.decider))


@bp.get("/requests/<int:request_id>/response")
@permit("request.answer", Request)
def respond(request):
    return page("responses/answer.html", request=request, form=ResponseForm(answered_by=current_user.name))


@bp.post("/requests/<int:request_id>/response")
@permit("request.answer", Request)
def answer(request):
    form = ResponseForm()
    if not form.validate_on_submit():
        return page("responses/answer.html", request=request, form=form, status=422)
    facts = {name: value for name, value in form.data.items() if name != "csrf_token"}
    request.answer(current_user, **facts)
    db.session.commit()
    flash(_("The answer is published."))
    return redirect(url_for(".show", request_id=request.id), 303)


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
@permit("commitment.change", Commitment)
def edit_commitment(commitment):
    return page("responses/commitment.html", commitment=commitment, form=StatusForm(obj=commitment))


@bp.post("/commitments/<int:commitment_id>")
@permit("commitment.change", Commitment)
def change_commitment(commitment):
    form = StatusForm()
    if not form.validate_on_submit():
        return page("responses/commitment.html", commitment=commitment, form=form, status=422)
    commitment.change_status(current_user, form.status.data, form.note.data)
    db.session.commit()
    flash(_("The commitment is updated."))
    return redirect(url_for(".show", request_id=commitment.request_id), 303)
