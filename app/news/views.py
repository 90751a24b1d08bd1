from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.news.contributions import contributions_of
from app.news.followers import Follow, follows
from app.news.line import next_steps, stations_of, subjects_on
from app.news.models import news_of, read_news
from app.pages import page
from app.permissions import may, permit, signed_in
from app.proposals.models import Proposal

bp = Blueprint("news", __name__)


@bp.get("/proposals/<int:proposal_id>/line")
@permit("proposal.view", Proposal)
def line(proposal):
    """What became of it: every stop of the line on one page."""
    if proposal.is_removed:
        return page("proposals/tombstone.html", proposal=proposal, status=410)
    return page(
        "news/line.html",
        proposal=proposal,
        steps=next_steps(proposal),
        stations=stations_of(proposal),
        subjects=subjects_on(proposal),
        is_followed=may("proposal.follow", proposal) and follows(current_user, proposal),
    )


@bp.post("/proposals/<int:proposal_id>/following")
@permit("proposal.follow", Proposal)
def follow(proposal):
    Follow.choose(current_user, proposal, True)
    db.session.commit()
    flash(_("You follow this proposal. You hear of each next step."))
    return redirect(url_for(".line", proposal_id=proposal.id), 303)


@bp.post("/proposals/<int:proposal_id>/following/ending")
@permit("proposal.follow", Proposal)
def unfollow(proposal):
    Follow.choose(current_user, proposal, False)
    db.session.commit()
    flash(_("You do not follow this proposal any more."))
    return redirect(url_for(".line", proposal_id=proposal.id), 303)


@bp.get("/me/contributions")
@signed_in
def contributions():
    return page("news/contributions.html", contributions=contributions_of(current_user))


@bp.get("/me/news")
@signed_in
def mine():
    groups = news_of(current_user)
    read_news(current_user, groups)
    return page("news/mine.html", groups=groups)
