from datetime import timedelta

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import today
from app.db import db
from app.exports.tables import measured_of
from app.pages import page
from app.permissions import permit
from app.proposals.models import Proposal
from app.reports import challenge as asked
from app.reports.forms import ChallengeForm
from app.reports.models import RightToChallenge, words_of
from app.reports.views.blueprint import all_known_of, bp, hand_out, show


@bp.get("/proposals/<int:proposal_id>/right-to-challenge")
@permit("challenge.view", Proposal)
def challenge(proposal):
    return show("reports/challenge.html", *request_of(proposal), proposal=proposal)


@bp.get("/proposals/<int:proposal_id>/right-to-challenge/<string:ending>")
@permit("challenge.view", Proposal)
def challenge_file(proposal, ending):
    return hand_out(*request_of(proposal), ending, proposal.id)


def request_of(proposal):
    at = url_for(".figures_of_proposal", proposal_id=proposal.id)
    found = measured_of(at, asked.FIGURES_SHOWN, proposal=proposal.id)
    words = words_of(RightToChallenge, proposal.id)
    return asked.challenge_of(proposal, words, all_known_of(proposal)), found


@bp.get("/proposals/<int:proposal_id>/right-to-challenge/text")
@permit("challenge.fill", Proposal)
def edit_challenge(proposal):
    form = ChallengeForm.begin(words_of(RightToChallenge, proposal.id))
    return page("reports/challenge_form.html", proposal=proposal, form=form)


@bp.post("/proposals/<int:proposal_id>/right-to-challenge")
@permit("challenge.fill", Proposal)
def fill_challenge(proposal):
    form = ChallengeForm()
    if not form.validate_on_submit():
        return page("reports/challenge_form.html", proposal=proposal, form=form, status=422)
    RightToChallenge.fill(current_user, proposal, **form.words)
    db.session.commit()
    flash(_("The request is saved. Nobody has received it yet."))
    return redirect(url_for(".challenge", proposal_id=proposal.id), 303)


@bp.post("/proposals/<int:proposal_id>/right-to-challenge/submission")
@permit("challenge.send", Proposal)
def hand_in_challenge(proposal):
    words = words_of(RightToChallenge, proposal.id)
    if not words.get("task"):
        flash(_("Fill in first which task you take over."))
        return redirect(url_for(".edit_challenge", proposal_id=proposal.id), 303)
    weeks = words.get("weeks_to_decide") or asked.WEEKS_TO_DECIDE
    decider = g.neighbourhood.decider or _("The municipality")
    text = _("We want to take over this task: %(task)s", task=words["task"])
    due_on = today() + timedelta(weeks=weeks)
    sent = RightToChallenge.hand_in(current_user, proposal, decider, text, due_on)
    db.session.commit()
    flash(_("The request is sent. Everybody can see when an answer is due."))
    return redirect(url_for("responses.show", request_id=sent.id), 303)
