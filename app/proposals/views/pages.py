from flask import flash, g, redirect, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.collectives.models import Collective
from app.db import db
from app.events import events_of
from app.limits import limited
from app.pages import page
from app.permissions import ConfirmFirst, may, may_once_confirmed, permit, public
from app.proposals.concerns import surroundings_of
from app.proposals.forms import DraftForm, RevisionForm
from app.proposals.models import Proposal
from app.proposals.views.blueprint import bp, show_tombstone

ON_A_PAGE = 50


@bp.get("")
@public
def index():
    query = (
        select(Proposal)
        .where(
            Proposal.submitted_at.is_not(None), Proposal.withdrawn_at.is_(None), Proposal.merged_on.is_(None)
        )
        .options(
            selectinload(Proposal.dialogues), selectinload(Proposal.votes), selectinload(Proposal.requests)
        )
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
        .limit(ON_A_PAGE)
    )
    collectives = db.session.scalars(select(Collective).order_by(Collective.name)).all()
    return page("proposals/index.html", proposals=db.session.scalars(query).all(), collectives=collectives)


@bp.get("/new/<int:collective_id>")
@permit("proposal.draft", Collective)
def new(collective):
    return page("proposals/new.html", form=DraftForm(), collective=collective)


@bp.post("/new/<int:collective_id>")
@permit("proposal.draft", Collective)
@limited("proposal.write")
def draft(collective):
    form = DraftForm()
    if not form.validate_on_submit():
        return page("proposals/new.html", form=form, collective=collective, status=422)
    alike = [] if form.has_compared.data else Proposal.like(form.title.data)
    if alike:  # what was typed stays in the page; a second press saves it
        return page("proposals/new.html", form=form, collective=collective, alike=alike)
    proposal = Proposal.draft(
        current_user, collective, form.title.data, form.text.data, language=str(get_locale())
    )
    db.session.commit()
    flash(_("Your draft is saved. Only you and the hosts can see it."))
    return redirect(url_for(".show", proposal_id=proposal.id), 303)


@bp.get("/<int:proposal_id>")
@permit("proposal.view", Proposal)
def show(proposal):
    if proposal.is_removed:
        return show_tombstone(proposal)
    things = [proposal, *proposal.dialogues, *proposal.votes, *proposal.requests]
    commitments = [commitment for request in proposal.requests for commitment in request.commitments]
    return page(
        "proposals/show.html",
        proposal=proposal,
        events=events_of(*things, *commitments),
        around=surroundings_of(proposal),
    )


@bp.get("/<int:proposal_id>/revisions/new")
@permit("proposal.revise", Proposal)
def edit(proposal):
    return page("proposals/edit.html", proposal=proposal, form=RevisionForm(obj=proposal.current, note=""))


@bp.post("/<int:proposal_id>/revisions")
@permit("proposal.revise", Proposal)
@limited("proposal.write")
def revise(proposal):
    form = RevisionForm()
    if not form.validate_on_submit():
        return page("proposals/edit.html", proposal=proposal, form=form, status=422)
    proposal.add_revision(current_user, form.title.data, form.text.data, form.note.data)
    db.session.commit()
    flash(_("Version %(number)s is saved.", number=proposal.latest))
    return redirect(url_for(".show", proposal_id=proposal.id), 303)


@bp.post("/<int:proposal_id>/submission")
@permit("proposal.submit", Proposal)
def submit(proposal):
    if is_held_first(proposal):
        proposal.hold()
        sentence = _("The proposal is sent in. A moderator reads it before others can see it.")
    else:
        proposal.submit(by=current_user)
        sentence = _("The proposal is submitted. Everybody can read it now.")
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".show", proposal_id=proposal.id), 303)


def is_held_first(proposal):
    """Whether a moderator reads it first: where that is the rule, and unless a host submits it."""
    if not g.neighbourhood.holds_proposals or may("proposal.publish", proposal):
        return False
    if may_once_confirmed("proposal.publish", proposal):
        raise ConfirmFirst
    return True


@bp.post("/<int:proposal_id>/withdrawal")
@permit("proposal.withdraw", Proposal)
def withdraw(proposal):
    proposal.withdraw(by=current_user)
    db.session.commit()
    flash(_("The proposal is withdrawn."))
    return redirect(url_for(".show", proposal_id=proposal.id), 303)
