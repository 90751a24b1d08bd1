from flask import Blueprint, abort, request

from app.clock import today
from app.dialogues.formats import FORMATS
from app.exports.figures_of_one import OF_ONE
from app.exports.tables import measured_of
from app.pages import page
from app.reports.files import ENDINGS, file_of
from app.reports.known import known_of

bp = Blueprint("reports", __name__)


def show(template, report, found, **context):
    return page(template, report=report, found=found, endings=ENDINGS, today=today(), **context)


def hand_out(report, found, ending, number):
    if ending not in ENDINGS:
        abort(404)
    return file_of(report, found, ending, f"{report.kind}-{number}")


def show_figures(about, language, back, **one):
    """The page that says how the figures of one thing were counted, and among how many."""
    found = measured_of(request.path, OF_ONE, **one)
    facts = {"about": about, "language": language, "back": back}
    return page("reports/figures.html", found=found, registry=OF_ONE, **facts)


def outcome_of(dialogue):
    return FORMATS[dialogue.format].harvest(dialogue)


def all_known_of(proposal):
    return known_of(proposal, {face.name: face.title for face in FORMATS.values()}, outcome_of)
