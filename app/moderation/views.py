from datetime import timedelta
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import now
from app.collectives.models import Collective
from app.db import db
from app.dialogues.models import Statement
from app.limits import limited
from app.moderation.forms import (
    AppealDecisionForm,
    AppealForm,
    BanForm,
    RejectionForm,
    RemovalForm,
    ReportForm,
    StatementRejectionForm,
)
from app.moderation.models import (
    DECISIONS,
    UNDONE_BY,
    Appeal,
    Ban,
    Judgement,
    Report,
    judging_people,
    kind_of,
)
from app.pages import page
from app.permissions import permit, public
from app.proposals.amendments import Amendment
from app.proposals.models import Proposal
from app.reasons import REASONS
from app.responses.disputes import Dispute
from app.responses.sightings import Sighting

bp = Blueprint("moderation", __name__, url_prefix="/moderation")
ON_A_PAGE = 50
LATELY = timedelta(days=14)
A_YEAR = timedelta(days=365)
FORMS = {
    "rejection": RejectionForm,
    "removal": RemovalForm,
    "decision": AppealDecisionForm,
    "ban": BanForm,
}


# What waits


@bp.get("")
@permit("statement.moderate")
def index():
    return show_desk()


def show_desk(refused=None):
    """Everything that waits; a form that was refused comes back as it was filled in."""
    pending = pending_statements()
    twins = published_beside(pending)

    def form_for(kind, key):
        if refused and refused.key == key and isinstance(refused, FORMS[kind]):
            return refused
        return FORMS[kind](key, formdata=None)

    def rejection_for(statement):
        key = f"statement-{statement.id}"
        if refused and refused.key == key:
            return refused
        return StatementRejectionForm(key, twins.get(statement.dialogue_id, ()), formdata=None)

    return page(
        "moderation/index.html",
        pending=pending,
        proposals=waiting_proposals(),
        reported=reports_by_thing(),
        appeals=Appeal.open_ones(),
        bans=Ban.running(),
        judged=judged_lately(),
        judging=judging_people(),
        refused=refused,
        form_for=form_for,
        rejection_for=rejection_for,
        status=422 if refused else 200,
    )


def pending_statements():
    query = select(Statement).where(Statement.state == "pending").order_by(Statement.id).limit(ON_A_PAGE)
    return db.session.scalars(query.options(joinedload(Statement.dialogue))).all()


def published_beside(statements):
    """For each dialogue of these statements, those that are published in it."""
    dialogues = {statement.dialogue_id for statement in statements}
    query = select(Statement).where(Statement.dialogue_id.in_(dialogues), Statement.state == "published")
    found = db.session.scalars(query.order_by(Statement.dialogue_id, Statement.id)).all() if dialogues else ()
    return {id_: list(group) for id_, group in groupby(found, key=lambda statement: statement.dialogue_id)}


def waiting_proposals():
    query = select(Proposal).where(Proposal.waits_for == "moderator").order_by(Proposal.id)
    return db.session.scalars(query.limit(ON_A_PAGE)).all()


def reports_by_thing():
    """The live reports, those about the same words together; most reported first."""
    groups = {}
    for report in Report.live():
        groups.setdefault((report.kind, report.thing.id), []).append(report)
    return sorted(groups.values(), key=len, reverse=True)[:ON_A_PAGE]


def judged_lately():
    """What keeps words back since the last weeks: what can be put back, or lead to a ban."""
    recent = Judgement.told(Judgement.is_in_force, Judgement.at >= now() - LATELY).limit(ON_A_PAGE)
    return db.session.scalars(recent.options(joinedload(Judgement.ban), *Judgement.with_things())).all()


# Statements and proposals before others see them


@bp.post("/statements/<int:statement_id>/publication")
@permit("statement.moderate", Statement)
def publish(statement):
    if statement.state != "pending":
        abort(409)
    Judgement.make(current_user, statement, "published")
    return done(_("The statement is published."))


