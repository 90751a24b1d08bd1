from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.forms import CheckForm, CommentForm, HarvestForm, MinorityReportForm
from app.dialogues.harvest import COMMENT, MINORITY_REPORT, Harvest
from app.dialogues.models import Dialogue
from app.dialogues.views.blueprint import bp
from app.limits import limited
from app.pages import page
from app.permissions import permit
from app.responses.forms import AsksForm
from app.responses.models import answer_due, unsent_asks


@bp.get("/<int:harvest_id>/harvest")
@permit("harvest.view", Harvest)
def harvest(harvest):
    return show_harvest(harvest)


def show_harvest(harvest, status=200, **invalid):
    forms = {
        "check": CheckForm(prefix="check-"),
        "comment": CommentForm(prefix="comment-"),
        "report": MinorityReportForm(prefix="report-"),
        "asks": AsksForm(due_on=answer_due(harvest)) if harvest.is_final else None,
    }
    return page(
        "dialogues/harvest.html",
        harvest=harvest,
        dialogue=harvest.dialogue,
        said=harvest.words(),
        my_check=current_user.is_authenticated and harvest.check_by(current_user),
        forms={**forms, **invalid},
        asks=unsent_asks(harvest),
        came_of_it=came_of(harvest),
        formats=FORMATS.values(),
        status=status,
    )


def came_of(harvest):
    """The requests, votes and dialogues that followed, as far as everybody can see them."""
    proposal = harvest.dialogue.proposal
    return {
        "requests": [request for request in proposal.requests if request.dialogue_id == harvest.id],
        "votes": [vote for vote in proposal.votes if vote.dialogue_id == harvest.id and vote.is_public],
        "dialogues": [d for d in proposal.dialogues if d.origin_id == harvest.id and d.is_public],
    }


@bp.get("/<int:dialogue_id>/harvest/text")
@permit("harvest.write", Dialogue)
def edit_harvest(dialogue):
    return show_harvest_form(dialogue, HarvestForm.begin(dialogue, words_of(dialogue)))


def words_of(dialogue):
    """What the form starts with: the harvest as it stands; before there is one, the outcome."""
    if dialogue.harvest is None:
        return FORMATS[dialogue.format].harvest(dialogue)
    return {name: getattr(dialogue.harvest, name) for name in HarvestForm.PARTS}


def show_harvest_form(dialogue, form, status=200):
    return page("dialogues/harvest_form.html", dialogue=dialogue, form=form, status=status)


@bp.post("/<int:dialogue_id>/harvest")
@permit("harvest.write", Dialogue)
def write_harvest(dialogue):
    form = HarvestForm()
    if not form.validate_on_submit():
        return show_harvest_form(dialogue, form, status=422)
    harvest = Harvest.write(current_user, dialogue, **form.words)
    db.session.commit()
    flash(_("The harvest is saved. Participants can check it now."))
    return to_harvest(harvest)


def to_harvest(harvest):
    return redirect(url_for(".harvest", harvest_id=harvest.id), 303)


@bp.post("/<int:harvest_id>/harvest/checks")
@permit("harvest.check", Harvest)
@limited("statement.add")
def check_harvest(harvest):
    form = CheckForm(prefix="check-")
    if not form.validate_on_submit():
        return show_harvest(harvest, status=422, check=form)
    harvest.check(current_user, form.missing)
    db.session.commit()
    flash(_("Thank you. Your check counts."))
    return to_harvest(harvest)


@bp.post("/<int:harvest_id>/harvest/publication")
@permit("harvest.publish", Harvest)
def publish_harvest(harvest):
    harvest.publish(current_user)
    db.session.commit()
    flash(_("Everybody can read the harvest now, and participants can comment."))
    return to_harvest(harvest)


@bp.post("/<int:harvest_id>/harvest/comments")
@permit("harvest.comment", Harvest)
@limited("statement.add")
def comment_on_harvest(harvest):
    form = CommentForm(prefix="comment-")
    if not form.validate_on_submit():
        return show_harvest(harvest, status=422, comment=form)
    harvest.add_words(current_user, form.text.data, COMMENT)
    db.session.commit()
    flash(_("Thank you. Your comment stands below the harvest."))
    return to_harvest(harvest)


@bp.post("/<int:harvest_id>/harvest/minority-reports")
@permit("harvest.differ", Harvest)
@limited("statement.add")
def add_minority_report(harvest):
    form = MinorityReportForm(prefix="report-")
    if not form.validate_on_submit():
        return show_harvest(harvest, status=422, report=form)
    harvest.add_words(current_user, form.text.data, MINORITY_REPORT)
    db.session.commit()
    flash(_("Thank you. Your minority report is part of the harvest."))
    return to_harvest(harvest)
