"""The council's summary of a vote, on one page like that of a dialogue."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.reports.lines import Line, Part, Report, figures
from app.reports.summary import answer_due, asks_part, dates_of_answers, request_lines

MOST_OPTIONS = 4
FIGURES_SHOWN = ("here_ballots", "codes_used")


def summary_of_vote(vote, asked=None):
    """The parts of the page. `asked` are the requests to tell of; else those that came of this vote."""
    if asked is None:
        asked = [request for request in vote.proposal.requests if request.vote_id == vote.id]
    parts = [
        Part("remit", _("What it is about"), remit(vote, asked)),
        asks_part(request_lines(asked), vote.proposal_id),
        decided(vote),
        not_chosen(vote),
        Part("who", _("Who took part"), figures(*FIGURES_SHOWN), note=_("Who voted chose to do so.")),
        Part("absent", _("Who was not there"), [Line(text=_("Who did not vote, and why, is not known."))]),
        Part("dates", _("Dates"), [*dates(vote), *dates_of_answers(asked)]),
    ]
    return Report("summary", _("Summary for the council"), vote.question, vote.language, parts)


def remit(vote, asked):
    proposal = vote.proposal
    lines = [
        Line(_("Proposal"), proposal.title, language=vote.language),
        Line(_("Who could vote"), "" if vote.is_imported else vote.electorate_name),
        Line(_("How the ballots are counted"), vote.method_name),
        answer_due(asked),
    ]
    if proposal.collective:
        lines.insert(0, Line(_("Collective"), proposal.collective.name))
    return [line for line in lines if line.text or line.day or line.is_gap]


def decided(vote):
    """The decision in one sentence, and what was chosen by it."""
    chosen = winners(vote)
    lines = [Line(text=option.label, language=vote.language) for option in chosen[:MOST_OPTIONS]]
    return Part(
        "agree",
        _("What was decided"),
        lines or [Line(text=decision_of(vote))],
        note=decision_of(vote) if lines else "",
        more=len(chosen[MOST_OPTIONS:]),
        address=url_for("votes.show", vote_id=vote.id),
    )


def decision_of(vote):
    return Markup(vote.decision).striptags()


def winners(vote):
    """The options that were chosen; in a vote from elsewhere, those that were chosen there."""
    return [option for option in vote.options if option.was_chosen] or vote.winners


def not_chosen(vote):
    chosen = {option.number for option in winners(vote)}
    others = [option for option in vote.options if option.number not in chosen] if chosen else []
    lines = [Line(text=option.label, language=vote.language) for option in others[:MOST_OPTIONS]]
    return Part(
        "differ",
        _("What was not chosen"),
        lines or [Line(text=_("There is nothing to name here."))],
        more=len(others[MOST_OPTIONS:]),
        address=url_for("votes.show", vote_id=vote.id),
    )


def dates(vote):
    lines = []
    if vote.opened_at:
        lines.append(Line(_("Opened"), day=vote.opened_at.date()))
    if vote.closed_at:
        lines.append(Line(_("Closed"), day=vote.closed_at.date()))
    if vote.counted_at:
        lines.append(Line(_("Counted on"), day=vote.counted_at.date()))
    return lines