@bp.post("/statements/<int:statement_id>/rejection")
@permit("statement.moderate", Statement)
def reject(statement):
    if statement.state != "pending":
        abort(409)
    twins = published_beside([statement]).get(statement.dialogue_id, ())
    form = StatementRejectionForm(f"statement-{statement.id}", twins)
    if not form.validate_on_submit():
        return show_desk(refused=form)
    Judgement.make(current_user, statement, "rejected", form.reason.data, kept=form.twin)
    return done(_("The statement is not published. Its author can read why."))


@bp.post("/proposals/<int:proposal_id>/publication")
@permit("proposal.moderate", Proposal)
def publish_proposal(proposal):
    Judgement.make(current_user, proposal, "published")
    return done(_("The proposal is published."))


@bp.post("/proposals/<int:proposal_id>/rejection")
@permit("proposal.moderate", Proposal)
def reject_proposal(proposal):
    form = RejectionForm(f"proposal-{proposal.id}")
    if not form.validate_on_submit():
        return show_desk(refused=form)
    Judgement.make(current_user, proposal, "rejected", form.reason.data)
    return done(_("The proposal is given back. Its author can read why."))


def done(sentence):
    """Commit, say what was done, and show what else waits."""
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".index"), 303)


# Reports


@bp.get("/statements/<int:statement_id>/report")
@permit("report.make", Statement)
def report_statement(statement):
    return show_report_form(statement, ReportForm())


@bp.post("/statements/<int:statement_id>/report")
@permit("report.make", Statement)
@limited("report.make")
def make_statement_report(statement):
    return make_report(statement)


@bp.get("/proposals/<int:proposal_id>/report")
@permit("report.make", Proposal)
def report_proposal(proposal):
    return show_report_form(proposal, ReportForm())


@bp.post("/proposals/<int:proposal_id>/report")
@permit("report.make", Proposal)
@limited("report.make")
def make_proposal_report(proposal):
    return make_report(proposal)


@bp.get("/amendments/<int:amendment_id>/report")
@permit("report.make", Amendment)
def report_amendment(amendment):
    return show_report_form(amendment, ReportForm())


@bp.post("/amendments/<int:amendment_id>/report")
@permit("report.make", Amendment)
@limited("report.make")
def make_amendment_report(amendment):
    return make_report(amendment)


@bp.get("/collectives/<int:collective_id>/report")
@permit("report.make", Collective)
def report_collective(collective):
    return show_report_form(collective, ReportForm())


@bp.post("/collectives/<int:collective_id>/report")
@permit("report.make", Collective)
@limited("report.make")
def make_collective_report(collective):
    return make_report(collective)


@bp.get("/disputes/<int:dispute_id>/report")
@permit("report.make", Dispute)
def report_dispute(dispute):
    return show_report_form(dispute, ReportForm())


@bp.post("/disputes/<int:dispute_id>/report")
@permit("report.make", Dispute)
@limited("report.make")
def make_dispute_report(dispute):
    return make_report(dispute)


@bp.get("/sightings/<int:sighting_id>/report")
@permit("report.make", Sighting)
def report_sighting(sighting):
    return show_report_form(sighting, ReportForm())


@bp.post("/sightings/<int:sighting_id>/report")
@permit("report.make", Sighting)
@limited("report.make")
def make_sighting_report(sighting):
    return make_report(sighting)


def show_report_form(thing, form, status=200):
    is_reported = Report.of(current_user, thing) is not None
    kind = kind_of(thing)
    return page(
        "moderation/report.html", thing=thing, kind=kind, form=form, is_reported=is_reported, status=status
    )


def make_report(thing):
    form = ReportForm()
    if Report.of(current_user, thing) or not form.validate_on_submit():
        return show_report_form(thing, form, status=422)
    Report.make(current_user, thing, form.reason.data, form.note.data)
    db.session.commit()
    flash(_("Thank you. A moderator looks at it. You can read here what comes of it."))
    return redirect(url_for("accounts.me"), 303)


