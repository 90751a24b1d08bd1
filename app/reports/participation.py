"""The participation report of a proposal: what councils ask of it, chapter by chapter.

The chapters are those that VNG, Lansingerland and Maastricht ask for. What is known here fills itself; what
is not, a host writes, and until then it stands as a gap. Names of participants are left out.
"""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import day
from app.reports.lines import Line, Part, Report, figures, points
from app.reports.summary import harvest_words, request_line, summary_of
from app.reports.vote_summary import summary_of_vote

MOST_BROUGHT = 12
FIGURES_SHOWN = (
    *("here_people", "here_not_online", "codes_used", "here_words", "here_reactions", "here_reactions_each"),
    *("here_votes", "here_ballots", "here_requests", "here_answered", "here_commitments", "here_kept"),
)
# What only a host can know, by chapter: the field's name, and what it asks
ASKED = {
    "initiative": {
        "success": _l("When is it a success?"),
        "planning": _l("Planning: what happens when?"),
    },
    "affected": {
        "affected": _l("Who notices it, and how much?"),
        "reached": _l("What did you do to reach them?"),
        "adapted": _l("How did you make it fit what they can do?"),
    },
    "involved": {
        "meetings": _l("Meetings elsewhere: how many, when, with how many people?"),
        "representation": _l("How well do participants resemble everybody who notices it?"),
    },
    "brought": {"brought": _l("Which interests, arguments, objections, ideas and knowledge came in?")},
    "agreed": {"resistance": _l("Where is resistance, and why?")},
    "insight": {"insight": _l("What did you learn that you did not know?")},
    "weighing": {
        "adopted": _l("Which points were adopted, and how did the plan change?"),
        "not_adopted": _l("Which points were not adopted, and why not?"),
        "agreements": _l("Which other agreements were made?"),
    },
    "support": {},
    "mark": {"mark": _l("Which mark did participants give, and how many of them?")},
    "reactions": {"reactions": _l("What did participants write about this report?")},
}


def participation_of(proposal, words, found):
    """The ten chapters. `found` is what is known: dialogues, votes, outcomes, and what people said."""
    chapters = {
        "initiative": (_("The initiative"), initiative(proposal, found)),
        "affected": (_("Who notices it"), affected(found)),
        "involved": (_("How people were involved"), involved(found)),
        "brought": (_("What people brought in"), brought(found)),
        "agreed": (_("On what people agree, and on what not"), agreed(found)),
        "insight": (_("New insight"), []),
        "weighing": (_("What was done with it"), weighing(proposal)),
        "support": (_("How much support there is"), support(found)),
        "mark": (_("What participants think of how it went"), []),
        "reactions": (_("Reactions of participants"), reactions(found)),
    }
    parts = [
        Part(
            name,
            f"{number}. {title}",
            [*known, *written(name, words, proposal.language)],
            note=NOTES.get(name, ""),
            more=found.left_out if name == "brought" else 0,
            address=url_for("proposals.show", proposal_id=proposal.id),
        )
        for number, (name, (title, known)) in enumerate(chapters.items(), 1)
    ]
    return Report("participation", _("Participation report"), proposal.title, proposal.language, parts)


NOTES = {
    "involved": _l(
        "Participants, not a sample: they chose to take part. "
        "This is not the opinion of the whole neighbourhood."
    ),
    "support": _l("Not large, limited or none, but what was counted, and among how many."),
}


def in_short(proposal, found):
    """What a council has to find on the first page: of the largest dialogue, or else of the latest vote."""
    if found.main:
        short = summary_of(found.main, found.outcome, proposal.requests)
    elif found.votes:
        short = summary_of_vote(found.votes[-1], proposal.requests)
    else:
        return None
    short.by_name["remit"].lines.insert(0, Line(_("Question"), short.about, language=short.language))
    return short


def written(chapter, words, language):
    """What a host filled in, or has to."""
    return [
        Line(label, words.get(name, ""), language=language, is_gap=not words.get(name))
        for name, label in ASKED[chapter].items()
    ]


