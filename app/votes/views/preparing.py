"""Getting a vote ready: what is to be decided, by which method, and the question."""

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
from app.permissions import permit
from app.proposals.models import Proposal
from app.votes.models import Vote
from app.votes.rule import METHOD_NAMES, MOST_OPTIONS
from app.votes.situations import MEANINGS, SITUATIONS
from app.votes.views.blueprint import bp
from app.votes.vote_forms import VoteForm

USUAL_TIME = timedelta(weeks=2)


@bp.get("/ways/<int:proposal_id>")
@permit("vote.prepare", Proposal)
def choose(proposal):
    """What do you want to decide? With a method that suits, and all the others."""
    words = {"situations": SITUATIONS, "method_names": METHOD_NAMES, "meanings": MEANINGS}
    return page("votes/choose.html", proposal=proposal, dialogue=dialogue_asked_for(proposal), **words)


@bp.get("/new/<int:proposal_id>")
@permit("vote.prepare", Proposal)
def new(proposal):
    dialogue = dialogue_asked_for(proposal)
    words = words_from(dialogue) if dialogue else {}
    method = request.args.get("method") or words.pop("method", "yes_no")
    form = VoteForm(method, batches(), data=words)
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
    form, dialogue = VoteForm(request.form.get("method"), batches()), dialogue_asked_for(proposal)
    if not form.validate_on_submit():
        return page("votes/new.html", proposal=proposal, dialogue=dialogue, form=form, status=422)
    asked = {"batches": form.batches.data or (), "costs": form.costs, "dialogue": dialogue, **form.rules}
    vote = Vote.prepare(current_user, proposal, form.labels_in(proposal.language), **asked)
    db.session.commit()
    flash(_("The vote is ready. Read it once more: after it opens, nothing can change."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


def dialogue_asked_for(proposal):
    """The dialogue that this vote follows, if it is named and is this proposal's own."""
    dialogue = db.session.get(Dialogue, request.values.get("dialogue", type=int) or 0)
    return dialogue if dialogue and dialogue.proposal_id == proposal.id else None
