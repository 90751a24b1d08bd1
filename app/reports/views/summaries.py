from flask import url_for

from app.dialogues.models import Dialogue
from app.exports.tables import measured_of
from app.permissions import permit
from app.reports import summary as on_dialogue
from app.reports import vote_summary as on_vote
from app.reports.one_page import on_one_page
from app.reports.views.blueprint import bp, hand_out, outcome_of, show, show_figures
from app.votes.models import Vote

# The council's summary of a dialogue


@bp.get("/dialogues/<int:dialogue_id>/summary")
@permit("summary.view", Dialogue)
def summary(dialogue):
    report, found = told(dialogue)
    return show("reports/summary.html", on_one_page(report), found, dialogue=dialogue)


@bp.get("/dialogues/<int:dialogue_id>/summary/<string:ending>")
@permit("summary.view", Dialogue)
def summary_file(dialogue, ending):
    return hand_out(*told(dialogue), ending, dialogue.id)


def told(dialogue):
    """The summary, and the figures in it. What people said before it closes stays hidden."""
    outcome = outcome_of(dialogue) if dialogue.is_closed else {}
    at = url_for(".figures_of_dialogue", dialogue_id=dialogue.id)
    found = measured_of(at, on_dialogue.FIGURES_SHOWN, dialogue=dialogue.id)
    return on_dialogue.summary_of(dialogue, outcome), found


@bp.get("/dialogues/<int:dialogue_id>/figures")
@permit("summary.view", Dialogue)
def figures_of_dialogue(dialogue):
    back = url_for(".summary", dialogue_id=dialogue.id)
    return show_figures(dialogue.question, dialogue.language, back, dialogue=dialogue.id)


# The same of a vote


@bp.get("/votes/<int:vote_id>/summary")
@permit("outcome.view", Vote)
def vote_summary(vote):
    report, found = told_of_vote(vote)
    return show("reports/vote_summary.html", on_one_page(report), found, vote=vote)


@bp.get("/votes/<int:vote_id>/summary/<string:ending>")
@permit("outcome.view", Vote)
def vote_summary_file(vote, ending):
    return hand_out(*told_of_vote(vote), ending, vote.id)


def told_of_vote(vote):
    at = url_for(".figures_of_vote", vote_id=vote.id)
    return on_vote.summary_of_vote(vote), measured_of(at, on_vote.FIGURES_SHOWN, vote=vote.id)


@bp.get("/votes/<int:vote_id>/figures")
@permit("outcome.view", Vote)
def figures_of_vote(vote):
    back = url_for(".vote_summary", vote_id=vote.id)
    return show_figures(vote.question, vote.language, back, vote=vote.id)
