from flask import Blueprint, flash, redirect, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.clock import today
from app.collectives.forms import CollectiveForm
from app.collectives.models import Collective, Membership
from app.db import db
from app.pages import page
from app.permissions import permit, public
from app.proposals.models import Proposal

bp = Blueprint("collectives", __name__, url_prefix="/collectives")


@bp.get("")
@public
def index():
    members = func.count(Membership.person_id)
    query = (
        select(Collective, members).outerjoin(Membership).group_by(Collective.id).order_by(Collective.name)
    )
    return page("collectives/index.html", collectives=db.session.execute(query).all())


@bp.get("/new")
@permit("collective.found")
def new():
    return page("collectives/new.html", form=CollectiveForm())


@bp.post("")
@permit("collective.found")
def found():
    form = CollectiveForm()
    if form.name.data and db.session.scalar(select(Collective).where(Collective.name == form.name.data)):
        form.validate()
        form.name.errors = [_("There is a collective with this name already.")]
    elif form.validate_on_submit():
        collective = Collective.found(
            current_user, form.name.data, form.purpose.data, language=str(get_locale())
        )
        db.session.commit()
        flash(_("The collective is founded."))
        return redirect(url_for(".show", collective_id=collective.id), 303)
    return page("collectives/new.html", form=form, status=422)


@bp.get("/<int:collective_id>")
@permit("collective.view", Collective)
def show(collective):
    stands_on = (
        selectinload(Proposal.dialogues),
        selectinload(Proposal.votes),
        selectinload(Proposal.requests),
        selectinload(Proposal.co_authors),
    )
    proposals = select(Proposal).where(Proposal.collective_id == collective.id).order_by(Proposal.id.desc())
    members = select(func.count()).where(Membership.collective_id == collective.id)
    return page(
        "collectives/show.html",
        collective=collective,
        proposals=db.session.scalars(proposals.options(*stands_on)).all(),
        members=db.session.scalar(members),
        this_year=today().year,
    )


@bp.post("/<int:collective_id>/membership")
@permit("collective.join", Collective)
def join(collective):
    collective.admit(current_user)
    db.session.commit()
    flash(_("You are now a member of %(name)s.", name=collective.name))
    return redirect(url_for(".show", collective_id=collective.id), 303)


@bp.post("/<int:collective_id>/departure")
@permit("collective.leave", Collective)
def leave(collective):
    collective.release(current_user)
    db.session.commit()
    flash(_("You are no longer a member of %(name)s.", name=collective.name))
    return redirect(url_for(".show", collective_id=collective.id), 303)
