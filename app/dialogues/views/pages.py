from datetime import timedelta

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.accounts.consent import Consent
from app.clock import today
from app.core.double_entry import shown_by_channel
from app.db import db
from app.dialogues.course import BY_SOMEBODY, STEP_NAMES, course_of
from app.dialogues.formats import FORMATS, carried_on
from app.dialogues.forms import (
    EXAMPLE,
    AnnouncementForm,
    ChoiceForm,
    DaysForm,
    PhaseForm,
    StopForm,
    phases_form,
)
from app.dialogues.models import CHANNELS, REPEATED, Dialogue, Statement
from app.dialogues.seat import Seat
from app.dialogues.views.blueprint import bp
from app.events import record
from app.limits import limited
from app.pages import page
from app.permissions import may, permit, public
from app.proposals.models import Proposal
from app.text import is_local_path

ON_A_PAGE = 50
USUAL_TIME = timedelta(weeks=2)


@bp.get("")
@public
def index():
    is_public = Dialogue.opened_at.is_not(None) | Dialogue.announced_at.is_not(None)
    query = select(Dialogue).where(is_public).order_by(Dialogue.opened_at.desc().nulls_first())
    return page("dialogues/index.html", dialogues=db.session.scalars(query.limit(ON_A_PAGE)).all())


# Getting one ready


@bp.get("/new/<int:proposal_id>")
@permit("dialogue.prepare", Proposal)
def choose(proposal):
    asked = request.args if "expected" in request.args else None
    form = ChoiceForm({face.name: face.suits for face in FORMATS.values()}, formdata=asked)
    chosen = FORMATS[form.situation.data] if asked and form.validate() else None
    return page(
        "dialogues/choose.html", proposal=proposal, form=form, chosen=chosen, formats=FORMATS.values()
    )


@bp.get("/new/<int:proposal_id>/<string:format_name>")
@permit("dialogue.prepare", Proposal)
def new(proposal, format_name):
    face = face_named(format_name)
    usual = {"decider": g.neighbourhood.decider, "contact": g.neighbourhood.contact}
    if "example" in request.args:
        usual |= {**EXAMPLE, **face.example}
    earlier = dialogue_asked_for(proposal)
    if earlier:
        usual |= {name: getattr(earlier, name) for name in REPEATED} | {"closes_on": today() + USUAL_TIME}
        usual |= face.begin_with(carried_on(earlier))
    form = face.setup(proposal, data=usual)
    return page("dialogues/new.html", proposal=proposal, face=face, form=form, origin=earlier)