def initiative(proposal, found):
    address = url_for("proposals.show", proposal_id=proposal.id)
    lines = [Line(_("Proposal"), proposal.title, address=address, language=proposal.language)]
    if proposal.collective:
        lines.append(Line(_("Collective"), proposal.collective.name))
    lines += [Line(_("Question"), one.question, language=one.language) for one in found.dialogues]
    lines += [Line(_("Question of the vote"), one.question, language=one.language) for one in found.votes]
    card = found.main
    facts = ((_("Why now"), "why_now"), (_("Fixed"), "fixed"), (_("Still open"), "still_open"))
    for label, name in (*facts, (_("Who decides"), "decider"), (_("Money"), "budget")):
        text = getattr(card, name) if card else ""
        if text or name in ("still_open", "decider"):
            lines.append(Line(label, text, language=proposal.language, is_gap=not text))
    return lines


def affected(found):
    asked = [
        Line(_("For whom"), one.who_may, language=one.language) for one in found.dialogues if one.who_may
    ]
    return [*asked, *figures("codes_used")]


def involved(found):
    lines = []
    for one in found.dialogues:
        address = url_for("dialogues.show", dialogue_id=one.id)
        lines.append(Line(found.format_names[one.id], days_of(one), address=address))
    for one in found.votes:
        address = url_for("votes.show", vote_id=one.id)
        lines.append(Line(_("Vote"), days_of(one), address=address))
    if found.main:
        lines.append(Line(_("Influence"), found.main.level_name))
    return [*lines, *figures("here_people", "here_not_online")]


def days_of(thing):
    last = thing.closed_at or thing.closes_on
    if thing.opened_at is None:
        return _("until %(last)s", last=day(last))
    return _("%(first)s to %(last)s", first=day(thing.opened_at), last=day(last))


def brought(found):
    said = [Line(one.kind_name, one.text, language=found.language) for one in found.contributions]
    return [*figures("here_words", "here_reactions", "here_reactions_each"), *said]


def agreed(found):
    """Of each dialogue what its harvest says, or else what was counted."""
    lines = []
    labels = {
        "agreed": _("They agree"), "differ": _("They differ"), "one_side": _("One side says"),
        "other_side": _("The other side says"), "absent": _("Who was not there"),
    }  # fmt: skip
    for one in found.dialogues:
        harvest = one.harvest if one.harvest and one.harvest.is_public else None
        counted = found.outcome if one is found.main else {}
        words = harvest_words(harvest) if harvest else counted
        for name, label in labels.items():
            said, _left_out = points(words.get(name, ""), one.language)
            lines += [Line(label, line.text, language=line.language) for line in said]
    if found.dialogues and not any(line.label == labels["agreed"] for line in lines):
        lines.insert(0, Line(labels["agreed"], is_gap=True))
    return lines


def weighing(proposal):
    """The answers with their reasons, what was promised, and whether the text changed."""
    lines = []
    for request in proposal.requests:
        lines.append(request_line(request))
        if request.response:
            lines.append(Line(_("Reason"), request.response.reason, language=request.language))
        if request.response and request.response.changes:
            lines.append(Line(_("What changes"), request.response.changes, language=request.language))
        for one in request.commitments:
            address = url_for("responses.commitment", commitment_id=one.id)
            facts = {"address": address, "language": one.language, "state": one.status_name}
            lines.append(Line(_("Commitment"), one.text, **facts))
    if not proposal.requests:
        lines.append(Line(_("Answer"), _("Nothing is asked yet.")))
    if proposal.latest > 1:
        address = url_for("proposals.revisions", proposal_id=proposal.id)
        lines.append(Line(_("The text"), _("It was changed after it was submitted."), address=address))
    return lines


def support(found):
    lines = [
        Line(one.question, decision, address=url_for("votes.show", vote_id=one.id))
        for one, decision in found.decisions
    ]
    none = [] if lines else [Line(_("Vote"), _("No vote was held."))]
    return [*lines, *none, *figures("here_people", "here_votes", "here_ballots")]


def reactions(found):
    """In their own words, which hosts cannot change: with the harvest on which this report rests."""
    return [Line(one.kind_name, one.text, language=found.language) for one in found.said]
