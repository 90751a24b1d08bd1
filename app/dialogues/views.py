from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.accounts.consent import Consent
from app.core.statement_round import next_statement
from app.db import db
from app.dialogues.forms import DialogueForm, StatementForm
from app.dialogues.models import REACTIONS, Dialogue, Statement
from app.fields import lines_of
from app.limits import limited
from app.pages import page
from app.permissions import permit, public
from app.proposals.models import Proposal
from app.text import is_local_path

bp = Blueprint("dialogues", __name__, url_prefix="/dialogues")
ON_A_PAGE = 50
IN_SUMMARY = 5


@bp.get("")
@public
def index():
    query = select(Dialogue).where(Dialogue.opened_at.is_not(None)).order_by(Dialogue.opened_at.desc())
    return page("dialogues/index.html", dialogues=db.session.scalars(query.limit(ON_A_PAGE)).all())


@bp.get("/new/<int:proposal_id>")
@permit("dialogue.prepare", Proposal)
def new(proposal):
    return page("dialogues/new.html", proposal=proposal, form=DialogueForm())


@bp.post("/new/<int:proposal_id>")
@permit("dialogue.prepare", Proposal)
def prepare(proposal):
    form = DialogueForm()
    if not form.validate_on_submit():
        return page("dialogues/new.html", proposal=proposal, form=form, status=422)
    card = {name: value for name, value in form.data.items() if name not in ("seeds", "csrf_token")}
    dialogue = Dialogue.prepare(current_user, proposal, lines_of(form.seeds.data), **card)
    db.session.commit()
    flash(_("The dialogue is ready. Read it once more, then open it."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.get("/<int:dialogue_id>")
@permit("dialogue.view", Dialogue)
def show(dialogue):
    if dialogue.is_closed:
        mine, removed = dialogue.set_apart(dialogue.participant_of(current_user))
        summary = summary_of(dialogue)
        return page("dialogues/outcome.html", dialogue=dialogue, summary=summary, mine=mine, removed=removed)
    return show_round(dialogue, StatementForm())


def show_round(dialogue, form, status=200):
    """The card that this person sees now: the statement asked for, or the one that needs them most."""
    participant = dialogue.participant_of(current_user)
    items = dialogue.round_of(participant)
    todo = [(id_, standing) for id_, standing, value in items if value is None]
    seed = f"{dialogue.id}:{participant.id if participant else ''}"
    asked = request.args.get("statement", type=int)
    statement_id = asked if asked in {id_ for id_, _, _ in items} else next_statement(todo, seed)
    reactions = {id_: value for id_, _, value in items if value is not None}
    just = request.args.get("after", type=int)
    shown = db.session.scalars(select(Statement).where(Statement.id.in_([statement_id, just])))
    by_id = {statement.id: statement for statement in shown}
    mine, removed = dialogue.set_apart(participant)
    return page(
        "dialogues/show.html",
        dialogue=dialogue,
        statement=by_id.get(statement_id),
        reactions=reactions,
        total=len(items),
        before=by_id.get(just) if just in reactions else None,
        mine=mine,
        removed=removed,
        form=form,
        status=status,
    )


@bp.post("/<int:dialogue_id>/consent")
@permit("consent.give", Dialogue)
def consent(dialogue):
    """Keep a yes to keeping answers. What had to wait for it is sent again as it was (307)."""
    Consent.give(current_user)
    db.session.commit()
    then = request.form.get("then")
    if is_local_path(then):
        return redirect(then, 307)
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/reactions")
@permit("dialogue.react", Dialogue)
@limited("dialogue.react")
def react(dialogue):
    statement = db.session.get(Statement, request.form.get("statement", type=int) or 0)
    value = REACTIONS.get(request.form.get("reaction"))
    if (
        statement is None
        or statement.dialogue_id != dialogue.id
        or statement.state != "published"
        or value is None
    ):
        abort(422)
    dialogue.react(current_user, statement, value)
    db.session.commit()
    return redirect(url_for(".show", dialogue_id=dialogue.id, after=statement.id), 303)


@bp.post("/<int:dialogue_id>/statements")
@permit("statement.add", Dialogue)
@limited("statement.add")
def add_statement(dialogue):
    form = StatementForm()
    if not form.validate_on_submit():
        return show_round(dialogue, form, status=422)
    dialogue.add_statement(current_user, form.text.data)
    db.session.commit()
    flash(_("Thank you. A host reads your statement before others see it."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.get("/<int:dialogue_id>/statements")
@permit("dialogue.view", Dialogue)
def statements(dialogue):
    if not dialogue.is_closed:
        abort(404)
    published = select(Statement).where(Statement.dialogue_id == dialogue.id, Statement.state == "published")
    order = (Statement.agrees + Statement.disagrees + Statement.passes).desc()
    listing = db.paginate(published.order_by(order, Statement.id), per_page=ON_A_PAGE, error_out=False)
    _mine, removed = dialogue.set_apart(None)
    return page("dialogues/statements.html", dialogue=dialogue, listing=listing, removed=removed)


@bp.post("/<int:dialogue_id>/opening")
@permit("dialogue.open", Dialogue)
def open_(dialogue):
    dialogue.open(by=current_user)
    db.session.commit()
    flash(_("The dialogue is open."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/closure")
@permit("dialogue.close", Dialogue)
def close(dialogue):
    dialogue.close(by=current_user)
    db.session.commit()
    flash(_("The dialogue is closed. Everybody can see the outcome."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


def summary_of(dialogue):
    """The outcome in kinds: for each kind, how many statements, and the clearest few of them."""
    published = select(Statement).where(Statement.dialogue_id == dialogue.id, Statement.state == "published")
    kinds = {
        "common": [],
        "rejected": [],
        "divided": [],
        "unknown": [],
        "leaning": [],
        "few": [],
        "hidden": [],
    }
    for statement in db.session.scalars(published):
        kinds[statement.standing.kind].append(statement)
    clearness = {
        "common": lambda s: -s.standing.interval[0],
        "rejected": lambda s: s.standing.interval[1],
        "divided": lambda s: (abs(s.standing.agree_share * 2 - 1), -s.standing.reactions),
        "unknown": lambda s: -s.standing.pass_share,
    }
    for kind, order in clearness.items():
        kinds[kind].sort(key=order)
    total = sum(len(found) for found in kinds.values())
    return {"total": total, "kinds": {k: (len(found), found[:IN_SUMMARY]) for k, found in kinds.items()}}
