"""The table: a teller looks somebody up, and marks that this person votes on paper."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.pages import page
from app.permissions import permit
from app.votes.electorate import PAPER
from app.votes.forms import TableForm
from app.votes.models import Vote
from app.votes.prints import paper_of
from app.votes.table import MOST_FOUND
from app.votes.views.blueprint import bp, never_kept


@bp.get("/<int:vote_id>/table")
@permit("paper.mark", Vote)
def table(vote):
    return show_table(vote, TableForm())


@bp.get("/<int:vote_id>/papers")
@permit("paper.print", Vote)
def papers(vote):
    """A sheet of ballot papers, to print."""
    in_all = "all" in request.args
    return page("votes/papers.html", vote=vote, paper=paper_of(vote, in_all), in_all=in_all)


def show_table(vote, form, found=None, status=200):
    """Who is looked up stands in no address, and no browser keeps the page."""
    mistakes = [(mistake, vote.number_of(mistake.person)) for mistake in vote.mistakes()]
    known = {"form": form, "found": found, "most": MOST_FOUND, "mistakes": mistakes}
    known |= {"marked": vote.handled(PAPER), "own_slot": vote.teller_of(current_user).slot}
    return never_kept(page("votes/table.html", vote=vote, **known, status=status))


@bp.post("/<int:vote_id>/table/search")
@permit("paper.mark", Vote)
def look_up(vote):
    form = TableForm()
    if not form.validate_on_submit():
        return show_table(vote, form, status=422)
    found = vote.look_up(form.voter.data)
    if not found:
        form.voter.errors = [_("Nobody on the roll is found with this. Try the number, letter or name.")]
    return show_table(vote, form, found, status=200 if found else 422)


@bp.post("/<int:vote_id>/table/marks")
@permit("paper.mark", Vote)
def mark(vote):
    return with_voter(vote, mark_voter)


def mark_voter(vote, voter):
    if vote.mark_paper(voter):
        return _("Marked: %(name)s votes on paper. Give one ballot paper.", name=named(voter))
    return _("%(name)s was marked before. Give no second paper.", name=named(voter))


@bp.post("/<int:vote_id>/table/mistakes")
@permit("paper.mark", Vote)
def regret(vote):
    return with_voter(vote, regret_mark)


def regret_mark(vote, voter):
    vote.regret(current_user, voter)
    return _("Another teller has to agree that this mark is a mistake.")


@bp.post("/<int:vote_id>/table/corrections")
@permit("paper.mark", Vote)
def undo_mark(vote):
    return with_voter(vote, undo_for)


def undo_for(vote, voter):
    if vote.undo_mark(current_user, voter):
        return _("The mark is undone. %(name)s can vote again, here or on a screen.", name=named(voter))
    return _("Another teller has to agree that this mark is a mistake.")


@bp.post("/<int:vote_id>/table/mistakes/refusal")
@permit("paper.mark", Vote)
def keep_mark(vote):
    return with_voter(vote, keep_for)


def keep_for(vote, voter):
    vote.keep_mark(voter)
    return _("The mark stays.")


def with_voter(vote, act):
    """Do something about the voter that the page named, and go back to an empty table."""
    form = TableForm()
    voter = vote.voter_with(form.voter.data) if form.validate_on_submit() else None
    if voter is None:
        form.voter.errors = form.voter.errors or [_("Look this person up once more.")]
        return show_table(vote, form, status=422)
    said = act(vote, voter)
    db.session.commit()
    flash(said)
    return redirect(url_for(".table", vote_id=vote.id), 303)


def named(voter):
    return voter.name or _("a resident")
