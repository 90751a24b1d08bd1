from flask import Blueprint, Response, abort, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload, undefer

from app.accounts.models import USUAL_SHARE, CodeBatch, Person, SignInLink
from app.accounts.roles import ENDS_SOON, ROLE_MEANINGS, ROLE_NAMES, TERM, Role
from app.admin.forms import (
    BatchForm,
    LostLetterForm,
    NeighbourhoodForm,
    RoleForm,
    RoleTermForm,
    letter_text_form,
)
from app.admin.funnel import STEPS, WELL_ON, drop_off
from app.admin.letters import KIND_NAMES, Letter, example_of, languages_on_paper, sheets_of, standard_texts
from app.backups import is_late, newest_backup_at
from app.clock import today
from app.db import db
from app.dialogues.agreements import agreements_to_review
from app.dialogues.models import Dialogue
from app.events import EVENTS, record
from app.exports.figures import FIGURES
from app.exports.record import COPIES, ON_A_PAGE, ROLES, acts_of, addresses_of, rows_of_acts, subject_name
from app.exports.tables import measured
from app.links import link_to
from app.mail import Mail, mail_works, troubled
from app.moderation.models import waiting_counts
from app.pages import page
from app.permissions import permit
from app.proposals.models import Proposal
from app.responses.models import Request
from app.votes.models import Vote

bp = Blueprint("admin", __name__, url_prefix="/admin")
SOON = 3  # days before an end at which the host is told
MOST_MAILS = 100  # on one page


@bp.get("")
@permit("console.view")
def console():
    new_dialogues, ending_dialogues = unfinished(Dialogue)
    new_votes, ending_votes = unfinished(Vote, lazyload(Vote.options))
    return page(
        "admin/console.html",
        newest_backup_at=newest_backup_at(),
        backup_is_late=is_late(since=g.neighbourhood.founded_at),
        troubled_mails=db.session.scalar(select(func.count()).where(troubled())),
        waiting=waiting_counts(),
        overdue=Request.waiting(Request.due_on < today()),
        reviews=agreements_to_review(),
        drafts=new_dialogues + new_votes,
        ending=ending_dialogues + ending_votes,
        uncounted=votes_to_count(),
        proposals=drafts(),
        roles=roles_ending(),
    )


@bp.get("/funnel")
@permit("console.view")
def funnel():
    facts = {"steps": STEPS, "well_on": WELL_ON, "registry": FIGURES}
    return page("admin/funnel.html", found=measured(), dialogues=drop_off(), **facts)


def drafts():
    """The proposals that their authors still work on."""
    query = select(Proposal).where(Proposal.submitted_at.is_(None), Proposal.waits_for.is_(None))
    return db.session.scalars(query).all()


def votes_to_count():
    """The votes of which the box is closed, and two tellers have not come together yet."""
    waiting = Vote.closed_at.is_not(None) & Vote.counted_at.is_(None) & Vote.voided_at.is_(None)
    return db.session.scalars(select(Vote).where(waiting).options(lazyload(Vote.options))).all()


def roles_ending():
    """The roles that end within a month: time to ask whether somebody goes on, or hands over."""
    soon = select(Role).where(Role.ends_on.between(today(), today() + ENDS_SOON)).order_by(Role.ends_on)
    return db.session.scalars(soon.options(joinedload(Role.person), joinedload(Role.collective))).all()


def unfinished(model, *options):
    """What is in preparation, and what ends soon: two lists."""
    query = (
        select(model).where(model.closed_at.is_(None)).options(*options).order_by(model.closes_on, model.id)
    )
    things = db.session.scalars(query).all()
    ending = [t for t in things if t.is_public and (t.closes_on - today()).days <= SOON]
    return [thing for thing in things if not thing.is_public], ending


@bp.get("/codes")
@permit("batch.make")
def codes():
    return show_codes(BatchForm())


def show_codes(form, status=200):
    query = select(CodeBatch).options(undefer(CodeBatch.used), joinedload(CodeBatch.collective))
    batches = db.session.scalars(query.order_by(CodeBatch.id.desc())).all()
    return page("admin/codes.html", form=form, kinds=KIND_NAMES, batches=batches, status=status)


@bp.post("/codes")
@permit("batch.make")
def make_codes():
    form = BatchForm()
    if form.validate_on_submit() and not g.neighbourhood.says_who_is_responsible:
        form.label.errors = [_("First fill in who is responsible for people's data.")]
    if form.errors:
        return show_codes(form, status=422)
    batch, new_codes = CodeBatch.make(
        current_user, form.label.data, form.size.data, form.kind.data, form.days.data, form.collective
    )
    db.session.commit()
    return print_once(batch, enumerate(new_codes, 1))


@bp.post("/codes/replacement")
@permit("batch.make")
def make_replacement():
    """A letter for somebody who lost their phone; it says nothing of who they are or were."""
    batch, code = CodeBatch.make_replacement(current_user, _("Replacement letter"))
    db.session.commit()
    return print_once(batch, [(1, code)])


