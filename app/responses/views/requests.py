from flask import flash, g, redirect, url_for
from flask import request as visit
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select

from app.clock import today
from app.db import db
from app.dialogues.harvest import Harvest
from app.dialogues.models import Dialogue
from app.exports.tables import measured
from app.pages import page
from app.permissions import permit, public
from app.proposals.models import Proposal
from app.responses.forms import AsksForm, CommitmentForm, RequestForm
from app.responses.models import TIME_TO_ANSWER, Request, unsent_asks
from app.responses.views.blueprint import bp
from app.votes.models import Vote

ON_A_PAGE = 50


@bp.get("/requests")
@public
def index():
    query = select(Request).order_by(Request.sent_at.desc(), Request.id.desc()).limit(ON_A_PAGE)
    requests = db.session.scalars(query).all()
    return page("responses/index.html", requests=requests, figures=measured())


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
