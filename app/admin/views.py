from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.accounts.models import CodeBatch, Person, Role, SignInLink
from app.admin.forms import BatchForm, CouncilForm, NeighbourhoodForm
from app.admin.letters import Letter
from app.clock import today
from app.db import db
from app.dialogues.models import Dialogue, Statement
from app.events import record
from app.mail import Mail, mail_works, troubled
from app.pages import page
from app.permissions import permit
from app.proposals.models import Proposal
from app.responses.models import CouncilResponse, Request
from app.votes.models import Vote

bp = Blueprint("admin", __name__, url_prefix="/admin")
SOON = 3  # days before an end at which the host is told
MOST_MAILS = 100  # on one page


@bp.get("")
@permit("console.view")
def console():
    return page(
        "admin/console.html",
        **counts(pending=Statement.state == "pending", troubled_mails=troubled()),
        overdue=unanswered(Request.due_on < today()),
        drafts=drafts(),
        ending=ending(Dialogue) + ending(Vote),
        proposals=db.session.scalars(select(Proposal).where(Proposal.submitted_at.is_(None))).all(),
    )


def counts(**conditions):
    """How often each condition holds, in one question to the database."""
    each = [select(func.count()).where(holds).scalar_subquery() for holds in conditions.values()]
    return dict(zip(conditions, db.session.execute(select(*each)).one(), strict=True))


def unanswered(condition):
    query = select(Request).outerjoin(CouncilResponse).where(CouncilResponse.request_id.is_(None), condition)
    return db.session.scalars(query.order_by(Request.due_on)).all()


def drafts():
    return [
        *db.session.scalars(select(Dialogue).where(Dialogue.opened_at.is_(None))),
        *db.session.scalars(select(Vote).where(Vote.opened_at.is_(None))),
    ]


def ending(model):
    query = select(model).where(model.opened_at.is_not(None), model.closed_at.is_(None))
    open_now = db.session.scalars(query.order_by(model.closes_on))
    return [thing for thing in open_now if (thing.closes_on - today()).days <= SOON]


@bp.get("/codes")
@permit("batch.make")
def codes():
    return show_codes(BatchForm())


def show_codes(form, status=200):
    query = select(CodeBatch).options(undefer(CodeBatch.used)).order_by(CodeBatch.id.desc())
    return page("admin/codes.html", form=form, batches=db.session.scalars(query).all(), status=status)


@bp.post("/codes")
@permit("batch.make")
def make_codes():
    """The letters come in this answer and never again: the codes themselves are not kept."""
    form = BatchForm()
    if not form.validate_on_submit():
        return show_codes(form, status=422)
    batch, new_codes = CodeBatch.make(current_user, form.label.data, form.size.data)
    db.session.commit()
    letters = [
        Letter(code, url_for("accounts.enter_by_link", code=code, _external=True)) for code in new_codes
    ]
    site = request.host_url.rstrip("/")
    response = make_response(page("admin/letters.html", batch=batch, letters=letters, site=site))
    response.cache_control.no_store = True
    return response


@bp.post("/codes/<int:codebatch_id>/revocation")
@permit("batch.revoke", CodeBatch)
def revoke_codes(codebatch):
    codebatch.revoke(by=current_user)
    db.session.commit()
    flash(_("The codes that nobody used yet no longer work."))
    return redirect(url_for(".codes"), 303)


@bp.get("/council")
@permit("council.invite")
def council():
    return show_council(CouncilForm())


def show_council(form, status=200, **context):
    officers = select(Person).join(Role).where(Role.name == "council").order_by(Person.id)
    return page(
        "admin/council.html", form=form, officers=db.session.scalars(officers).all(), status=status, **context
    )


@bp.post("/council")
@permit("council.invite")
def invite_council():
    """The link is shown once, here. The host hands it over; it works for an hour."""
    form = CouncilForm()
    if not form.validate_on_submit():
        return show_council(form, status=422)
    person = Person(name=form.name.data, language=g.neighbourhood.languages[0])
    person.give_role("council")
    db.session.add(person)
    link = link_for(person)
    return show_council(CouncilForm(formdata=None), link=link, invited=person)


@bp.post("/council/<int:person_id>/link")
@permit("council.invite", Person)
def renew_link(person):
    if not person.has_role("council"):
        return redirect(url_for(".council"), 303)
    return show_council(CouncilForm(formdata=None), link=link_for(person), invited=person)


def link_for(person):
    """A new sign-in link, committed."""
    token = SignInLink.make(person)
    record("council.invited", person, actor=current_user)
    db.session.commit()
    return url_for("accounts.sign_in_page", token=token, _external=True)


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
    facts = {name: value for name, value in form.data.items() if name != "csrf_token"}
    g.neighbourhood.change(by=current_user, **facts)
    db.session.commit()
    flash(_("The settings are saved."))
    return redirect(url_for(".neighbourhood"), 303)


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
