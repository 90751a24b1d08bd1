"""The count: two tellers, one device, both papers."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.events import record
from app.pages import page
from app.permissions import permit
from app.votes.box import DAMAGES, BoxDamaged, seals_of
from app.votes.forms import TwoKeysForm
from app.votes.models import Vote
from app.votes.views.blueprint import bp, never_kept
from app.votes.views.tellers import try_keys


@bp.get("/<int:vote_id>/count")
@permit("vote.count", Vote)
def counting(vote):
    return show_count(vote, TwoKeysForm())


def show_count(vote, form, status=200, damage=None):
    found = {"form": form, "damage": damage, "seals": len(seals_of(vote.id))}
    return never_kept(page("votes/count.html", vote=vote, **found, status=status))


@bp.post("/<int:vote_id>/count")
@permit("vote.count", Vote)
def count(vote):
    form = TwoKeysForm()
    if not form.validate_on_submit():
        return show_count(vote, form, status=422)
    try:
        if not try_keys(form, lambda: vote.count(current_user, form.keys)):
            return show_count(vote, form, status=422)
    except BoxDamaged as damage:
        db.session.rollback()  # nothing was deleted, and that it stopped is no secret
        record("count.stopped", vote, actor=current_user)
        db.session.commit()
        return show_count(vote, TwoKeysForm(formdata=None), status=409, damage=DAMAGES[damage.args[0]])
    db.session.commit()
    flash(_("The ballots are counted. You can tear up the papers with the keys now."))
    return redirect(url_for(".show", vote_id=vote.id), 303)
