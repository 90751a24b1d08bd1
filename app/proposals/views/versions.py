from flask import abort, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.differences import differences
from app.db import db
from app.pages import page
from app.permissions import permit
from app.proposals.amendments import Amendment
from app.proposals.models import Proposal, Revision
from app.proposals.views.blueprint import bp, show_tombstone


@bp.get("/<int:proposal_id>/revisions")
@permit("proposal.view", Proposal)
def revisions(proposal):
    if proposal.is_removed:
        return show_tombstone(proposal)
    query = select(Revision).where(Revision.proposal_id == proposal.id).order_by(Revision.number.desc())
    versions = db.session.scalars(query.options(joinedload(Revision.author))).all()
    taken_over = select(Amendment.version, Amendment.id).where(Amendment.proposal_id == proposal.id)
    taken_over = dict(db.session.execute(taken_over.where(Amendment.version.is_not(None))).all())
    return page("proposals/revisions.html", proposal=proposal, revisions=versions, taken_over=taken_over)


@bp.get("/<int:proposal_id>/revisions/<int:number>")
@permit("proposal.view", Proposal)
def revision(proposal, number):
    if proposal.is_removed:
        return show_tombstone(proposal)
    version = db.session.get(Revision, (proposal.id, number)) or abort(404)
    return page("proposals/revision.html", proposal=proposal, revision=version)


@bp.get("/<int:proposal_id>/revisions/<int:number>/differences")
@permit("proposal.view", Proposal)
def compare(proposal, number):
    """What changed in a version, against the one before it or against another one."""
    if proposal.is_removed:
        return show_tombstone(proposal)
    version = db.session.get(Revision, (proposal.id, number)) or abort(404)
    base = request.args.get("with", max(number - 1, 1), type=int)
    earlier = db.session.get(Revision, (proposal.id, base)) or abort(404)
    pieces = {
        "title": differences(earlier.title, version.title),
        "text": differences(earlier.text, version.text),
    }
    return page("proposals/differences.html", proposal=proposal, old=earlier, new=version, pieces=pieces)