@bp.post("/new/<int:proposal_id>/<string:format_name>")
@permit("dialogue.prepare", Proposal)
def prepare(proposal, format_name):
    face = face_named(format_name)
    form, origin = face.setup(proposal), dialogue_asked_for(proposal)
    if not form.validate_on_submit():
        asked = {"proposal": proposal, "face": face, "form": form, "origin": origin}
        return page("dialogues/new.html", **asked, status=422)
    dialogue = Dialogue.prepare(current_user, proposal, format=face.name, origin=origin, **form.card)
    dialogue.phases = face.phases
    fill(dialogue, face, form)
    db.session.commit()
    flash(_("The dialogue is ready. Read it once more, then open it."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


def fill(dialogue, face, form):
    """Put in what it starts with; the words of the form are kept until it opens, to be written anew."""
    dialogue.facts = {**(dialogue.facts or {}), "setup": form.own_words}
    face.prepare(dialogue, form)


@bp.get("/<int:dialogue_id>/card")
@permit("dialogue.rewrite", Dialogue)
def edit(dialogue):
    face = FORMATS[dialogue.format]
    card = {name: getattr(dialogue, name) for name in face.setup_form.CARD}
    form = face.setup(dialogue.proposal, data={**card, **face.setup_of(dialogue)})
    return page("dialogues/edit.html", dialogue=dialogue, face=face, form=form)


@bp.post("/<int:dialogue_id>/card")
@permit("dialogue.rewrite", Dialogue)
def rewrite(dialogue):
    face = FORMATS[dialogue.format]
    form = face.setup(dialogue.proposal)
    if not form.validate_on_submit():
        return page("dialogues/edit.html", dialogue=dialogue, face=face, form=form, status=422)
    dialogue.rewrite(current_user, **form.card)
    fill(dialogue, face, form)
    db.session.commit()
    flash(_("The dialogue is ready. Read it once more, then open it."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


def face_named(name):
    return FORMATS.get(name) or abort(404)


def dialogue_asked_for(proposal):
    """The closed dialogue that this one follows on, if it is named and is this proposal's own."""
    dialogue = db.session.get(Dialogue, request.values.get("dialogue", type=int) or 0)
    ours = dialogue and dialogue.proposal_id == proposal.id and dialogue.is_closed
    return dialogue if ours else None


# Taking part


@bp.get("/<int:dialogue_id>")
@permit("dialogue.view", Dialogue)
def show(dialogue):
    return show_outcome(dialogue) if dialogue.is_closed else show_step(dialogue)


def show_outcome(dialogue, status=200, **invalid):
    face = FORMATS[dialogue.format]
    participant_id, channels = dialogue.attendance(current_user)
    mine, removed = dialogue.set_apart(participant_id)
    found = face.outcome(dialogue)
    forms = {"days": DaysForm()} if face.can_be_repeated else {}
    if face.follows_up and may("dialogue.follow", dialogue):
        seat = Seat(dialogue, current_user)
        forms |= {turn.name: turn.form(seat) for turn in face.follow_ups(seat)}
    return page(
        "dialogues/outcome.html",
        dialogue=dialogue,
        face=face,
        found=found,
        mine=mine,
        removed=removed,
        channels=shown_by_channel(channels),
        channel_names=CHANNELS,
        status=status,
        forms={**forms, **invalid},
    )


def show_step(dialogue, status=200, refused=None, **invalid):
    """What this person can do in a dialogue now, or read of it; `invalid` forms are shown as they are.

    `refused` are the words of somebody who came too late: they are given back.
    """
    face, seat = FORMATS[dialogue.format], Seat(dialogue, current_user)
    mine, removed = dialogue.set_apart(seat.participant and seat.participant.id)
    forms = {turn.name: turn.form(seat) for turn in offered(face, seat)}
    if dialogue.is_unopened:
        forms |= {"announcement": AnnouncementForm(), "stop": StopForm(prefix="stop-")}
    context = face.step(seat, request) if dialogue.is_open else {}
    return page(
        "dialogues/show.html",
        dialogue=dialogue,
        face=face,
        part=face.part_of(dialogue),
        mine=mine,
        removed=removed,
        refused=refused,
        status=status,
        **{**context, "forms": {**forms, **invalid}},
    )


def offered(face, seat):
    """The turns of people, and those of the proposer and the hosts for who is one."""
    doors = {"change": "dialogue.change", "explanation": "dialogue.explain"}
    turns = face.open_turns(seat)
    asked = {turn.through for turn in turns} & set(doors)
    shut = [door for door in asked if not may(doors[door], seat.dialogue)]
    return [turn for turn in turns if turn.through not in shut]


@bp.get("/<int:dialogue_id>/course")
@permit("dialogue.view", Dialogue)
def course(dialogue):
    face = FORMATS[dialogue.format]
    steps = course_of(dialogue)
    names = {**STEP_NAMES, **face.titles}
    told = {"steps": steps, "names": names, "by_somebody": BY_SOMEBODY}
    return page("dialogues/course.html", dialogue=dialogue, face=face, **told)


@bp.get("/formats/<string:format_name>")
@public
def script(format_name):
    """How to lead a dialogue in this format: what to say, how long it takes, what to watch for."""
    return page("dialogues/script.html", face=face_named(format_name))


@bp.post("/<int:dialogue_id>/consent")
@permit("consent.give", Dialogue)
def consent(dialogue):
    """Keep a yes to keeping answers. What had to wait for it is sent again as it was (307)."""
    Consent.give(current_user)
    db.session.commit()
    then = request.form.get("then")
    if is_local_path(then):
        return redirect(then, 307)
    return redirect(url_for(".show", dialogue_id=dialogue.id, _anchor="card", consented=1), 303)


@bp.post("/<int:dialogue_id>/reactions", defaults={"turn": "reaction"})
@bp.post("/<int:dialogue_id>/reactions/<string:turn>")
@permit("dialogue.react", Dialogue)
@limited("dialogue.react")
def react(dialogue, turn):
    return take_turn(dialogue, turn, "reaction")


@bp.post("/<int:dialogue_id>/statements", defaults={"turn": "statement"})
@bp.post("/<int:dialogue_id>/statements/<string:turn>")
@permit("statement.add", Dialogue)
@limited("statement.add")
def add_statement(dialogue, turn):
    return take_turn(dialogue, turn, "statement")


@bp.post("/<int:dialogue_id>/changes/<string:turn>")
@permit("dialogue.change", Dialogue)
def change(dialogue, turn):
    return take_turn(dialogue, turn, "change")


@bp.post("/<int:dialogue_id>/follow-up/<string:turn>")
@permit("dialogue.follow", Dialogue)
def follow_up(dialogue, turn):
    """What the hosts do with an outcome: send words on, tick off what is done."""
    turn = FORMATS[dialogue.format].turn(turn, "follow_up") or abort(404)
    form = turn.form(Seat(dialogue, current_user))
    if not form.validate_on_submit():
        return show_outcome(dialogue, status=422, **{turn.name: form})
    turn.take(dialogue, None, form)
    record("dialogue.changed", dialogue, actor=current_user)
    db.session.commit()
    address = turn.leads_to(dialogue, form)
    if turn.thanks and not address:
        flash(turn.thanks)
    return redirect(address or url_for(".show", dialogue_id=dialogue.id), 303)


@bp.get("/<int:dialogue_id>/table-sheet")
@permit("dialogue.view", Dialogue)
def table_sheet(dialogue):
    """What a table in a room writes on: one page of paper."""
    if not FORMATS[dialogue.format].has_sheet:
        abort(404)
    return page(f"dialogues/formats/{dialogue.format}/sheet.html", dialogue=dialogue)


@bp.post("/<int:dialogue_id>/explanations/<string:turn>")
@permit("dialogue.explain", Dialogue)
@limited("dialogue.react")
def explain(dialogue, turn):
    return take_turn(dialogue, turn, "explanation")


def take_turn(dialogue, name, through):
    """Keep what somebody did, when it is time for it and it is theirs to do."""
    turn = FORMATS[dialogue.format].turn(name, through) or abort(404)
    seat = Seat(dialogue, current_user)
    if not dialogue.is_in(*turn.phases) or not turn.is_for(seat):
        return show_step(dialogue, status=409, refused=words_sent())
    form = turn.form(seat)
    if not form.validate_on_submit():
        return show_step(dialogue, status=422, **{turn.name: form})
    turn.take(dialogue, who_takes_part(dialogue, through), form)
    if through in ("change", "explanation"):
        record("dialogue.changed", dialogue, actor=current_user)
    if step := turn.begins(dialogue, form):
        dialogue.go_to(current_user, *step)
    db.session.commit()
    if turn.thanks:
        flash(turn.thanks)
    # Without a script the page comes anew: thanks stand at its top, what is asked next in its card
    place = None if turn.thanks else "card"
    return redirect(url_for(".show", dialogue_id=dialogue.id, _anchor=place, **turn.after(form)), 303)


def who_takes_part(dialogue, through):
    """Under which number somebody acts here; hosts act as hosts, under none."""
    is_proposer = dialogue.proposal.author_id == current_user.id and current_user.has_consented
    as_host = through == "change" or (through == "explanation" and not is_proposer)
    return None if as_host else dialogue.join(current_user)


def words_sent():
    """What somebody wrote, to give back when it cannot be taken any more."""
    return [value for name, value in request.form.items() if name != "csrf_token" and not value.isdecimal()]


@bp.get("/<int:dialogue_id>/statements")
@permit("dialogue.view", Dialogue)
def statements(dialogue):
    if not dialogue.is_closed or dialogue.format != "statement_round":
        abort(404)
    published = select(Statement).where(
        Statement.dialogue_id == dialogue.id, Statement.state == "published", Statement.kind == "statement"
    )
    order = (Statement.agrees + Statement.disagrees + Statement.passes).desc()
    listing = db.paginate(published.order_by(order, Statement.id), per_page=ON_A_PAGE, error_out=False)
    _mine, removed = dialogue.set_apart(None)
    return page("dialogues/statements.html", dialogue=dialogue, listing=listing, removed=removed)


# Its course


@bp.post("/<int:dialogue_id>/announcement")
@permit("dialogue.announce", Dialogue)
def announce(dialogue):
    form = AnnouncementForm()
    if not form.validate_on_submit():
        return show_step(dialogue, status=422, announcement=form)
    dialogue.announce(current_user, form.opens_on.data)
    db.session.commit()
    flash(_("Everybody can read the card now. The dialogue opens by itself."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/opening")
@permit("dialogue.open", Dialogue)
def open_(dialogue):
    if dialogue.closes_on < today():
        flash(_("The last day to take part is past. Write another day on the card, then open it."))
        return redirect(url_for(".show", dialogue_id=dialogue.id), 303)
    dialogue.open(by=current_user)
    db.session.commit()
    flash(_("The dialogue is open."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.get("/<int:dialogue_id>/phases")
@permit("dialogue.plan", Dialogue)
def phases(dialogue):
    return show_phases(dialogue)


@bp.post("/<int:dialogue_id>/phases")
@permit("dialogue.plan", Dialogue)
def plan(dialogue):
    form = phases_form(dialogue, FORMATS[dialogue.format].titles)
    if not form.validate_on_submit():
        return show_phases(dialogue, days=form, status=422)
    dialogue.reschedule(current_user, form.last_days)
    db.session.commit()
    flash(_("The days are changed."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


def show_phases(dialogue, status=200, **invalid):
    """Where the hosts run the course: other days, another part, the end."""
    face = FORMATS[dialogue.format]
    forms = {
        "days": phases_form(dialogue, face.titles),
        "move": PhaseForm(dialogue, face.reachable(dialogue) if dialogue.phase else {}),
        "stop": StopForm(prefix="stop-"),
    }
    return page("dialogues/phases.html", dialogue=dialogue, status=status, **{**forms, **invalid})


@bp.post("/<int:dialogue_id>/phase")
@permit("dialogue.move", Dialogue)
def move(dialogue):
    form = PhaseForm(dialogue, FORMATS[dialogue.format].reachable(dialogue))
    if not form.validate_on_submit():
        return show_phases(dialogue, move=form, status=422)
    dialogue.go_to(current_user, form.phase.data, form.note.data)
    db.session.commit()
    flash(_("The next part has begun."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/closure")
@permit("dialogue.close", Dialogue)
def close(dialogue):
    dialogue.close(by=current_user)
    db.session.commit()
    flash(_("The dialogue is closed. Everybody can see the outcome."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/stop")
@permit("dialogue.stop", Dialogue)
def stop(dialogue):
    form = StopForm(prefix="stop-")
    if not form.validate_on_submit():
        if dialogue.is_open:
            return show_phases(dialogue, stop=form, status=422)
        return show_step(dialogue, status=422, stop=form)
    dialogue.stop(current_user, form.note.data)
    db.session.commit()
    flash(_("The dialogue has stopped. Everybody can read why."))
    return redirect(url_for(".show", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/repetition")
@permit("dialogue.repeat", Dialogue)
def repeat(dialogue):
    """Hold the same dialogue once more: what changed shows when the outcomes stand side by side."""
    if not FORMATS[dialogue.format].can_be_repeated:
        abort(404)
    form = DaysForm()
    if not form.validate_on_submit():
        return show_outcome(dialogue, status=422, days=form)
    again = dialogue.repeat(
        current_user, closes_on=form.closes_on.data, answer_due_on=form.answer_due_on.data
    )
    db.session.commit()
    flash(_("The dialogue is ready. Read it once more, then open it."))
    return redirect(url_for(".show", dialogue_id=again.id), 303)
