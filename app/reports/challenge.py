"""The request to take over a task of the municipality: what by-laws on the right to challenge ask of it.

The fields are those of Middelburg, which match others; the conditions are those of LSA and Meierijstad. How
many weeks the municipality wants differs, so that who fills it in says so.
"""

from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.reports.lines import Line, Part, Report, figures

FIGURES_SHOWN = ("here_people", "here_votes", "here_ballots")
WEEKS_BEFORE, WEEKS_TO_DECIDE = 18, 10  # as in Geertruidenberg; a form asks for those of here
ASKED = {
    "task": {"task": _l("Which task do you take over?")},
    "better": {"better": _l("Why can you do it better, or for less?")},
    "group": {"group": _l("What do you know of it, and what did you do before?")},
    "support": {"support": _l("What else shows that the people it touches support it?")},
    "costs": {"costs": _l("What does it cost, and what does the municipality pay?")},
    "cooperation": {"cooperation": _l("How do you work together, and what help do you need?")},
    "quality": {"quality": _l("How does it stay good, and go on when somebody stops?")},
    "conditions": {
        "legal_form": _l("Which legal form do you have?"),
        "contracts": _l("Which contracts for this task run now, and until when?"),
        "harm": _l("Who could be worse off, and what do you do about that?"),
    },
    "agreement": {
        "result": _l("Which result do you agree on?"),
        "term": _l("For how long?"),
        "talks": _l("When do you talk about how it goes?"),
    },
}
CLOCK = ("start_on", "weeks_before", "weeks_to_decide")


def challenge_of(proposal, words, found):
    """All that has to be in the request; what is known is there, what is not is a gap."""
    parts = [
        part("task", _("The task"), about(proposal), words, proposal),
        part("better", _("Why us"), [], words, proposal),
        part("group", _("Who we are"), who(proposal), words, proposal),
        part("support", _("Support of residents"), support(found), words, proposal),
        part("costs", _("Costs"), money(found), words, proposal),
        part("cooperation", _("Working together"), [], words, proposal),
        part("quality", _("Quality, and going on"), [], words, proposal),
        part("conditions", _("What municipalities often want to know"), [], words, proposal),
        part("agreement", _("What we want to agree on"), [], words, proposal),
        Part("clock", _("Dates"), clock(words), note=_("The by-law of your municipality says how long.")),
    ]
    title = _("Request to take over a task (right to challenge)")
    return Report("right-to-challenge", title, proposal.title, proposal.language, parts)


def part(name, title, known, words, proposal):
    asked = [
        Line(label, words.get(field, ""), language=proposal.language, is_gap=not words.get(field))
        for field, label in ASKED[name].items()
    ]
    note = _("Participants, not a sample: they chose to take part.") if name == "support" else ""
    return Part(name, title, [*known, *asked], note=note)


def about(proposal):
    address = url_for("proposals.show", proposal_id=proposal.id)
    return [Line(_("Proposal"), proposal.title, address=address, language=proposal.language)]


def who(proposal):
    return [Line(_("Collective"), proposal.collective.name)] if proposal.collective else []


def support(found):
    """What a dialogue or vote showed, with where it can be read."""
    lines = [
        Line(_("Dialogue"), one.question, address=address_of(one), language=one.language)
        for one in found.dialogues
    ]
    for one, decision in found.decisions:
        lines.append(Line(_("Vote"), one.question, address=url_for("votes.show", vote_id=one.id),
                          language=one.language, state=decision))  # fmt: skip
    return [*(lines or [Line(_("Dialogue or vote"), is_gap=True)]), *figures(*FIGURES_SHOWN)]


def address_of(dialogue):
    return url_for("dialogues.show", dialogue_id=dialogue.id)


def money(found):
    budget = found.main.budget if found.main else ""
    return [Line(_("Money, as the dialogue had it"), budget, language=found.language)] if budget else []


def clock(words):
    """When it starts, and from that until when it can be handed in and decided on."""
    before, to_decide = (words.get(name) or usual for name, usual in
                         (("weeks_before", WEEKS_BEFORE), ("weeks_to_decide", WEEKS_TO_DECIDE)))  # fmt: skip
    start_on = date.fromisoformat(words["start_on"]) if words.get("start_on") else None
    hand_in = start_on and start_on - timedelta(weeks=before)
    decided = hand_in and hand_in + timedelta(weeks=to_decide)
    lines = [(_("We start on"), start_on), (_("Hand in at the latest on"), hand_in),
             (_("Decision at the latest on"), decided)]  # fmt: skip
    weeks = _(
        "%(before)s weeks before the start; decided within %(weeks)s weeks.", before=before, weeks=to_decide
    )
    return [*(Line(label, day=on, is_gap=on is None) for label, on in lines), Line(_("Counted with"), weeks)]