@bp.post("/reports/<int:report_id>/removal")
@permit("report.judge", Report)
def remove(report):
    form = RemovalForm(f"report-{report.id}")
    if not form.validate_on_submit():
        return show_desk(refused=form)
    Judgement.make(current_user, report.thing, "removed", form.reason.data)
    return done(_("It is removed. The author can read why, and can appeal."))


@bp.post("/reports/<int:report_id>/dismissal")
@permit("report.judge", Report)
def leave(report):
    Judgement.make(current_user, report.thing, "left")
    return done(_("It stays. Who reported it can read that."))


@bp.post("/judgements/<int:judgement_id>/reversal")
@permit("judgement.undo", Judgement)
def undo(judgement):
    judgement.undo(current_user)
    return done(_("It is back where everybody can read it."))


# Appeals


@bp.get("/judgements/<int:judgement_id>/appeal")
@permit("appeal.make", Judgement)
def appeal(judgement):
    return show_appeal_form(AppealForm(), judgement=judgement)


@bp.post("/judgements/<int:judgement_id>/appeal")
@permit("appeal.make", Judgement)
def make_appeal(judgement):
    return keep_appeal(judgement=judgement)


@bp.get("/bans/<int:ban_id>/appeal")
@permit("ban.appeal", Ban)
def appeal_ban(ban):
    return show_appeal_form(AppealForm(), ban=ban)


@bp.post("/bans/<int:ban_id>/appeal")
@permit("ban.appeal", Ban)
def make_ban_appeal(ban):
    return keep_appeal(ban=ban)


def show_appeal_form(form, judgement=None, ban=None, status=200):
    return page("moderation/appeal.html", form=form, judgement=judgement, ban=ban, status=status)


def keep_appeal(**against):
    form = AppealForm()
    if not form.validate_on_submit():
        return show_appeal_form(form, **against, status=422)
    Appeal.make(current_user, form.text.data, **against)
    db.session.commit()
    flash(_("Your appeal is sent. Somebody who did not judge before reads it."))
    return redirect(url_for("accounts.me"), 303)


@bp.post("/appeals/<int:appeal_id>/decision")
@permit("appeal.decide", Appeal)
def decide_appeal(appeal):
    form = AppealDecisionForm(f"appeal-{appeal.id}")
    if not form.validate_on_submit():
        return show_desk(refused=form)
    appeal.decide(current_user, form.outcome.data, form.answer.data)
    return done(_("The appeal is decided. The author can read why."))


# Bans


@bp.post("/judgements/<int:judgement_id>/ban")
@permit("ban.propose", Judgement)
def propose_ban(judgement):
    form = BanForm(f"judgement-{judgement.id}")
    if not form.validate_on_submit():
        return show_desk(refused=form)
    Ban.propose(current_user, judgement, form.reason.data, form.until.data)
    return done(_("The ban is proposed. It only holds when somebody else confirms it."))


@bp.post("/bans/<int:ban_id>/confirmation")
@permit("ban.confirm", Ban)
def confirm_ban(ban):
    ban.confirm(current_user)
    return done(_("The ban holds now. The person can read why, and can appeal."))


@bp.post("/bans/<int:ban_id>/lifting")
@permit("ban.lift", Ban)
def lift_ban(ban):
    ban.lift(current_user)
    return done(_("There is no ban any more."))


# What everybody may know


@bp.get("/log")
@public
def log():
    counts = Judgement.counts(since=now() - A_YEAR, lately=now() - LATELY)
    told = Judgement.told(Judgement.at >= now() - A_YEAR)
    listing = db.paginate(told, per_page=ON_A_PAGE, error_out=False)
    order = list(DECISIONS)
    return page(
        "moderation/log.html",
        counts=sorted(counts, key=lambda row: (order.index(row.decision), -row[2])),
        bans=Ban.counts(since=now() - A_YEAR, lately=now() - LATELY),
        listing=listing,
        decisions=DECISIONS,
        reasons=REASONS,
        kept_back=tuple(UNDONE_BY),
    )
