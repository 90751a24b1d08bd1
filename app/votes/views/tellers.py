"""What tellers do before a vote opens: get a key on paper, type it back, and try the box."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Person
from app.db import db
from app.limits import TooMany, give_back, take
from app.pages import page
from app.permissions import permit
from app.votes.forms import KeyForm, TellersForm, TwoKeysForm
from app.votes.models import Vote
from app.votes.tellers import (
    REHEARSED_WITH,
    WrongKeys,
    name_tellers,
    rehearse,
    rehearsed_pairs,
    spaced_key,
)
from app.votes.views.blueprint import bp, never_kept


@bp.get("/<int:vote_id>/tellers")
@permit("teller.name", Vote)
def tellers(vote):
    chosen = [teller.person_id for teller in vote.tellers if teller.person_id]
    return page("votes/tellers.html", vote=vote, form=TellersForm(candidates(vote), data={"tellers": chosen}))


@bp.post("/<int:vote_id>/tellers")
@permit("teller.name", Vote)
def name(vote):
    form = TellersForm(candidates(vote))
    if not form.validate_on_submit():
        return page("votes/tellers.html", vote=vote, form=form, status=422)
    name_tellers(vote, current_user, form.chosen)
    db.session.commit()
    flash(_("The tellers are named. Each now gets a key, alone, on this vote's page."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


def candidates(vote):
    """Who can be a teller: people with a name; for a collective's own host, its members."""
    named = Person.with_a_name()
    if current_user.has_role("host"):
        return named
    members = {membership.person_id for membership in vote.collective.memberships}
    return [person for person in named if person.id in members]


@bp.get("/<int:vote_id>/key")
@permit("key.draw", Vote)
def key(vote):
    return page("votes/key.html", vote=vote, teller=vote.teller_of(current_user))


@bp.post("/<int:vote_id>/key")
@permit("key.draw", Vote)
def draw_key(vote):
    """The key stands in this answer only, once."""
    drawn = vote.teller_of(current_user).draw_key()
    db.session.commit()
    return never_kept(page("votes/key_drawn.html", vote=vote, key=spaced_key(drawn)))


@bp.get("/<int:vote_id>/key/proof")
@permit("key.draw", Vote)
def proof(vote):
    return page("votes/key_proof.html", vote=vote, form=KeyForm())


@bp.post("/<int:vote_id>/key/proof")
@permit("key.draw", Vote)
def prove_key(vote):
    form = KeyForm()
    if not form.validate_on_submit():
        return never_kept(page("votes/key_proof.html", vote=vote, form=form, status=422))
    if not vote.teller_of(current_user).prove(form.key.data):
        form.key.errors = [_("This is not your key. Look at the paper once more, sign by sign.")]
        return never_kept(page("votes/key_proof.html", vote=vote, form=form, status=422))
    db.session.commit()
    flash(_("It is right. Keep the paper where nobody else finds it, until the vote is counted."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


@bp.get("/<int:vote_id>/rehearsal")
@permit("vote.rehearse", Vote)
def rehearsal(vote):
    return show_rehearsal(vote, TwoKeysForm())


def show_rehearsal(vote, form, status=200):
    done = len(rehearsed_pairs(vote))
    return never_kept(page("votes/rehearsal.html", vote=vote, form=form, done=done, status=status))


@bp.post("/<int:vote_id>/rehearsal")
@permit("vote.rehearse", Vote)
def try_box(vote):
    form = TwoKeysForm()
    if not form.validate_on_submit():
        return show_rehearsal(vote, form, status=422)
    if not try_keys(form, lambda: rehearse(vote, current_user, form.keys)):
        return show_rehearsal(vote, form, status=422)
    tried = len(rehearsed_pairs(vote))
    db.session.commit()
    if tried < REHEARSED_WITH:
        flash(_("The trial envelope is open. Now once more, with the teller who was not here yet."))
        return redirect(url_for(".rehearsal", vote_id=vote.id), 303)
    flash(_("The trial envelope is open. The box works with everybody's key: a host can open the vote."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


def try_keys(form, act):
    """Do something that takes two keys. Returns whether it was done; else the form says what was wrong."""
    tries = [("key.guess", current_user.id)]
    try:
        take(*tries)
        act()
    except TooMany as too_many:
        form.key_one.errors = [too_many.sentence]
    except WrongKeys as wrong:
        db.session.rollback()
        form.key_one.errors = [why_wrong(wrong)]
    else:
        give_back(*tries)
        return True
    return False


def why_wrong(wrong):
    if wrong.args[0] == "same":
        return _("This is twice the same key. Two tellers are needed.")
    return _("One of the two is not a key of this vote. Look at both papers once more.")
