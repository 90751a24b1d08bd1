from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.clock import today
from app.db import db
from app.dialogues.formats import carried_on
from app.dialogues.models import Dialogue
from app.pages import page
from app.permissions import permit, public
from app.proposals.models import Proposal
from app.votes.box import BoxDamaged
from app.votes.forms import BALLOT_FORMS, MOST_OPTIONS, VoteForm
from app.votes.models import SMALLEST_ELECTORATE, TooFewVoters, Vote

bp = Blueprint("votes", __name__, url_prefix="/votes")
ON_A_PAGE = 50
USUAL_TIME = timedelta(weeks=2)


@bp.get("")
@public
def index():
    query = select(Vote).where(Vote.opened_at.is_not(None)).order_by(Vote.opened_at.desc(), Vote.id.desc())
    return page("votes/index.html", votes=db.session.scalars(query.limit(ON_A_PAGE)).all())


@bp.get("/new/<int:proposal_id>")
@permit("vote.prepare", Proposal)
def new(proposal):
    dialogue = dialogue_asked_for(proposal)
    form = VoteForm(data=words_from(dialogue) if dialogue else {})
    return page("votes/new.html", proposal=proposal, dialogue=dialogue, form=form)


def words_from(dialogue):
    """What the form begins with after a dialogue: its question, and as options what came out of it."""
    options = carried_on(dialogue) if dialogue.is_closed else []
    filled = {"question": dialogue.question, "closes_on": today() + USUAL_TIME}
    if len(options) < 2:
        return filled
    return filled | {"method": "approval", "options": "\n".join(options[:MOST_OPTIONS])}


@bp.post("/new/<int:proposal_id>")
@permit("vote.prepare", Proposal)
def prepare(proposal):
    form, dialogue = VoteForm(), dialogue_asked_for(proposal)
    if not form.validate_on_submit():
        return page("votes/new.html", proposal=proposal, dialogue=dialogue, form=form, status=422)
    facts = {name: value for name, value in form.data.items() if name not in ("options", "csrf_token")}
    vote = Vote.prepare(current_user, proposal, form.labels, dialogue=dialogue, **facts)
    db.session.commit()
    flash(_("The vote is ready. Read it once more: after it opens, nothing can change."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


def dialogue_asked_for(proposal):
    """The dialogue that this vote follows, if it is named and is this proposal's own."""
    dialogue = db.session.get(Dialogue, request.values.get("dialogue", type=int) or 0)
    return dialogue if dialogue and dialogue.proposal_id == proposal.id else None


@bp.get("/<int:vote_id>")
@permit("vote.view", Vote)
def show(vote):
    return show_vote(vote, BALLOT_FORMS[vote.method](vote))


def show_vote(vote, form, status=200):
    if vote.is_closed:
        return page("votes/outcome.html", vote=vote)
    has_voted = vote.has_ballot_of(current_user)
    return page("votes/show.html", vote=vote, form=form, has_voted=has_voted, status=status)


@bp.post("/<int:vote_id>/ballot")
@permit("vote.cast", Vote)
def cast(vote):
    form = BALLOT_FORMS[vote.method](vote)
    if not form.validate_on_submit():
        return show_vote(vote, form, status=422)
    vote.cast(current_user, form.numbers)
    db.session.commit()
    flash(_("Your ballot is in the box. It counts."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


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


@bp.post("/<int:vote_id>/closure")
@permit("vote.close", Vote)
def close(vote):
    try:
        vote.close(by=current_user)
    except BoxDamaged:
        db.session.rollback()
        flash(_("The ballot box cannot be opened. Nothing is lost: put its key back and try again."))
        return redirect(url_for(".show", vote_id=vote.id), 303)
    db.session.commit()
    flash(_("The vote is closed and counted."))
    return redirect(url_for(".show", vote_id=vote.id), 303)
