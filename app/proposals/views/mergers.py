from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.pages import page
from app.permissions import may, permit
from app.proposals.forms import MergerForm
from app.proposals.mergers import ask_to_merge, could_take_in, merge, refuse_to_merge
from app.proposals.models import Proposal
from app.proposals.views.blueprint import bp


@bp.get("/<int:proposal_id>/merger")
@permit("proposal.merge", Proposal)
def merger(proposal):
    return page("proposals/merger.html", proposal=proposal, form=MergerForm(could_take_in(proposal)))


@bp.post("/<int:proposal_id>/merger")
@permit("proposal.merge", Proposal)
def choose_merger(proposal):
    form = MergerForm(could_take_in(proposal))
    if not form.validate_on_submit():
        return page("proposals/merger.html", proposal=proposal, form=form, status=422)
    into, both_are_mine = form.chosen, form.chosen.is_by(current_user) and proposal.is_by(current_user)
    if both_are_mine or may("merger.decide", proposal):
        merge(current_user, proposal, into, agreed=both_are_mine)
        sentence = _("The proposals are one now. The authors of both can read it on their page Me.")
    else:
        ask_to_merge(current_user, proposal, into)
        sentence = _("The other authors are asked. Until they answer, nothing changes.")
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".show", proposal_id=proposal.id), 303)


@bp.post("/<int:proposal_id>/merger/agreement")
@permit("merger.agree", Proposal)
def agree_to_merger(proposal):
    merge(current_user, proposal, proposal.goes_into)
    db.session.commit()
    flash(_("The proposals are one now. You write on together."))
    return redirect(url_for(".show", proposal_id=proposal.goes_into_id), 303)


@bp.post("/<int:proposal_id>/merger/refusal")
@permit("merger.refuse", Proposal)
def refuse_merger(proposal):
    refuse_to_merge(current_user, proposal)
    db.session.commit()
    flash(_("Both proposals go on by themselves."))
    return redirect(url_for("accounts.me"), 303)
