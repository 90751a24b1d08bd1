import secrets

from flask import Blueprint, abort, flash, g, make_response, redirect, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from app.accounts.arrival import sign_in
from app.accounts.forms import (
    CodeForm,
    EmailForm,
    MailCodeForm,
    NewPasskeyForm,
    PasskeyForm,
    ProfileForm,
    SpareCodeForm,
)
from app.accounts.mail_proof import MailProof, tell_old_address
from app.accounts.models import AccessCode, Person, Session, SignInLink, SpareCode
from app.accounts.passkeys import (
    Challenge,
    Passkey,
    origin,
    question_to_make,
    question_to_show,
)
from app.clock import today
from app.core.browsers import browser_name
from app.core.codes import read_code, spaced
from app.db import db
from app.dialogues.harvest import waiting_for
from app.i18n import day
from app.limits import TooMany, give_back, take, visitor
from app.mail import mail_works
from app.moderation.models import became_of
from app.pages import page, wait_first
from app.permissions import ConfirmFirst, permit, public, signed_in
from app.proposals.concerns import concerns_of
from app.text import is_local_path
from app.votes.models import duties_of

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
    if not form.validate_on_submit():
        return show_entry(form)
    tries = guesses_of(form.code.data)
    try:
        take(*tries)
    except TooMany as too_many:
        form.code.errors = [too_many.sentence]
        return wait_first(show_entry(form, status=429), too_many)
    person = let_in(form)
    if form.errors:
        return show_entry(form)
    give_back(*tries)
    sign_in(person, "code")
    db.session.commit()
    flash(
        _("Welcome back. You have your old place again.")
        if form.old_code.data
        else _("Welcome. You can take part on this device now.")
    )
    return redirect(url_for("public.start"), 303)


def show_entry(form, status=422):
    return page("accounts/enter.html", form=form, typed=None, status=status)


def guesses_of(typed):
    """What a wrong code counts for; a right one costs nothing, so a street can come in from one address."""
    same = ("code.guess_same", read_code(typed) or typed)
    return ("code.guess", visitor()), ("code.guess_anywhere", "all"), same


def let_in(form):
    """Who may come in with these codes; else None, the reason in the form, and nothing spent."""
    code, old = AccessCode.named(form.code.data), form.old_code.data
    person = Person.who_came_with(old) if old else None
    if not (code and code.lets_in):
        form.code.errors = [refusal_of(code)]
    elif old and person is None:
        reason = _("Nobody came in with this code. Check it, or leave it empty to begin anew.")
        form.old_code.errors = [reason]
    elif old and not code.batch.is_replacement:
        reason = _(
            "This letter is for somebody new. Ask a host for a replacement letter, or leave this empty."
        )
        form.old_code.errors = [reason]
    else:
        return code.give_back_place(person) if person else code.spend(language=str(get_locale()))
    return None


def refusal_of(code):
    if code is None:
        return _("We do not know this code. Check the letters and numbers on your letter.")
    if code.is_used:
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
    then = first_page_for(person)
    return redirect(url_for(".confirmation", then=then) if person.current_roles else then, 303)


def first_page_for(person):
    if not person.current_roles:
        return url_for("public.start")
    return url_for("responses.desk" if person.acting_role == "council" else "admin.console")


@bp.post("/sign-in/passkey/question")
@public
def ask_for_passkey():
    """What a browser is to ask of the device; only the page's script reads this."""
    passkeys = current_user.passkeys if current_user.is_authenticated else []
    question = question_to_show(passkeys, this_browser())
    db.session.commit()
    return question


def this_browser():
    """A name for this browser that changes whenever somebody signs in."""
    return session.setdefault("browser", secrets.token_urlsafe(16))


@bp.get("/sign-in/passkey")
@public
def passkey_page():
    return page("accounts/passkey_sign_in.html", form=PasskeyForm())


@bp.post("/sign-in/passkey")
@public
def sign_in_with_passkey():
    passkey = passkey_shown()
    if passkey is None:
        db.session.commit()
        return page("accounts/passkey_sign_in.html", form=refused_passkey(), status=422)
    sign_in(passkey.person, "passkey")
    passkey.person.session.confirm()
    db.session.commit()
    return redirect(first_page_for(passkey.person), 303)


def passkey_shown():
    """The passkey in what was sent, if it is right. The question is spent either way."""
    return Passkey.shown_in(Challenge.spend(session.get("browser")), request.form.get("passkey"))


def refused_passkey(form=None):
    """A form that says why a passkey did not work, and what to do then."""
    form = form or PasskeyForm(formdata=None)
    if request.form.get("passkey"):
        why = _("This passkey was not accepted. Try once more, or choose the other way.")
    else:
        why = _("Your browser gave no passkey. That takes a recent browser with JavaScript.")
    form.passkey.errors = [why]
    return form


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
    concerns = {"became": became_of(current_user), "mine": concerns_of(current_user)}
    waiting = {"harvests": waiting_for(current_user), "duties": duties_of(current_user)}
    return page("accounts/me.html", form=form, **concerns, **waiting, status=status)


@bp.post("/me")
@permit("account.keep")
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


