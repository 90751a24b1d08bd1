from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.dialogues.models import Statement
from app.moderation.forms import RejectionForm
from app.pages import page
from app.permissions import permit

bp = Blueprint("moderation", __name__, url_prefix="/moderation")
ON_A_PAGE = 50


@bp.get("")
@permit("statement.moderate")
def index():
    return show_queue()


def show_queue(status=200, refused=None, form=None):
    query = select(Statement).where(Statement.state == "pending").order_by(Statement.id).limit(ON_A_PAGE)
    pending = db.session.scalars(query.options(joinedload(Statement.dialogue))).all()
    return page(
        "moderation/index.html", pending=pending, form=form or RejectionForm(), refused=refused, status=status
    )


@bp.post("/statements/<int:statement_id>/publication")
@permit("statement.moderate", Statement)
def publish(statement):
    if statement.state != "pending":
        abort(409)
    statement.publish(by=current_user)
    db.session.commit()
    flash(_("The statement is published."))
    return redirect(url_for(".index"), 303)


@bp.post("/statements/<int:statement_id>/rejection")
@permit("statement.moderate", Statement)
def reject(statement):
    if statement.state != "pending":
        abort(409)
    form = RejectionForm()
    if not form.validate_on_submit():
        return show_queue(status=422, refused=statement.id, form=form)
    statement.reject(by=current_user, reason=form.reason.data)
    db.session.commit()
    flash(_("The statement is not published. Its author can read why."))
    return redirect(url_for(".index"), 303)
