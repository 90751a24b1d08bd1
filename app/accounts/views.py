from flask import Blueprint, flash, g, redirect, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.accounts.forms import CodeForm, EmailForm, MailCodeForm, ProfileForm
from app.accounts.mail_proof import MailProof, tell_old_address
from app.accounts.models import AccessCode, Session, SignInLink
from app.core.codes import read_code, spaced
from app.db import db
from app.mail import mail_works
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
    sign_in(person)
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
    sign_in(person)
    db.session.commit()
    return redirect(first_page_of(person), 303)


def first_page_of(person):
    if person.has_role("host"):
        return url_for("admin.console")
    return url_for("public.council" if person.has_role("council") else "public.start")


def sign_in(person):
    """Begin a session under a new token, whatever this browser held before."""
    if current_user.is_authenticated:
        Session.end(current_user.token)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    Session.begin(person)
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
    return page("accounts/me.html", form=ProfileForm(obj=current_user))


@bp.post("/me")
@signed_in
def change_me():
    form = ProfileForm()
    if not form.validate_on_submit():
        return page("accounts/me.html", form=form, status=422)
    current_user.name = form.name.data or None
    current_user.language = session["language"] = form.language.data
    db.session.commit()
    flash(_("Your choices are saved."))
    return redirect(url_for(".me"), 303)


@bp.get("/language/<string:language>")
@public
def choose_language(language):
    """A preference for this browser only; nothing is written in the database."""
    if language in g.languages:
        session["language"] = language
    back = request.args.get("back")
    return redirect(back if is_local_path(back) else url_for("public.home"))


def private_page(template, **context):
    """A page with a secret, in its address or on it: no cache keeps it, and no other page hears of it."""
    response = page(template, **context)
    response.cache_control.no_store = True
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/sign-in")
@public
def sign_in_by_mail():
    return private_page("accounts/sign_in_by_mail.html", form=EmailForm())


@bp.post("/sign-in")
@public
def ask_sign_in_mail():
    """The same answer and the same work, whether we know the address or not."""
    form = EmailForm()
    if not (mail_works() and form.validate_on_submit()):
        return private_page("accounts/sign_in_by_mail.html", form=form, status=422)
    session["mail_proof"] = MailProof.ask(form.email.data)
    db.session.commit()
    return redirect(url_for(".mail_code"), 303)


@bp.get("/me/e-mail")
@signed_in
def my_email():
    return private_page("accounts/my_email.html", form=EmailForm())


@bp.post("/me/e-mail")
@signed_in
def ask_address_mail():
    form = EmailForm()
    if not (mail_works() and form.validate_on_submit()):
        return private_page("accounts/my_email.html", form=form, status=422)
    session["mail_proof"] = MailProof.ask(form.email.data, current_user)
    db.session.commit()
    return redirect(url_for(".mail_code"), 303)


@bp.post("/me/e-mail/removal")
@signed_in
def remove_email():
    if current_user.email:
        tell_old_address(current_user.email, current_user)
        current_user.drop_email()
        db.session.commit()
    flash(_("Your e-mail address is gone from here."))
    return redirect(url_for(".my_email"), 303)


def proof_of_this_browser():
    """What this browser asked for; an address is only proved for who is signed in here now."""
    proof = MailProof.begun_in(session.get("mail_proof", ""))
    return proof if proof and is_for_this_visit(proof) else None


def is_for_this_visit(proof):
    return proof.person_id is None or (current_user.is_authenticated and proof.person_id == current_user.id)


@bp.get("/e-mail")
@public
def mail_code():
    return show_mail_code(proof_of_this_browser())


def show_mail_code(proof, form=None, status=200):
    form = form or MailCodeForm()
    return private_page(
        "accounts/mail_code.html", proof=proof, form=form, status=status if proof and proof.is_alive else 410
    )


@bp.post("/e-mail")
@public
def spend_mail_code():
    proof, form = proof_of_this_browser(), MailCodeForm()
    if proof is None or not form.validate_on_submit():
        return show_mail_code(proof, form, status=422)
    if not proof.takes(form.code.data):
        db.session.commit()
        form.code.errors = [_("This is not the code from the last mail.")]
        return show_mail_code(proof, form, status=422)
    return proven(proof)


@bp.get("/e-mail/<string:token>")
@public
def mail_link(token):
    """A mailed link spends nothing when it is opened: scanners of mail open links too."""
    proof = MailProof.named(token)
    return show_mail_link(token, proof, status=200 if proof else 410)


def show_mail_link(token, proof, status):
    is_here = proof is not None and began_here(proof)
    return private_page("accounts/mail_link.html", token=token, proof=proof, is_here=is_here, status=status)


def began_here(proof):
    return proof.began_in(session.get("mail_proof", "")) and is_for_this_visit(proof)


@bp.post("/e-mail/<string:token>")
@public
def spend_mail_link(token):
    proof = MailProof.named(token)
    if proof is None or not began_here(proof):
        return show_mail_link(token, proof, status=403 if proof else 410)
    return proven(proof)


def proven(proof):
    """The address was shown to be theirs: it is theirs from now, or it signs them in."""
    is_new_address = proof.person_id is not None
    if proof.reader is None:  # the address was removed meanwhile
        return show_mail_code(None)
    person = proof.spend()
    del session["mail_proof"]
    if not is_new_address:
        sign_in(person)
    db.session.commit()
    if not is_new_address:
        return redirect(first_page_of(person), 303)
    flash(_("Your e-mail address is confirmed. You can sign in with it."))
    return redirect(url_for(".my_email"), 303)
