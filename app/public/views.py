from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select

from app.audit import short_form
from app.clock import today
from app.db import db
from app.dialogues.harvest import Harvest, waiting_for
from app.dialogues.models import Dialogue
from app.events import latest_event
from app.exports.figures import FIGURES
from app.exports.tables import measured
from app.pages import page
from app.permissions import public, signed_in
from app.responses.models import Commitment, Request
from app.search import SUBJECTS, find
from app.votes.models import Vote

bp = Blueprint("public", __name__)
FEW, SEVERAL = 5, 30
HARVESTS = 3
PAGES = {
    "proposal": ("proposals.show", "proposal_id"),
    "dialogue": ("dialogues.show", "dialogue_id"),
    "statement": ("dialogues.show", "dialogue_id"),
    "vote": ("votes.show", "vote_id"),
    "request": ("responses.show", "request_id"),
}


@bp.get("/")
@public
def home():
    return page(
        "public/home.html",
        dialogues=open_or_announced(),
        votes=open_now(Vote),
        waiting=Request.waiting(),
        commitments=latest_commitments(),
        found=latest_outcomes(),
        figures=measured(),
    )


@bp.get("/start")
@signed_in
def start():
    """The one thing to do now: a vote, a harvest to check or a dialogue; else the front page."""
    for vote in open_now(Vote):
        if vote.includes(current_user) and not vote.has_ballot_of(current_user):
            return redirect(url_for("votes.show", vote_id=vote.id))
    for harvest in waiting_for(current_user):
        if harvest.takes_checks:
            return redirect(url_for("dialogues.harvest", harvest_id=harvest.id))
    for dialogue in open_now(Dialogue):
        return redirect(url_for("dialogues.show", dialogue_id=dialogue.id))
    return redirect(url_for(".home"))


@bp.get("/dashboard")
@public
def dashboard():
    return page(
        "public/dashboard.html",
        dialogues=open_now(Dialogue),
        votes=open_now(Vote),
        waiting=Request.waiting(),
        commitments=latest_commitments(),
        harvests=latest_harvests(),
        found=measured(),
        registry=FIGURES,
    )


@bp.get("/council")
@public
def council():
    return page(
        "public/council.html",
        waiting=Request.waiting(),
        answered=Request.answered(SEVERAL),
        commitments=latest_commitments(SEVERAL),
        dialogues=latest(Dialogue),
        votes=latest(Vote),
        figures=measured(),
        today=today(),
    )


@bp.get("/search")
@public
def search():
    question = request.args.get("q", "")[:100].strip()
    results = [result_of(entry) for entry in find(question)]
    return page("public/search.html", question=question, results=results)


def result_of(entry):
    title, _newline, text = entry["words"].partition("\n")
    kind = SUBJECTS[entry["subject_type"]]
    return {"kind": kind, "title": title, "text": text, "address": address_of(entry)}


def address_of(entry):
    endpoint, key = PAGES[entry["subject_type"]]
    return url_for(endpoint, **{key: entry["page"]})


@bp.get("/about")
@public
def about():
    latest = latest_event()
    return page("public/about.html", latest=latest, seal=short_form(latest.seal) if latest else None)


@bp.get("/rules")
@public
def rules():
    return page("public/rules.html")


def open_now(model):
    query = select(model).where(
        model.opened_at.is_not(None), model.closed_at.is_(None), model.closes_on >= today()
    )
    return db.session.scalars(query.order_by(model.closes_on, model.id)).all()


def open_or_announced():
    """The dialogues that are open, and those that will open on a day that was said."""
    is_public = Dialogue.opened_at.is_not(None) | Dialogue.announced_at.is_not(None)
    query = select(Dialogue).where(is_public, Dialogue.closed_at.is_(None), Dialogue.closes_on >= today())
    return db.session.scalars(query.order_by(Dialogue.closes_on, Dialogue.id)).all()


def latest(model):
    query = select(model).where(model.opened_at.is_not(None)).limit(SEVERAL)
    return db.session.scalars(query.order_by(model.opened_at.desc(), model.id.desc())).all()


def latest_outcomes():
    query = select(Vote).where(Vote.counted_at.is_not(None)).order_by(Vote.counted_at.desc(), Vote.id.desc())
    votes = db.session.scalars(query.limit(FEW)).all()
    query = select(Dialogue).where(Dialogue.closed_at.is_not(None)).order_by(Dialogue.closed_at.desc())
    return [*votes, *db.session.scalars(query.limit(FEW))]


def latest_harvests():
    """The newest harvests that are final: on what people agree, and on what they differ."""
    query = select(Harvest).where(Harvest.finished_on.is_not(None)).order_by(Harvest.finished_on.desc())
    return db.session.scalars(query.limit(HARVESTS)).all()


def latest_commitments(most=FEW):
    return db.session.scalars(select(Commitment).order_by(Commitment.changed_at.desc()).limit(most)).all()
