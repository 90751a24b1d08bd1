"""The pages of reports, and the same as files."""

from flask import Blueprint, abort, url_for

from app.clock import today
from app.dialogues.formats import FORMATS
from app.dialogues.models import Dialogue
from app.exports.figures_of_one import OF_ONE
from app.exports.tables import measured_of
from app.pages import page
from app.permissions import permit
from app.reports.files import ENDINGS, file_of
from app.reports.one_page import on_one_page
from app.reports.summary import FIGURES_SHOWN, summary_of

bp = Blueprint("reports", __name__)


# The council's summary


@bp.get("/dialogues/<int:dialogue_id>/summary")
@permit("summary.view", Dialogue)
def summary(dialogue):
    report, found = told(dialogue)
    report = on_one_page(report)
    facts = {"dialogue": dialogue, "endings": ENDINGS, "today": today()}
    return page("reports/summary.html", report=report, found=found, **facts)


@bp.get("/dialogues/<int:dialogue_id>/summary/<string:ending>")
@permit("summary.view", Dialogue)
def summary_file(dialogue, ending):
    if ending not in ENDINGS:
        abort(404)
    return file_of(*told(dialogue), ending, f"summary-{dialogue.id}")


def told(dialogue):
    """The summary, and the figures in it. What people said before it closes stays hidden."""
    outcome = FORMATS[dialogue.format].harvest(dialogue) if dialogue.is_closed else {}
    at = url_for("reports.figures_of_dialogue", dialogue_id=dialogue.id)
    return summary_of(dialogue, outcome), measured_of(at, FIGURES_SHOWN, dialogue=dialogue.id)


@bp.get("/dialogues/<int:dialogue_id>/figures")
@permit("summary.view", Dialogue)
def figures_of_dialogue(dialogue):
    at = url_for(".figures_of_dialogue", dialogue_id=dialogue.id)
    back = url_for(".summary", dialogue_id=dialogue.id)
    return show_figures(
        measured_of(at, OF_ONE, dialogue=dialogue.id), dialogue.question, dialogue.language, back
    )


def show_figures(found, about, language, back):
    facts = {"about": about, "language": language, "back": back}
    return page("reports/figures.html", found=found, registry=OF_ONE, **facts)