def print_once(batch, numbered_codes, kind=None):
    """The sheets come in this answer and never again: the codes themselves are not kept."""
    letters = [Letter(number, code) for number, code in numbered_codes]
    response = make_response(page("admin/letters.html", **sheets_of(batch, letters, kind)))
    response.cache_control.no_store = True
    return response


@bp.get("/codes/examples/<string:kind>")
@permit("batch.make")
def example(kind):
    if kind not in KIND_NAMES:
        abort(404)
    return page("admin/letters.html", is_example=True, **example_of(kind))


@bp.get("/codes/<int:codebatch_id>")
@permit("batch.view", CodeBatch)
def batch(codebatch):
    return show_batch(codebatch, LostLetterForm())


def show_batch(batch, form, status=200):
    return page(
        "admin/batch.html",
        batch=batch,
        form=form,
        weeks=batch.entries_by_week(),
        withdrawn=batch.withdrawn_numbers,
        usual=USUAL_SHARE,
        status=status,
    )


@bp.post("/codes/<int:codebatch_id>/revocation")
@permit("batch.revoke", CodeBatch)
def revoke_codes(codebatch):
    codebatch.revoke(by=current_user)
    db.session.commit()
    flash(_("The codes that nobody used yet no longer work. You can undo this."))
    return redirect(url_for(".batch", codebatch_id=codebatch.id), 303)


@bp.post("/codes/<int:codebatch_id>/restoration")
@permit("batch.restore", CodeBatch)
def restore_codes(codebatch):
    codebatch.restore(by=current_user)
    db.session.commit()
    flash(_("The codes work again."))
    return redirect(url_for(".batch", codebatch_id=codebatch.id), 303)


@bp.post("/codes/<int:codebatch_id>/letters/revocation")
@permit("code.revoke", CodeBatch)
def revoke_letter(codebatch):
    form = LostLetterForm()
    code = codebatch.code_numbered(form.number.data) if form.validate_on_submit() else None
    if form.number.data and not form.errors and (problem := problem_with(code)):
        form.number.errors = [problem]
    if form.errors:
        return show_batch(codebatch, form, status=422)
    code.revoke(by=current_user)
    db.session.commit()
    flash(_("Letter %(number)s no longer works. You can undo this, or print a new one.", number=code.number))
    return redirect(url_for(".batch", codebatch_id=codebatch.id), 303)


def problem_with(code):
    """Why a letter cannot be withdrawn, if so."""
    if code is None:
        return _("There is no letter with this number.")
    if code.is_used:
        return _("This letter was used already. Who came in with it stays in.")
    return _("This letter was withdrawn already.") if code.is_revoked else None


@bp.post("/codes/<int:codebatch_id>/letters/<int:number>/restoration")
@permit("code.restore", CodeBatch)
def restore_letter(codebatch, number):
    withdrawn_letter(codebatch, number).restore(by=current_user)
    db.session.commit()
    flash(_("Letter %(number)s works again.", number=number))
    return redirect(url_for(".batch", codebatch_id=codebatch.id), 303)


@bp.post("/codes/<int:codebatch_id>/letters/<int:number>/replacement")
@permit("code.replace", CodeBatch)
def replace_letter(codebatch, number):
    new_code = withdrawn_letter(codebatch, number).replace(by=current_user)
    db.session.commit()
    return print_once(codebatch, [(number, new_code)], kind="letter")


def withdrawn_letter(batch, number):
    code = batch.code_numbered(number)
    if code is None or not code.is_revoked:
        abort(404)
    return code


@bp.get("/texts")
@permit("text.change")
def texts():
    return show_texts(letter_text_form(languages_on_paper(), g.neighbourhood.letter_text))


def show_texts(form, status=200):
    return page("admin/texts.html", form=form, standard=standard_texts(), status=status)


@bp.post("/texts")
@permit("text.change")
def change_texts():
    form = letter_text_form(languages_on_paper(), {})
    if not form.validate_on_submit():
        return show_texts(form, status=422)
    own = {language: form[language].data for language in languages_on_paper() if form[language].data}
    g.neighbourhood.change(by=current_user, letter_text=own)
    db.session.commit()
    flash(_("The texts are saved."))
    return redirect(url_for(".texts"), 303)


@bp.get("/roles")
@permit("role.view")
def roles():
    return show_roles()


def show_roles(**context):
    people = (joinedload(Role.person), joinedload(Role.deputy), joinedload(Role.collective))
    held = db.session.scalars(select(Role).options(*people).order_by(Role.ends_on, Role.id)).all()
    sections = {kind: [role for role in held if role.kind == kind] for kind in ROLE_NAMES}
    words = {"names": ROLE_NAMES, "meanings": ROLE_MEANINGS}
    return page("admin/roles.html", sections=sections, words=words, **context)


@bp.get("/roles/new")
@permit("role.give")
def new_role():
    return page("admin/new_role.html", form=RoleForm(ends_on=today() + TERM))


