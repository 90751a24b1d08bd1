from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.db import db
from app.pages import page
from app.permissions import permit, public
from app.votes.box import seals_of
from app.votes.forms import SealForm, VoidForm
from app.votes.models import COMFORTABLE, SMALLEST_ELECTORATE, TooFewVoters, Vote
from app.votes.named import named_ballots
from app.votes.tellers import PAIRS, REHEARSED_WITH, rehearsed_pairs
from app.votes.views.blueprint import bp
from app.votes.views.casting import ballot_to_fill, show_ballot
from app.votes.why import explain

ON_A_PAGE = 50


@bp.get("")
@public
def index():
    query = select(Vote).where(Vote.opened_at.is_not(None)).order_by(Vote.opened_at.desc(), Vote.id.desc())
    return page("votes/index.html", votes=db.session.scalars(query.limit(ON_A_PAGE)).all())


@bp.get("/promises")
@public
def promises():
    return page("votes/promises.html")


@bp.get("/<int:vote_id>")
@permit("vote.view", Vote)
def show(vote):
    if vote.is_counted:
        named = named_ballots(vote.id) if not vote.is_secret and current_user.is_authenticated else []
        return page("votes/outcome.html", vote=vote, outcome=explain(vote), named=named)
    if vote.is_open:
        return show_ballot(vote, ballot_to_fill(vote))
    if vote.is_public:
        seals = seals_of(vote.id) if vote.awaits_count else []
        return page("votes/closed.html", vote=vote, seals=len(seals), form=SealForm())
    return show_preparation(vote)


def show_preparation(vote):
    size = vote.count_electorate()
    pairs = rehearsed_pairs(vote) if vote.is_sealed else []
    return page(
        "votes/preparation.html",
        vote=vote,
        size=size,
        too_few=vote.is_secret and size < SMALLEST_ELECTORATE,
        few=vote.is_secret and size < COMFORTABLE,
        tries=len(pairs),
        tries_needed=REHEARSED_WITH,
        pairs=PAIRS,
    )


@bp.post("/<int:vote_id>/opening")
@permit("vote.open", Vote)
def open_(vote):
    try:
        vote.open(by=current_user)
    except TooFewVoters as found:
        db.session.rollback()
        facts = {"least": SMALLEST_ELECTORATE, "found": found.args[0]}
        flash(
            _("A secret vote needs at least %(least)s people who may vote; now there are %(found)s.", **facts)
        )
        return redirect(url_for(".show", vote_id=vote.id), 303)
    db.session.commit()
    flash(_("The vote is open."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


@bp.get("/<int:vote_id>/voiding")
@permit("vote.void", Vote)
def voiding(vote):
    return page("votes/voiding.html", vote=vote, form=VoidForm())


@bp.post("/<int:vote_id>/voiding")
@permit("vote.void", Vote)
def void(vote):
    form = VoidForm()
    if not form.validate_on_submit():
        return page("votes/voiding.html", vote=vote, form=form, status=422)
    vote.void(current_user, form.note.data)
    db.session.commit()
    flash(_("The vote is ended without an outcome. What was in the box is destroyed."))
    return redirect(url_for(".show", vote_id=vote.id), 303)
