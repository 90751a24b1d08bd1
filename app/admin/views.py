from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, undefer

from app.accounts.models import ROLES, CodeBatch, Person, SignInLink
from app.accounts.roles import ENDS_SOON, ROLE_NAMES, TERM, Role
from app.admin.forms import BatchForm, NeighbourhoodForm, RoleForm, RoleTermForm
from app.admin.letters import Letter
from app.clock import today
from app.db import db
from app.dialogues.models import Dialogue
from app.events import record
from app.moderation.models import waiting_counts
from app.pages import page
from app.permissions import permit
from app.proposals.models import Proposal
from app.responses.models import CouncilResponse, Request
from app.votes.models import Vote

bp = Blueprint("admin", __name__, url_prefix="/admin")
SOON = 3  # days before an end at which the host is told


@bp.get("")
@permit("console.view")
def console():
    new_dialogues, ending_dialogues = unfinished(Dialogue)
    new_votes, ending_votes = unfinished(Vote, lazyload(Vote.options))
    return page(
        "admin/console.html",
        waiting=waiting_counts(),
        overdue=unanswered(Request.due_on < today()),
        drafts=new_dialogues + new_votes,
        ending=ending_dialogues + ending_votes,
        proposals=drafts(),
        roles=roles_ending(),
    )


def drafts():
    """The proposals that their authors still work on."""
    query = select(Proposal).where(Proposal.submitted_at.is_(None), Proposal.waits_for.is_(None))
    return db.session.scalars(query).all()


def roles_ending():
    """The roles that end within a month: time to ask whether somebody goes on, or hands over."""
    soon = select(Role).where(Role.ends_on.between(today(), today() + ENDS_SOON)).order_by(Role.ends_on)
    return db.session.scalars(soon.options(joinedload(Role.person), joinedload(Role.collective))).all()


def unanswered(condition):
    query = select(Request).outerjoin(CouncilResponse).where(CouncilResponse.request_id.is_(None), condition)
    return db.session.scalars(query.options(lazyload(Request.commitments)).order_by(Request.due_on)).all()


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


@bp.get("/roles")
@permit("role.view")
def roles():
    return show_roles()


def show_roles(**context):
    people = (joinedload(Role.person), joinedload(Role.deputy), joinedload(Role.collective))
    held = db.session.scalars(select(Role).options(*people).order_by(Role.ends_on, Role.id)).all()
    of_collectives = [role for role in held if role.collective_id]
    sections = {name: [role for role in held if role.name == name] for name in ROLES}
    sections["host"] = [role for role in sections["host"] if not role.collective_id]
    return page(
        "admin/roles.html", role_names=ROLE_NAMES, sections=sections, of_collectives=of_collectives, **context
    )


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