@bp.post("/roles")
@permit("role.give")
def give_role():
    """Somebody who is new gets a link to hand over; it is shown once, here."""
    form = RoleForm()
    if not form.validate_on_submit():
        return page("admin/new_role.html", form=form, status=422)
    person = form.somebody or Person(name=form.new_name.data, language=g.neighbourhood.languages[0])
    db.session.add(person)
    Role.give(person, form.role, form.collective, current_user, form.ends_on.data, form.stand_in)
    if form.somebody:
        db.session.commit()
        flash(_("%(name)s has the role.", name=person.name))
        return redirect(url_for(".roles"), 303)
    return show_roles(link=link_for(person), invited=person)


@bp.get("/roles/<int:role_id>")
@permit("role.change", Role)
def role(role):
    form = RoleTermForm(ends_on=max(role.ends_on, today()), deputy=str(role.deputy_id or ""))
    return page("admin/role.html", role=role, form=form)


@bp.post("/roles/<int:role_id>")
@permit("role.change", Role)
def change_role(role):
    form = RoleTermForm()
    if not form.validate_on_submit():
        return page("admin/role.html", role=role, form=form, status=422)
    role.change(current_user, form.ends_on.data, form.stand_in)
    db.session.commit()
    flash(_("The role is changed."))
    return redirect(url_for(".roles"), 303)


@bp.post("/roles/<int:role_id>/ending")
@permit("role.end", Role)
def end_role(role):
    role.end(by=current_user)
    db.session.commit()
    flash(_("The role has ended. You can give it again whenever you like."))
    return redirect(url_for(".roles"), 303)


@bp.post("/roles/<int:role_id>/link")
@permit("role.give", Role)
def make_link(role):
    return show_roles(link=link_for(role.person), invited=role.person)


def link_for(person):
    """A new sign-in link, committed."""
    token = SignInLink.make(person)
    record("link.made", person, actor=current_user)
    db.session.commit()
    return link_to("accounts.sign_in_page", token=token)


@bp.get("/neighbourhood")
@permit("neighbourhood.change")
def neighbourhood():
    return page("admin/neighbourhood.html", form=NeighbourhoodForm(obj=g.neighbourhood))


@bp.post("/neighbourhood")
@permit("neighbourhood.change")
def change_neighbourhood():
    form = NeighbourhoodForm()
    if not form.validate_on_submit():
        return page("admin/neighbourhood.html", form=form, status=422)
    facts = {name: "" if value is None else value for name, value in form.data.items()}
    facts.pop("csrf_token", None)
    g.neighbourhood.change(by=current_user, **facts)
    db.session.commit()
    flash(_("The settings are saved."))
    return redirect(url_for(".neighbourhood"), 303)


@bp.get("/record")
@permit("record.view")
def acts():
    chosen = request.args.get("kind", "")
    listing = db.paginate(acts_of(chosen), per_page=ON_A_PAGE, error_out=False)
    return page(
        "admin/record.html",
        listing=listing,
        addresses=addresses_of(listing.items),
        subject_name=subject_name,
        roles=ROLES,
        kinds=EVENTS,
        chosen=chosen,
    )


@bp.post("/record/copies")
@permit("record.view")
def copy_acts():
    """Hand over the acts as a file. Names leave the house with it, so the record says that, too."""
    write, mimetype = COPIES.get(request.form.get("format")) or abort(422)
    record("record.copied", g.neighbourhood, actor=current_user)
    response = Response(write(rows_of_acts(request.form.get("kind", ""))), mimetype=mimetype)
    db.session.commit()
    response.headers["Content-Disposition"] = f'attachment; filename="record.{request.form["format"]}"'
    response.cache_control.no_store = True
    return response


@bp.get("/mail")
@permit("mail.view")
def mail():
    """How the post goes. Of a mail one sees its day and kind, never to whom it goes."""
    mails = select(Mail).where(Mail.state != "sent").order_by(Mail.id.desc()).limit(MOST_MAILS)
    sent = select(func.count()).where(Mail.state == "sent")
    return page("admin/mail.html", mails=db.session.scalars(mails).all(), sent=db.session.scalar(sent))


@bp.post("/mail/<int:mail_id>/attempts")
@permit("mail.retry", Mail)
def retry_mail(mail):
    if mail.may_be_retried:
        mail.retry(by=current_user)
        db.session.commit()
        flash(_("It will be tried again within a minute."))
    return redirect(url_for(".mail"), 303)


@bp.post("/mail")
@permit("mail.try")
def try_mail():
    """A mail to oneself, to see whether it arrives."""
    if mail_works() and current_user.email:
        name = g.neighbourhood.name
        words = [_l("This is a test from %(name)s. If you read this, mail works.", name=name)]
        subject = _l("A test mail")
        Mail.write("trial", current_user.email, current_user, sender=name, subject=subject, before=words)
        db.session.commit()
        flash(_("The test mail is on its way. Look in your mail in a minute."))
    return redirect(url_for(".mail"), 303)
