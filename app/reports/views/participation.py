from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.exports.tables import measured_of
from app.pages import page
from app.permissions import permit
from app.proposals.models import Proposal
from app.reports import participation as chapters
from app.reports.forms import ParticipationForm
from app.reports.models import Participation, words_of
from app.reports.one_page import ROOM_BELOW_A_TITLE, on_one_page
from app.reports.views.blueprint import all_known_of, bp, hand_out, show, show_figures


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
    known = all_known_of(proposal)
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
