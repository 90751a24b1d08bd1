from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.accounts.models import CodeBatch
from app.clock import today
from app.db import db
from app.dialogues.formats import carried_on
from app.dialogues.models import Dialogue
from app.pages import page
from app.permissions import permit, public
from app.proposals.models import Proposal
from app.votes.box import seals_of
from app.votes.forms import SealForm, VoidForm, VoteForm
from app.votes.models import COMFORTABLE, SMALLEST_ELECTORATE, TooFewVoters, Vote
from app.votes.named import named_ballots
from app.votes.rule import MOST_OPTIONS
from app.votes.tellers import PAIRS, REHEARSED_WITH, rehearsed_pairs
from app.votes.views.blueprint import bp
from app.votes.views.casting import ballot_to_fill, show_ballot
from app.votes.why import explain

ON_A_PAGE = 50
USUAL_TIME = timedelta(weeks=2)


@bp.get("")
@public
def index():
    query = select(Vote).where(Vote.opened_at.is_not(None)).order_by(Vote.opened_at.desc(), Vote.id.desc())
    return page("votes/index.html", votes=db.session.scalars(query.limit(ON_A_PAGE)).all())


@bp.get("/promises")
@public
def promises():
    return page("votes/promises.html")


@bp.get("/new/<int:proposal_id>")
@permit("vote.prepare", Proposal)
def new(proposal):
    dialogue = dialogue_asked_for(proposal)
    form = VoteForm(batches(), data=words_from(dialogue) if dialogue else {})
    return page("votes/new.html", proposal=proposal, dialogue=dialogue, form=form)


def words_from(dialogue):
    """What the form begins with after a dialogue: its question, and as options what came out of it."""
    options = carried_on(dialogue) if dialogue.is_closed else []
    filled = {"question": dialogue.question, "closes_on": today() + USUAL_TIME}
    if len(options) < 2:
        return filled
    return filled | {"method": "approval", "options": "\n".join(options[:MOST_OPTIONS])}


def batches():
    """The access codes of which the people can be chosen."""
    query = select(CodeBatch).where(CodeBatch.kind != "replacement").order_by(CodeBatch.label, CodeBatch.id)
    return db.session.scalars(query).all()


@bp.post("/new/<int:proposal_id>")
@permit("vote.prepare", Proposal)
def prepare(proposal):
    form, dialogue = VoteForm(batches()), dialogue_asked_for(proposal)
    if not form.validate_on_submit():
        return page("votes/new.html", proposal=proposal, dialogue=dialogue, form=form, status=422)
    asked = {"batches": form.batches.data or (), "dialogue": dialogue, **form.rules}
    vote = Vote.prepare(current_user, proposal, form.labels, **asked)
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
