"""Typing in the papers: every batch by two tellers, each on their own screen."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.pages import page
from app.permissions import permit
from app.votes.electorate import PAPER
from app.votes.models import Vote
from app.votes.paper_forms import paper_form, read_paper
from app.votes.papers import MOST_PAPERS
from app.votes.views.blueprint import bp, never_kept


@bp.get("/<int:vote_id>/batches")
@permit("paper.enter", Vote)
def batches(vote):
    found = vote.batches_of_papers()
    known = {"batches": found, "marked": vote.handled(PAPER), "slot": own_slot(vote)}
    known["counted"] = sum(len(batch.settled) for batch in found if batch.counts)
    return never_kept(page("votes/batches.html", vote=vote, **known))


@bp.post("/<int:vote_id>/batches")
@permit("paper.enter", Vote)
def begin_batch(vote):
    batch = vote.begin_batch()
    db.session.commit()
    return to_batch(vote, batch.number)


@bp.get("/<int:vote_id>/batches/<int:number>")
@permit("paper.enter", Vote)
def batch(vote, number):
    return show_batch(vote, batch_of(vote, number))


@bp.get("/<int:vote_id>/batches/<int:number>/papers/<int:place>")
@permit("paper.enter", Vote)
def paper(vote, number, place):
    """One paper again, to look at it and type it anew."""
    return show_batch(vote, batch_of(vote, number), place=place)


def own_slot(vote):
    return vote.teller_of(current_user).slot


def batch_of(vote, number):
    return vote.batch_numbered(number) or abort(404)


def to_batch(vote, number):
    return redirect(url_for(".batch", vote_id=vote.id, number=number), 303)


def show_batch(vote, batch, place=None, form=None, status=200):
    """A batch as its teller has to go on with it: the next paper, or one again, or where readings differ."""
    slot = own_slot(vote)
    mine = batch.reading_of(slot)
    typed = mine.papers if mine else []
    is_done = mine is not None and mine.totals is not None
    if place is not None and not 1 <= place <= len(typed):
        abort(404)
    if not batch.counts and (place or (not is_done and len(typed) < MOST_PAPERS)):
        form = form or paper_form(vote)
    return never_kept(
        page(
            "votes/batch.html",
            vote=vote,
            batch=batch,
            typed=typed,
            is_done=is_done,
            place=place or len(typed) + 1,
            again=place is not None,
            form=form,
            compared=[(other, mine.differences(other)) for other in batch.others(slot)] if is_done else [],
            most=MOST_PAPERS,
            status=status,
        )
    )


@bp.post("/<int:vote_id>/batches/<int:number>/papers/<int:place>")
@permit("paper.enter", Vote)
def write_paper(vote, number, place):
    """The same place again is the same paper: sent twice, it counts once."""
    batch, typed = own_reading(vote, number)
    again = place <= len(typed)
    if not 1 <= place <= min(len(typed) + 1, MOST_PAPERS):
        return show_batch(vote, batch, status=409)
    form = paper_form(vote)
    text = read_paper(vote, form, request.form.get("paper"))
    if text is None:
        return show_batch(vote, batch, place if again else None, form, status=422)
    batch.write(own_slot(vote), place, text)
    db.session.commit()
    said = ", ".join(vote.paper_in_words(text))
    flash(_("Paper %(place)s: %(words)s", place=place, words=said))
    return to_batch(vote, number)


def own_reading(vote, number):
    """A batch that still takes readings, and what this teller typed of it."""
    batch = batch_of(vote, number)
    mine = batch.reading_of(own_slot(vote))
    if batch.counts:
        abort(409)
    return batch, mine.papers if mine else []


@bp.post("/<int:vote_id>/batches/<int:number>/papers/<int:place>/draft")
@permit("paper.enter", Vote)
def draft_paper(vote, number, place):
    """Show a paper as it would be typed in. Nothing of it is kept."""
    batch, typed = own_reading(vote, number)
    form = paper_form(vote)
    form.step(request.form.get("step", ""))
    return show_batch(vote, batch, place if place <= len(typed) else None, form)


@bp.post("/<int:vote_id>/batches/<int:number>/papers/<int:place>/removal")
@permit("paper.enter", Vote)
def take_off_paper(vote, number, place):
    batch, typed = own_reading(vote, number)
    if not 1 <= place <= len(typed):
        return show_batch(vote, batch, status=409)
    batch.take_off(own_slot(vote), place)
    db.session.commit()
    flash(_("Paper %(place)s is off your list.", place=place))
    return to_batch(vote, number)


@bp.post("/<int:vote_id>/batches/<int:number>/completion")
@permit("paper.enter", Vote)
def complete_batch(vote, number):
    batch, typed = own_reading(vote, number)
    if not typed:
        return show_batch(vote, batch, status=409)
    batch.complete(own_slot(vote))
    db.session.commit()
    return to_batch(vote, number)


@bp.post("/<int:vote_id>/batches/<int:number>/reopening")
@permit("paper.enter", Vote)
def reopen_batch(vote, number):
    batch, typed = own_reading(vote, number)
    if not typed:
        return show_batch(vote, batch, status=409)
    batch.reopen(own_slot(vote))
    db.session.commit()
    return to_batch(vote, number)


@bp.post("/<int:vote_id>/batches/<int:number>/removal")
@permit("paper.enter", Vote)
def drop_batch(vote, number):
    batch = batch_of(vote, number)
    vote.drop_batch(current_user, batch)
    db.session.commit()
    flash(_("Batch %(number)s is gone. Type the pile in again under a new number.", number=number))
    return redirect(url_for(".batches", vote_id=vote.id), 303)
