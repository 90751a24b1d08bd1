"""The count: two tellers, one device, both papers."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.events import record
from app.pages import page
from app.permissions import permit
from app.votes.box import DAMAGES, BoxDamaged, seals_of
from app.votes.electorate import PAPER
from app.votes.forms import CountForm
from app.votes.models import Vote
from app.votes.papers import Unsettled
from app.votes.views.blueprint import bp, never_kept
from app.votes.views.tellers import try_keys


@bp.get("/<int:vote_id>/count")
@permit("vote.count", Vote)
def counting(vote):
    return show_count(vote, count_form(vote))


def count_form(vote, **kwargs):
    """The two keys; and an explanation, when there are more or fewer papers than marks at the table."""
    form, papers = CountForm(**kwargs), papers_of(vote)
    if papers is None or papers.found == vote.handled(PAPER):
        del form.note
    return form


def papers_of(vote):
    """All papers together; None while a batch does not count."""
    try:
        return vote.pile()
    except Unsettled:
        return None


def show_count(vote, form, status=200, damage=None):
    papers, marked = papers_of(vote), vote.handled(PAPER)
    found = {"form": form, "damage": damage, "seals": len(seals_of(vote.id)), "papers": papers}
    return never_kept(page("votes/count.html", vote=vote, marked=marked, **found, status=status))


@bp.post("/<int:vote_id>/count")
@permit("vote.count", Vote)
def count(vote):
    form = count_form(vote)
    if papers_of(vote) is None:
        return show_count(vote, form, status=409)
    if not form.validate_on_submit():
        return show_count(vote, form, status=422)
    note = form.note.data if form.note else ""
    try:
        if not try_keys(form, lambda: vote.count(current_user, form.keys, note)):
            return show_count(vote, form, status=422)
    except BoxDamaged as damage:
        db.session.rollback()  # nothing was deleted, and that it stopped is no secret
        record("count.stopped", vote, actor=current_user)
        db.session.commit()
        found = DAMAGES[damage.args[0]]
        return show_count(vote, count_form(vote, formdata=None), status=409, damage=found)
    db.session.commit()
    flash(_("The ballots are counted. You can tear up the papers with the keys now."))
    return redirect(url_for(".show", vote_id=vote.id), 303)
