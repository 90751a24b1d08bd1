"""Filling in a ballot, and putting it in the box."""

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.receipts import short, spaced
from app.core.tally.notation import read_choice
from app.db import db
from app.pages import page
from app.permissions import may, permit
from app.votes.ballot_forms import ballot_form
from app.votes.box import tell_once
from app.votes.models import Vote
from app.votes.named import named_choice
from app.votes.table import spaced_number
from app.votes.views.blueprint import bp, never_kept


def ballot_to_fill(vote):
    """An empty ballot. In an open vote it says what somebody chose so far; a sealed one nobody can read."""
    before = None
    if not vote.is_secret and current_user.is_authenticated:
        before = named_choice(vote.id, current_user.id)
    return ballot_form(vote, current_user, before and read_choice(vote.kind, before))


def show_ballot(vote, form, status=200):
    place = vote.place_of(current_user)
    number = vote.number_of(current_user) if vote.tellers and vote.includes(current_user) else None
    known = {"handled": place.handled if place else 0, "number": number and spaced_number(number)}
    if may("proxy.give", vote):
        known |= {"given": vote.proxy_of(current_user), "held": vote.held_by(current_user)}
    return page("votes/show.html", vote=vote, form=form, **known, status=status)


@bp.post("/<int:vote_id>/ballot/draft")
@permit("vote.cast", Vote)
def draft(vote):
    """Show a ballot as it would go in: what is left, the order so far. Nothing of it is kept."""
    form = ballot_form(vote, current_user)
    form.step(request.form.get("step", ""))
    return never_kept(show_ballot(vote, form))


@bp.post("/<int:vote_id>/ballot")
@permit("vote.cast", Vote)
def cast(vote):
    """The receipt stands in this answer only: never in an address, a mail or a log."""
    form = ballot_form(vote, current_user)
    if not form.validate_on_submit():
        return never_kept(show_ballot(vote, form, status=422))
    if not vote.is_secret and not current_user.name:
        form.shows_name.errors = [_("Fill in your name first, on your own page.")]
        return never_kept(show_ballot(vote, form, status=422))
    if vote.is_on_paper(current_user):
        return never_kept(show_ballot(vote, form, status=409))
    is_first = not vote.has_ballot_of(current_user)
    receipt, seal = vote.cast(current_user, form.chosen, form.digits)
    if is_first:
        tell_once(vote, current_user)
    db.session.commit()
    marks = {"receipt": spaced(receipt), "seal": short(seal)} if vote.is_secret else {}
    return never_kept(page("votes/cast.html", vote=vote, **marks))
