from flask import Blueprint, abort, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import now, today
from app.db import db
from app.events import Event
from app.headers import takes_one_click
from app.links import link_to, qr_of
from app.news.atom import MIMETYPE, feed_of
from app.news.contributions import contributions_of
from app.news.digest import reader_named
from app.news.followers import Follow, follows
from app.news.forms import PaceForm
from app.news.line import next_steps, stations_of, subjects_on
from app.news.models import Reader, news_of, pace_of, read_news
from app.news.notice import WEEKS, notice
from app.news.told import PROPOSAL, grouped, told
from app.pages import page
from app.permissions import may, permit, public, signed_in
from app.proposals.models import Proposal

bp = Blueprint("news", __name__)
MOST_TOLD = 60  # on a page
A_QUARTER = 900  # seconds for which a program need not ask for a feed again


@bp.get("/news")
@public
def index():
    """What happened in the neighbourhood in the last weeks."""
    rows = db.session.execute(told(Event.at >= now() - WEEKS).limit(MOST_TOLD)).all()
    return page("news/index.html", groups=grouped(rows))


@bp.get("/news/notice")
@public
def posted():
    """The same to print, for who reads no screen."""
    shown, more = notice()
    link = link_to("news.index")
    address = link.split("://", 1)[1]
    found = {"posted": shown, "more": more, "today": today()}
    return page("news/notice.html", **found, qr=qr_of(link), address=address)


@bp.get("/news/feed/<string:language>")
@public
def feed(language):
    return atom(language, link_to("news.feed", language=language))


@bp.get("/proposals/<int:proposal_id>/feed/<string:language>")
@permit("proposal.view", Proposal)
def proposal_feed(proposal, language):
    if not proposal.is_public:
        abort(410 if proposal.is_removed else 404)
    address = link_to("news.proposal_feed", proposal_id=proposal.id, language=language)
    return atom(language, address, proposal, proposal.id == PROPOSAL)


def atom(language, address, *which):
    """A feed in one of the neighbourhood's languages; who has the latest already gets no second copy."""
    if language not in g.languages:
        abort(404)
    response = make_response(feed_of(g.neighbourhood, language, address, *which))
    response.mimetype = MIMETYPE
    response.cache_control.public, response.cache_control.max_age = True, A_QUARTER
    response.add_etag()
    return response.make_conditional(request)


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
