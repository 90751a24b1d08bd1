from flask import Blueprint, Response, flash, g, json, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from app.accounts.consent import Consent
from app.accounts.privacy import LABELS, RETENTION, all_about, all_kept, erase
from app.clock import now, today
from app.db import db
from app.dialogues.models import withdraw_answers
from app.pages import page
from app.permissions import public, signed_in
from app.privacy.forms import ErasureForm

bp = Blueprint("privacy", __name__)


@bp.get("/me/data")
@signed_in
def mine():
    return page("privacy/mine.html", about_me=all_about(current_user), labels=LABELS)


@bp.get("/me/data/json")
@signed_in
def mine_for_a_computer():
    about_me = [
        {
            "title": str(entry.title),
            "why": str(entry.why),
            "how_long": str(entry.how_long),
            "rows": [{name: plain(value) for name, value in row.items()} for row in rows],
        }
        for entry, rows in all_about(current_user)
    ]
    content = {"neighbourhood": g.neighbourhood.name, "made_at": plain(now()), "kept": about_me}
    return download(json.dumps(content, ensure_ascii=False, indent=2), "json", "application/json")


def plain(value):
    """A fact as JSON knows it."""
    if value is None or isinstance(value, bool | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@bp.get("/me/data/html")
@signed_in
def mine_to_read():
    about_me = all_about(current_user)
    content = render_template("privacy/file.html", about_me=about_me, labels=LABELS, today=today())
    return download(content, "html", "text/html")


def download(content, kind, mimetype):
    """A file for the person alone, under a name that tells nobody what it is about."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="overview.{kind}"'
    response.cache_control.no_store = True
    return response


@bp.post("/me/consent/withdrawal")
@signed_in
def withdraw_consent():
    person = current_user._get_current_object()
    if person.can_take_back:
        withdraw_answers(person)
        Consent.withdraw(person)
        db.session.commit()
        flash(
            _(
                "Done. Your answers in open dialogues are deleted."
                " In closed ones the counts stay, without a link to you."
            )
        )
    return redirect(url_for(".mine"), 303)


@bp.get("/me/erasure")
@signed_in
def erasure():
    return show_erasure(ErasureForm())


def show_erasure(form, status=200):
    held = [role for role in current_user.roles if role.is_current]
    stays = [entry for entry, rows in all_about(current_user) if rows and entry.stays]
    return page("privacy/erasure.html", form=form, held=held, stays=stays, status=status)


@bp.post("/me/erasure")
@signed_in
def erase_me():
    form, person = ErasureForm(), current_user._get_current_object()
    if not form.validate_on_submit() or any(role.is_current for role in person.roles):
        return show_erasure(form, status=422)
    erase(person, words=form.words.data == "erase")
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("You are erased. What is left in the file is wiped within a minute. Thank you for taking part."))
    return redirect(url_for("public.home"), 303)


@bp.get("/privacy")
@public
def statement():
    return page("privacy/statement.html", kept=all_kept(), retention=RETENTION)


@bp.get("/privacy/register")
@public
def register():
    return page("privacy/register.html", kept=all_kept(), retention=RETENTION)


@bp.get("/privacy/assessment")
@public
def assessment():
    return page("privacy/assessment.html")


@bp.get("/toegankelijkheid")
@public
def accessibility():
    return page("privacy/accessibility.html")
