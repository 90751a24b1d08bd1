from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.differences import differences
from app.db import db
from app.limits import limited
from app.pages import page
from app.permissions import permit
from app.proposals.amendments import PARTS, Amendment
from app.proposals.forms import AmendmentForm, RefusalForm
from app.proposals.models import Proposal
from app.proposals.views.blueprint import bp, show_tombstone

ON_A_PAGE = 50


@bp.get("/<int:proposal_id>/amendments")
@permit("proposal.view", Proposal)
def amendments(proposal):
    """Every change that was proposed: those that wait first."""
    if proposal.is_removed:
        return show_tombstone(proposal)
    query = select(Amendment).where(Amendment.proposal_id == proposal.id, Amendment.removed_on.is_(None))
    query = query.order_by(Amendment.outcome.is_not(None), Amendment.id.desc()).limit(ON_A_PAGE)
    listed = db.session.scalars(query.options(joinedload(Amendment.author))).all()
    return page("proposals/amendments.html", proposal=proposal, amendments=listed)


@bp.get("/<int:proposal_id>/amendments/new")
@permit("amendment.make", Proposal)
def new_amendment(proposal):
    return page("proposals/amend.html", proposal=proposal, form=AmendmentForm(proposal))


@bp.post("/<int:proposal_id>/amendments")
@permit("amendment.make", Proposal)
@limited("proposal.write")
def amend(proposal):
    form = AmendmentForm(proposal)
    if not form.validate_on_submit():
        return page("proposals/amend.html", proposal=proposal, form=form, status=422)
    words = {name: form[name].data for name in (*PARTS, "why")}
    amendment = Amendment.make(current_user, proposal, **words)
    db.session.commit()
    flash(_("Your change is sent to the authors. On the page Me you can see what comes of it."))
    return redirect(url_for(".amendment", amendment_id=amendment.id), 303)


@bp.get("/amendments/<int:amendment_id>")
@permit("amendment.view", Amendment)
def amendment(amendment):
    return show_amendment(amendment, RefusalForm())


def show_amendment(amendment, form, status=200):
    """What it would change in the text as it is now; once decided, what it was meant to change."""
    if amendment.proposal.is_removed:
        return show_tombstone(amendment.proposal)
    fitted = amendment.fitted if amendment.is_open else None
    current = amendment.proposal.current
    pieces = (
        {part: differences(getattr(current, part), fitted[part]) for part in PARTS}
        if fitted
        else amendment.pieces
    )
    status = 410 if amendment.is_removed else status
    return page(
        "proposals/amendment.html",
        amendment=amendment,
        proposal=amendment.proposal,
        form=form,
        fits=fitted is not None,
        pieces=pieces,
        status=status,
    )


@bp.post("/amendments/<int:amendment_id>/acceptance")
@permit("amendment.decide", Amendment)
def accept_amendment(amendment):
    if request.form.get("latest", type=int) != amendment.proposal.latest or amendment.fitted is None:
        flash(_("The text changed meanwhile. Look once more at what this would change."))
        return redirect(url_for(".amendment", amendment_id=amendment.id), 303)
    amendment.accept(current_user)
    db.session.commit()
    flash(_("The change stands in version %(number)s now.", number=amendment.version))
    return redirect(url_for(".show", proposal_id=amendment.proposal_id), 303)


@bp.post("/amendments/<int:amendment_id>/refusal")
@permit("amendment.decide", Amendment)
def decline_amendment(amendment):
    form = RefusalForm()
    if not form.validate_on_submit():
        return show_amendment(amendment, form, status=422)
    amendment.decline(current_user, form.answer.data)
    db.session.commit()
    flash(_("The change is declined, with your reason."))
    return redirect(url_for(".amendments", proposal_id=amendment.proposal_id), 303)