def show_confirmation(form, then, refused=None, status=200):
    """Ask somebody with a role to show that it is them; what they were sending is kept in the page."""
    asked = {"form": form, "refused": refused, "then": then, "kept": kept_fields()}
    return page("accounts/confirmation.html", **asked, status=status)


def hold_until_confirmed():
    """Ask somebody who was sending something to show first that it is them."""
    kept = [("is_sending", "yes"), *kept_fields()]  # or a press without any field would not go on
    form = SpareCodeForm(formdata=None)
    return page("accounts/confirmation.html", form=form, then=request.full_path, kept=kept, status=403)


def then_asked_for(otherwise=".me"):
    then = request.values.get("then")
    return then if is_local_path(then) else url_for(otherwise)


def kept_fields():
    ours = ("csrf_token", "spare_code", "passkey", "passkey_label", "then")
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


@bp.post("/me/confirmation/passkey")
@signed_in
def confirm_with_passkey():
    passkey = passkey_shown()
    if passkey is None or passkey.person_id != current_user.id:
        db.session.commit()
        empty = SpareCodeForm(formdata=None)
        return show_confirmation(empty, then_asked_for(), refused=refused_passkey(), status=422)
    current_user.session.confirm()
    db.session.commit()
    return go_on()


def go_on():
    """To where somebody was going. A write that had to wait is sent again as it was (307)."""
    return redirect(then_asked_for(), 307 if kept_fields() else 303)


@bp.post("/me/spare-codes")
@permit("account.keep")
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


@bp.get("/me/passkeys")
@permit("account.keep")
def passkeys():
    return show_passkeys(empty_passkey_form())


def empty_passkey_form():
    return NewPasskeyForm(formdata=None, passkey_label=usual_label())


def usual_label():
    return browser_name(request.user_agent.string) or day(today())


def show_passkeys(form, status=200):
    sending = {"then": then_asked_for(otherwise=".passkeys"), "kept": kept_fields()}
    return page("accounts/passkeys.html", form=form, address=origin(), **sending, status=status)


@bp.post("/me/passkeys/question")
@permit("account.keep")
def ask_to_make_passkey():
    """What a browser is to ask of the device; only the page's script reads this."""
    if not current_user.session.may_set_up:
        abort(403)
    place = g.neighbourhood.name
    question = question_to_make(current_user, current_user.name or place, place, this_browser())
    db.session.commit()
    return question


@bp.post("/me/passkeys")
@permit("account.keep")
def add_passkey():
    if not current_user.session.may_set_up:
        raise ConfirmFirst
    form = NewPasskeyForm()
    asked = Challenge.spend(session.get("browser"))
    label = form.passkey_label.data or usual_label()
    if not form.validate_on_submit() or not Passkey.add(current_user, asked, form.passkey.data, label):
        db.session.commit()
        return show_passkeys(form if form.errors else refused_passkey(form), status=422)
    current_user.session.confirm()
    db.session.commit()
    flash(_("The passkey is added. With it you can sign in, and show that it is you."))
    return go_on()


@bp.post("/me/passkeys/<string:name>/removal")
@signed_in
def remove_passkey(name):
    passkey = own(current_user.passkeys, name)
    if not current_user.session.is_confirmed:
        raise ConfirmFirst
    if passkey.is_the_only_way:
        return show_passkeys(empty_passkey_form(), status=422)
    passkey.remove()
    db.session.commit()
    flash(_("The passkey no longer works here. You can also delete it from your device."))
    return redirect(url_for(".passkeys"), 303)


def own(things, name):
    """The one of these that an address names; who looks for another's finds nothing."""
    return next((thing for thing in things if thing.name == name), None) or abort(404)


@bp.get("/me/sessions")
@signed_in
def sessions():
    return page("accounts/sessions.html", sessions=Session.all_of(current_user))


@bp.post("/me/sessions/<string:name>/sign-out")
@signed_in
def sign_out_there(name):
    db.session.delete(own(Session.all_of(current_user), name))
    db.session.commit()
    flash(_("Nobody is signed in there any more."))
    return redirect(url_for(".sessions"), 303)


@bp.post("/me/sessions/sign-out")
@signed_in
def sign_out_everywhere():
    Session.end_all_of(current_user)
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("You are signed out everywhere, also on this device."))
    return redirect(url_for("public.home"), 303)


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
@permit("account.keep")
def my_email():
    return private_page("accounts/my_email.html", form=EmailForm())


@bp.post("/me/e-mail")
@permit("account.keep")
def ask_address_mail():
    form = EmailForm()
    if not (mail_works() and form.validate_on_submit()):
        return private_page("accounts/my_email.html", form=form, status=422)
    session["mail_proof"] = MailProof.ask(form.email.data, current_user)
    db.session.commit()
    return redirect(url_for(".mail_code"), 303)


@bp.post("/me/e-mail/removal")
@permit("account.keep")
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
        sign_in(person, "mail")
    db.session.commit()
    if not is_new_address:
        return redirect(first_page_for(person), 303)
    flash(_("Your e-mail address is confirmed. You can sign in with it."))
    return redirect(url_for(".my_email"), 303)
