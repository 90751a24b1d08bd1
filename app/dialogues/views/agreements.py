from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.collectives.models import Collective
from app.db import db
from app.dialogues.agreements import Agreement, book_of, versions_of
from app.dialogues.forms import ChangeForm, EndForm, KeepForm
from app.events import events_of
from app.pages import page
from app.permissions import permit

bp = Blueprint("agreements", __name__)


@bp.get("/collectives/<int:collective_id>/agreements")
@permit("collective.view", Collective)
def index(collective):
    """The agreements book of a collective."""
    in_force, ended = book_of(collective)
    return page("agreements/index.html", collective=collective, in_force=in_force, ended=ended)


@bp.get("/agreements/<int:agreement_id>")
@permit("agreement.view", Agreement)
def show(agreement):
    return show_agreement(agreement)


def show_agreement(agreement, status=200, **invalid):
    """An agreement, and for its hosts three ways to end its review."""
    forms = {
        "keeping": KeepForm(prefix="keep-"),
        "changing": ChangeForm(prefix="change-", data={"text": agreement.text}),
        "ending": EndForm(prefix="end-"),
    }
    return page(
        "agreements/show.html",
        agreement=agreement,
        versions=versions_of(agreement),
        concerns=agreement.dialogue.said("concern") if agreement.concerns else [],
        events=events_of(agreement),
        status=status,
        **{**forms, **invalid},
    )


@bp.post("/agreements/<int:agreement_id>/review")
@permit("agreement.review", Agreement)
def keep(agreement):
    form = KeepForm(prefix="keep-")
    if not form.validate_on_submit():
        return show_agreement(agreement, status=422, keeping=form)
    agreement.keep(current_user, form.review_on.data, form.note.data or "")
    db.session.commit()
    flash(_("The agreement stays. It comes back here before the next review."))
    return redirect(url_for(".show", agreement_id=agreement.id), 303)


@bp.post("/agreements/<int:agreement_id>/versions")
@permit("agreement.review", Agreement)
def change(agreement):
    form = ChangeForm(prefix="change-")
    if not form.validate_on_submit():
        return show_agreement(agreement, status=422, changing=form)
    after = agreement.change(current_user, form.text.data, form.review_on.data, form.note.data or "")
    db.session.commit()
    flash(_("The new version stands in the book."))
    return redirect(url_for(".show", agreement_id=after.id), 303)


@bp.post("/agreements/<int:agreement_id>/ending")
@permit("agreement.review", Agreement)
def end(agreement):
    form = EndForm(prefix="end-")
    if not form.validate_on_submit():
        return show_agreement(agreement, status=422, ending=form)
    agreement.end(current_user, form.note.data)
    db.session.commit()
    flash(_("The agreement has ended. It stays readable."))
    return redirect(url_for(".show", agreement_id=agreement.id), 303)
