from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.limits import limited
from app.pages import page
from app.permissions import permit
from app.proposals.authors import CoAuthor
from app.proposals.forms import CoAuthorForm
from app.proposals.models import Proposal
from app.proposals.views.blueprint import bp


@bp.get("/<int:proposal_id>/authors")
@permit("authorship.offer", Proposal)
def authors(proposal):
    return page("proposals/authors.html", proposal=proposal, form=CoAuthorForm(proposal))


@bp.post("/<int:proposal_id>/authors")
@permit("authorship.offer", Proposal)
@limited("proposal.write")
def offer_authorship(proposal):
    form = CoAuthorForm(proposal)
    if not form.validate_on_submit():
        return page("proposals/authors.html", proposal=proposal, form=form, status=422)
    CoAuthor.offer(current_user, proposal, form.person)
    db.session.commit()
    flash(_("%(name)s is asked, and can answer on this proposal or on the page Me.", name=form.person.name))
    return redirect(url_for(".authors", proposal_id=proposal.id), 303)


@bp.post("/<int:proposal_id>/authorship")
@permit("authorship.accept", Proposal)
def accept_authorship(proposal):
    proposal.co_author(current_user).accept()
    db.session.commit()
    flash(_("You write along from now on."))
    return redirect(url_for(".show", proposal_id=proposal.id), 303)


@bp.post("/<int:proposal_id>/authorship/ending")
@permit("authorship.end", Proposal)
def end_authorship(proposal):
    proposal.co_author(current_user).end()
    db.session.commit()
    flash(_("You do not write along on this proposal."))
    return redirect(url_for("accounts.me"), 303)
