from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.headers import takes_one_click
from app.news.contributions import contributions_of
from app.news.digest import reader_named
from app.news.followers import Follow, follows
from app.news.forms import PaceForm
from app.news.line import next_steps, stations_of, subjects_on
from app.news.models import Reader, news_of, pace_of, read_news
from app.pages import page
from app.permissions import may, permit, public, signed_in
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


@bp.get("/me/news/mail")
@permit("account.keep")
def pace():
    return page("news/pace.html", form=PaceForm(pace=pace_of(current_user)))


@bp.post("/me/news/mail")
@permit("account.keep")
def choose_pace():
    form = PaceForm()
    if not form.validate_on_submit():
        return page("news/pace.html", form=form, status=422)
    Reader.of(current_user).choose(form.pace.data)
    db.session.commit()
    flash(_("Your choices are saved."))
    return redirect(url_for(".pace"), 303)


@bp.get("/news/stop/<string:token>")
@public
def ask_to_stop(token):
    """The page behind the link in a mail: it stops nothing yet, for scanners of mail open links too."""
    reader = reader_named(token) or abort(404)
    return page("news/stop.html", reader=reader, token=token)


@bp.post("/news/stop/<string:token>")
@public
@takes_one_click
def stop(token):
    """Send no more mails, without signing in: by the button, or by a mail program (RFC 8058).

    The answer comes at once, for mail programs follow no redirects.
    """
    reader = reader_named(token) or abort(404)
    reader.pace = "never"
    db.session.commit()
    return page("news/stop.html", reader=reader, token=token)
