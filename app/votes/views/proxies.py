"""Voting for somebody else: giving a proxy, using one, and what the tellers see of it."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.receipts import short, spaced
from app.core.tally.notation import read_choice
from app.db import db
from app.pages import page
from app.permissions import permit
from app.votes.ballot_forms import ballot_form
from app.votes.forms import PaperProxyForm, ProxyForm, TableForm
from app.votes.models import Vote
from app.votes.named import named_choice
from app.votes.prints import proxy_paper_of
from app.votes.proxies import WHY_NOT, NoProxy, VotedThemselves, tell_of_proxy
from app.votes.table import spaced_number
from app.votes.views.blueprint import bp, never_kept


@bp.get("/<int:vote_id>/proxy")
@permit("proxy.give", Vote)
def proxy(vote):
    return show_proxy(vote, ProxyForm(vote))


def show_proxy(vote, form, status=200):
    given, held = vote.proxy_of(current_user), vote.held_by(current_user)
    number = spaced_number(vote.number_of(current_user))
    known = {"form": form, "given": given, "held": held, "number": number}
    return never_kept(page("votes/proxy.html", vote=vote, **known, status=status))


@bp.post("/<int:vote_id>/proxy")
@permit("proxy.give", Vote)
def give_proxy(vote):
    form = ProxyForm(vote)
    if not form.validate_on_submit():
        return show_proxy(vote, form, status=422)
    holder = vote.voter_numbered(form.holder.data)
    if holder is None:
        form.holder.errors = [_("Nobody on the roll has this number. Look at it once more.")]
        return show_proxy(vote, form, status=422)
    try:
        vote.give_proxy(current_user, holder)
    except NoProxy as no:
        form.holder.errors = [WHY_NOT[no.args[0]]]
        return show_proxy(vote, form, status=422)
    db.session.commit()
    flash(_("%(name)s can vote for you now.", name=holder.name or _("a resident")))
    return redirect(url_for(".proxy", vote_id=vote.id), 303)


@bp.post("/<int:vote_id>/proxy/withdrawal")
@permit("proxy.give", Vote)
def withdraw_proxy(vote):
    given = vote.proxy_of(current_user) or abort(404)
    is_gone = vote.withdraw_proxy(given)
    db.session.commit()
    if is_gone:
        flash(_("You took your vote back. Vote yourself, or give it to somebody else."))
    else:
        flash(_("Your vote was used already. Vote yourself: then your own ballot counts."))
    return redirect(url_for(".show", vote_id=vote.id), 303)


# By who holds one


@bp.get("/<int:vote_id>/proxies/<int:number>")
@permit("proxy.give", Vote)
def for_another(vote, number):
    """The ballot of somebody for whom this person votes."""
    held = held_or_404(vote, number)
    before = None if vote.is_secret else named_choice(vote.id, held.principal_id)
    return show_for_another(vote, held, form_for(vote, before and read_choice(vote.kind, before)))


def held_or_404(vote, number):
    return vote.proxy_held_by(current_user, number) or abort(404)


def form_for(vote, choice=None):
    """The yes to showing the name was given with the proxy."""
    form = ballot_form(vote, current_user, choice)
    if "shows_name" in form:
        del form["shows_name"]
    return form


def show_for_another(vote, held, form, status=200):
    return never_kept(page("votes/for_another.html", vote=vote, proxy=held, form=form, status=status))


@bp.post("/<int:vote_id>/proxies/<int:number>/draft")
@permit("proxy.give", Vote)
def draft_for(vote, number):
    held, form = held_or_404(vote, number), form_for(vote)
    form.step(request.form.get("step", ""))
    return show_for_another(vote, held, form)


@bp.post("/<int:vote_id>/proxies/<int:number>/ballot")
@permit("proxy.give", Vote)
def cast_for(vote, number):
    held, form = held_or_404(vote, number), form_for(vote)
    if held.is_replaced:
        return show_for_another(vote, held, form, status=409)
    if not form.validate_on_submit():
        return show_for_another(vote, held, form, status=422)
    is_first = not held.is_used
    try:
        receipt, seal = vote.cast_for(held, form.chosen, form.digits)
    except VotedThemselves:
        return show_for_another(vote, held, form, status=409)
    if is_first:
        tell_of_proxy(vote, held.principal)
    db.session.commit()
    marks = {"receipt": spaced(receipt), "seal": short(seal)} if vote.is_secret else {}
    return never_kept(page("votes/cast.html", vote=vote, principal=held.principal, **marks))


@bp.post("/<int:vote_id>/proxies/<int:number>/refusal")
@permit("proxy.give", Vote)
def refuse_proxy(vote, number):
    is_gone = vote.withdraw_proxy(held_or_404(vote, number))
    db.session.commit()
    flash(
        _("You do not vote for this person any more.")
        if is_gone
        else _("You voted for this person already. You can change that ballot until the last day.")
    )
    return redirect(url_for(".show", vote_id=vote.id), 303)


# On paper, by the tellers


@bp.get("/<int:vote_id>/proxies/paper")
@permit("vote.view", Vote)
def proxy_paper(vote):
    """A form to give a proxy on paper, to print."""
    if not (vote.takes_proxies and vote.is_open):
        abort(404)
    in_all = "all" in request.args
    return page("votes/proxy_paper.html", vote=vote, paper=proxy_paper_of(vote, in_all), in_all=in_all)


@bp.get("/<int:vote_id>/proxies")
@permit("proxy.view", Vote)
def proxies(vote):
    return show_proxies(vote, PaperProxyForm())


def show_proxies(vote, form, status=200):
    listed = [(one, vote.number_of(one.principal)) for one in vote.proxies()]
    names = {teller.slot: teller.person and teller.person.name for teller in vote.tellers}
    known = {"form": form, "listed": listed, "tellers": names}
    return never_kept(page("votes/proxies.html", vote=vote, **known, status=status))


@bp.post("/<int:vote_id>/proxies")
@permit("proxy.enter", Vote)
def enter_proxy(vote):
    """What somebody gave on paper, typed in by a teller."""
    form = PaperProxyForm()
    if not form.validate_on_submit():
        return show_proxies(vote, form, status=422)
    people = {name: vote.voter_meant(form[name].data) for name in ("principal", "holder")}
    for name, person in people.items():
        if person is None:
            form[name].errors = [_("This finds nobody, or more than one. Take the number or the letter.")]
    if None in people.values():
        db.session.rollback()  # nobody's place is made for a form that cannot count
        return show_proxies(vote, form, status=422)
    try:
        kept = vote.give_proxy(**people, slot=vote.teller_of(current_user).slot)
    except NoProxy as no:
        db.session.rollback()
        form.holder.errors = [WHY_NOT[no.args[0]]]
        return show_proxies(vote, form, status=422)
    db.session.commit()
    flash(_("Write number %(number)s on the paper. Keep it until the vote is counted.", number=kept.slip))
    return redirect(url_for(".proxies", vote_id=vote.id), 303)


@bp.post("/<int:vote_id>/proxies/withdrawal")
@permit("proxy.enter", Vote)
def withdraw_for(vote):
    """Somebody asks a teller to take their vote back."""
    form = TableForm()
    voter = vote.voter_numbered(form.voter.data) if form.validate_on_submit() else None
    given = (voter and vote.proxy_of(voter)) or abort(404)
    is_gone = vote.withdraw_proxy(given)
    db.session.commit()
    flash(
        _("The proxy is withdrawn.")
        if is_gone
        else _("This proxy was used. Who gave it can still vote: then that counts.")
    )
    return redirect(url_for(".proxies", vote_id=vote.id), 303)
