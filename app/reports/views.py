"""The pages of reports, and the same as files."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import today
from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.models import Dialogue
from app.exports.figures_of_one import OF_ONE
from app.exports.tables import measured_of
from app.pages import page
from app.permissions import permit
from app.proposals.models import Proposal
from app.reports import participation as chapters
from app.reports import summary as on_dialogue
from app.reports import vote_summary as on_vote
from app.reports.files import ENDINGS, file_of
from app.reports.forms import ParticipationForm
from app.reports.known import known_of
from app.reports.models import Participation, words_of
from app.reports.one_page import ROOM_BELOW_A_TITLE, on_one_page
from app.votes.models import Vote

bp = Blueprint("reports", __name__)


def show(template, report, found, **context):
    return page(template, report=report, found=found, endings=ENDINGS, today=today(), **context)


def hand_out(report, found, ending, number):
    if ending not in ENDINGS:
        abort(404)
    return file_of(report, found, ending, f"{report.kind}-{number}")


# The council's summary of a dialogue


@bp.get("/dialogues/<int:dialogue_id>/summary")
@permit("summary.view", Dialogue)
def summary(dialogue):
    report, found = told(dialogue)
    return show("reports/summary.html", on_one_page(report), found, dialogue=dialogue)


@bp.get("/dialogues/<int:dialogue_id>/summary/<string:ending>")
@permit("summary.view", Dialogue)
def summary_file(dialogue, ending):
    return hand_out(*told(dialogue), ending, dialogue.id)


def told(dialogue):
    """The summary, and the figures in it. What people said before it closes stays hidden."""
    outcome = outcome_of(dialogue) if dialogue.is_closed else {}
    at = url_for(".figures_of_dialogue", dialogue_id=dialogue.id)
    found = measured_of(at, on_dialogue.FIGURES_SHOWN, dialogue=dialogue.id)
    return on_dialogue.summary_of(dialogue, outcome), found


def outcome_of(dialogue):
    return FORMATS[dialogue.format].harvest(dialogue)


@bp.get("/dialogues/<int:dialogue_id>/figures")
@permit("summary.view", Dialogue)
def figures_of_dialogue(dialogue):
    back = url_for(".summary", dialogue_id=dialogue.id)
    return show_figures(dialogue.question, dialogue.language, back, dialogue=dialogue.id)


def show_figures(about, language, back, **one):
    found = measured_of(request.path, OF_ONE, **one)
    facts = {"about": about, "language": language, "back": back}
    return page("reports/figures.html", found=found, registry=OF_ONE, **facts)


# The same of a vote


@bp.get("/votes/<int:vote_id>/summary")
@permit("outcome.view", Vote)
def vote_summary(vote):
    report, found = told_of_vote(vote)
    return show("reports/vote_summary.html", on_one_page(report), found, vote=vote)


@bp.get("/votes/<int:vote_id>/summary/<string:ending>")
@permit("outcome.view", Vote)
def vote_summary_file(vote, ending):
    return hand_out(*told_of_vote(vote), ending, vote.id)


def told_of_vote(vote):
    at = url_for(".figures_of_vote", vote_id=vote.id)
    return on_vote.summary_of_vote(vote), measured_of(at, on_vote.FIGURES_SHOWN, vote=vote.id)


@bp.get("/votes/<int:vote_id>/figures")
@permit("outcome.view", Vote)
def figures_of_vote(vote):
    back = url_for(".vote_summary", vote_id=vote.id)
    return show_figures(vote.question, vote.language, back, vote=vote.id)


# The participation report of a proposal


@bp.get("/proposals/<int:proposal_id>/participation")
@permit("participation.view", Proposal)
def participation(proposal):
    report, found, known = chapters_of(proposal)
    short = chapters.in_short(proposal, known)
    facts = {"proposal": proposal, "short": short and on_one_page(short, ROOM_BELOW_A_TITLE)}
    return show("reports/participation.html", report, found, **facts)


@bp.get("/proposals/<int:proposal_id>/participation/<string:ending>")
@permit("participation.view", Proposal)
def participation_file(proposal, ending):
    report, found, _known = chapters_of(proposal)
    return hand_out(report, found, ending, proposal.id)


def chapters_of(proposal):
    known = known_of(proposal, {face.name: face.title for face in FORMATS.values()}, outcome_of)
    at = url_for(".figures_of_proposal", proposal_id=proposal.id)
    found = measured_of(at, chapters.FIGURES_SHOWN, proposal=proposal.id)
    words = words_of(Participation, proposal.id)
    return chapters.participation_of(proposal, words, known), found, known


@bp.get("/proposals/<int:proposal_id>/figures")
@permit("participation.view", Proposal)
def figures_of_proposal(proposal):
    back = url_for(".participation", proposal_id=proposal.id)
    return show_figures(proposal.title, proposal.language, back, proposal=proposal.id)


@bp.get("/proposals/<int:proposal_id>/participation/text")
@permit("participation.fill", Proposal)
def edit_participation(proposal):
    form = ParticipationForm(data=words_of(Participation, proposal.id))
    return page("reports/participation_form.html", proposal=proposal, form=form)


@bp.post("/proposals/<int:proposal_id>/participation")
@permit("participation.fill", Proposal)
def fill_participation(proposal):
    form = ParticipationForm()
    if not form.validate_on_submit():
        return page("reports/participation_form.html", proposal=proposal, form=form, status=422)
    Participation.fill(current_user, proposal, **form.words)
    db.session.commit()
    flash(_("The report is saved."))
    return redirect(url_for(".participation", proposal_id=proposal.id), 303)
