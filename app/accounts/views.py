from flask import Blueprint, flash, g, make_response, redirect, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.accounts.forms import CodeForm, ProfileForm, SpareCodeForm
from app.accounts.models import AccessCode, Session, SignInLink, SpareCode
from app.core.codes import read_code, spaced
from app.db import db
from app.moderation.models import became_of
from app.pages import page
from app.permissions import public, signed_in
from app.text import is_local_path

bp = Blueprint("accounts", __name__)


@bp.get("/code")
@public
def enter():
    return page("accounts/enter.html", form=CodeForm(), typed=None)


@bp.get("/code/<string:code>")
@public
def enter_by_link(code):
    """The page behind a QR: it spends nothing, so that a scanner of links cannot either."""
    code = read_code(code)
    return page("accounts/enter.html", form=CodeForm(code=code and spaced(code)), typed=code)


@bp.post("/code")
@public
def spend_code():
    form = CodeForm()
    code = AccessCode.named(form.code.data) if form.validate_on_submit() else None
    if form.code.data and not (code and code.is_valid):
        form.code.errors = [refusal_of(code)]
    if form.errors:
        return page("accounts/enter.html", form=form, typed=None, status=422)
    person = code.spend(language=str(get_locale()))
    sign_in(person, "code")
    db.session.commit()
    flash(_("Welcome. You can take part on this device now."))
    return redirect(url_for("public.start"), 303)


def refusal_of(code):
    if code is None:
        return _("We do not know this code. Check the letters and numbers on your letter.")
    if code.used_on:
        return _("This code was used already. Each code lets one person in.")
    return _("This code no longer works.")


@bp.get("/sign-in/<string:token>")
@public
def sign_in_page(token):
    link = SignInLink.named(token)
    return page("accounts/sign_in.html", token=token, link=link, status=200 if link else 410)


@bp.post("/sign-in/<string:token>")
@public
def spend_link(token):
    link = SignInLink.named(token)
    if link is None:
        return page("accounts/sign_in.html", token=token, link=None, status=410)
    person = link.spend()
    sign_in(person, "link")
    db.session.commit()
    then = url_for("public.council" if person.acting_role == "council" else "admin.console")
    return redirect(
        url_for(".confirmation", then=then) if person.current_roles else url_for("public.start"), 303
    )


def sign_in(person, origin):
    """Begin a session under a new token, whatever this browser held before."""
    if current_user.is_authenticated:
        Session.end(current_user.token)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    Session.begin(person, origin)
    session.permanent = True
    login_user(person)


@bp.post("/sign-out")
@signed_in
def sign_out():
    Session.end(current_user.token)
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("You are signed out on this device."))
    return redirect(url_for("public.home"), 303)


@bp.get("/me")
@signed_in
def me():
    return show_me(ProfileForm(obj=current_user))


def show_me(form, status=200):
    return page("accounts/me.html", form=form, became=became_of(current_user), status=status)


@bp.post("/me")
@signed_in
def change_me():
    form = ProfileForm()
    if not form.validate_on_submit():
        return show_me(form, status=422)
    current_user.name = form.name.data or None
    current_user.language = session["language"] = form.language.data
    db.session.commit()
    flash(_("Your choices are saved."))
    return redirect(url_for(".me"), 303)


@bp.get("/me/confirmation")
@signed_in
def confirmation():
    return show_confirmation(SpareCodeForm(), then=then_asked_for())


def show_confirmation(form, then, status=200):
    """Ask somebody with a role to show that it is them; what they were sending is kept in the page."""
    return page("accounts/confirmation.html", form=form, then=then, kept=kept_fields(), status=status)


def then_asked_for():
    then = request.values.get("then")
    return then if is_local_path(then) else url_for(".me")


def kept_fields():
    ours = ("csrf_token", "spare_code", "then")
    return [(name, value) for name, value in request.form.items(multi=True) if name not in ours]


@bp.post("/me/confirmation")
@signed_in
def confirm():
    form = SpareCodeForm()
    is_right = form.validate_on_submit() and SpareCode.spend(current_user, form.spare_code.data)
    if form.spare_code.data and not is_right:
        form.spare_code.errors = [_("This is not one of your spare codes, or it was used already.")]
    if not is_right:
        return show_confirmation(form, then_asked_for(), status=422)
    current_user.session.confirm()
    db.session.commit()
    return go_on()


def go_on():
    """To where somebody was going. A write that had to wait is sent again as it was (307)."""
    return redirect(then_asked_for(), 307 if kept_fields() else 303)


@bp.post("/me/spare-codes")
@signed_in
def make_spare_codes():
    """The sheet comes in this answer and never again: the codes themselves are not kept."""
    if not current_user.session.may_set_up:
        return show_confirmation(SpareCodeForm(formdata=None), then_asked_for(), status=403)
    codes = SpareCode.make_sheet(current_user)
    current_user.session.confirm()
    db.session.commit()
    sheet = {"codes": [spaced(code) for code in codes], "then": then_asked_for(), "kept": kept_fields()}
    response = make_response(page("accounts/spare_codes.html", **sheet))
    response.cache_control.no_store = True
    return response


@bp.get("/language/<string:language>")
@public
def choose_language(language):
    """A preference for this browser only; nothing is written in the database."""
    if language in g.languages:
        session["language"] = language
    back = request.args.get("back")
    return redirect(back if is_local_path(back) else url_for("public.home"))
