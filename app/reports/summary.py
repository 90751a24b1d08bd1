"""The council's summary of a dialogue, on one page: the question, who took part, what is said and asked."""

from flask import url_for
from flask_babel import gettext as _

from app.i18n import day
from app.reports.lines import Line, Part, Report, figures, points
from app.responses.models import unsent_asks

MOST_POINTS, MOST_ASKS, MOST_ABSENT, MOST_DUE = 4, 3, 2, 2
FIGURES_SHOWN = ("here_people", "here_not_online", "here_words", "here_reactions", "codes_used")


def summary_of(dialogue, outcome, asked=None):
    """The parts of the page. `outcome` is what was counted, for a dialogue without a harvest to read.

    `asked` are the requests to tell of; else those that came of this dialogue.
    """
    harvest = dialogue.harvest if dialogue.harvest and dialogue.harvest.is_public else None
    words = harvest_words(harvest) if harvest else outcome
    asked = requests_of(dialogue) if asked is None else asked
    parts = [
        Part("remit", _("What it is about"), remit(dialogue, asked)),
        asks(dialogue, words, asked),
        agree(dialogue, words, harvest),
        differ(dialogue, words),
        who(),
        absent(dialogue, words),
        Part("dates", _("Dates"), dates(dialogue, harvest, asked)),
    ]
    return Report("summary", _("Summary for the council"), dialogue.question, dialogue.language, parts)


def harvest_words(harvest):
    names = ("agreed", "differ", "one_side", "other_side", "asks", "absent")
    return {name: getattr(harvest, name) for name in names}


def requests_of(dialogue):
    """What was asked after it: because of it, or because of a vote that followed from it."""
    votes = {vote.id for vote in dialogue.proposal.votes if vote.dialogue_id == dialogue.id}
    found = dialogue.proposal.requests
    return [one for one in found if one.dialogue_id == dialogue.id or one.vote_id in votes - {None}]


def remit(dialogue, asked):
    """Who asked, who decides, how much influence there is; and by when an answer is due."""
    lines = [
        Line(_("Who decides"), dialogue.decider, language=dialogue.language, is_gap=not dialogue.decider),
        Line(_("Influence"), dialogue.level_name),
        Line(_("Still open"), dialogue.still_open, language=dialogue.language),
        Line(_("Fixed"), dialogue.fixed, language=dialogue.language),
    ]
    if dialogue.collective:
        lines.insert(0, Line(_("Collective"), dialogue.collective.name))
    lines.append(answer_due(asked, dialogue.answer_due_on))
    return [line for line in lines if line.text or line.day or line.is_gap]


def answer_due(asked, promised_on=None):
    waiting = [request.due_on for request in asked if not request.is_answered]
    if due_on := min(waiting, default=None) or (None if asked else promised_on):
        return Line(_("Answer due on"), day=due_on)
    if asked:
        return Line(_("Answer"), _("All requests were answered."))
    return Line(_("Answer due on"), is_gap=True)


def agree(dialogue, words, harvest):
    lines, more = points(words.get("agreed", ""), dialogue.language, MOST_POINTS)
    return Part(
        "agree",
        _("What they agree on"),
        lines or [Line(is_gap=True)],
        note=standing_of(harvest, dialogue),
        more=more,
        address=outcome_page(dialogue),
    )


def standing_of(harvest, dialogue):
    """How sure the words are: whether participants could check and comment on them."""
    if harvest is None and not dialogue.is_closed:
        return _("Results are hidden until the dialogue is closed.")
    if harvest is None:
        return _("As it was counted. The hosts did not publish a harvest yet.")
    if not harvest.is_final:
        return _("Participants can comment until %(day)s. Then it is final.", day=day(harvest.comments_until))
    if not harvest.is_checked:
        return _("In the words of the hosts. Fewer than two participants checked them.")
    return _("In the words of the hosts, checked by participants.")


def differ(dialogue, words):
    """Where they differ, and what both sides say of it: together no longer than what they agree on."""
    names = ((_("One side says"), "one_side"), (_("The other side says"), "other_side"))
    sides = [(label, words[name]) for label, name in names if words.get(name)]
    lines, more = points(words.get("differ", ""), dialogue.language, MOST_POINTS - len(sides))
    for label, text in sides:
        said, left_out = points(text, dialogue.language, 1)
        lines += [Line(label, line.text, language=line.language) for line in said]
        more += left_out
    address = outcome_page(dialogue)
    return Part("differ", _("Where they differ"), lines or [Line(is_gap=True)], more=more, address=address)


def asks(dialogue, words, asked):
    """The requests that were sent, and what the harvest asks besides; each with of whom and how it stands."""
    has_harvest = dialogue.harvest and dialogue.harvest.is_public
    unsent = unsent_asks(dialogue.harvest) if has_harvest else words.get("asks", ())
    waiting = [
        Line(decider, text, language=dialogue.language, state=_("Not sent yet")) for text, decider in unsent
    ]
    return asks_part([*request_lines(asked), *waiting], dialogue.proposal_id)


def request_lines(asked):
    """What waits for an answer comes first."""
    return [request_line(one) for one in sorted(asked, key=lambda one: (one.is_answered, one.due_on))]


def asks_part(lines, proposal_id):
    return Part(
        "asks",
        _("What is asked of you"),
        lines[:MOST_ASKS] or [Line(text=_("Nothing is asked yet."))],
        more=len(lines[MOST_ASKS:]),
        address=url_for("proposals.show", proposal_id=proposal_id),
    )


def request_line(request):
    return Line(
        request.decider,
        request.text,
        day=None if request.is_answered else request.due_on,
        address=url_for("responses.show", request_id=request.id),
        language=request.language,
        state=state_of(request),
    )


def state_of(request):
    if request.is_answered:
        return request.response.decision_name
    if request.is_overdue:
        return _("The answer was due on %(day)s", day=day(request.due_on))
    return _("Answer due on %(day)s", day=day(request.due_on))


def who():
    return Part(
        "who",
        _("Who took part"),
        figures(*FIGURES_SHOWN),
        note=_(
            "Participants, not a sample: they chose to take part. "
            "This is not the opinion of the whole neighbourhood."
        ),
    )


def absent(dialogue, words):
    lines, more = points(words.get("absent", ""), dialogue.language, MOST_ABSENT)
    title, address = _("Who was not there"), outcome_page(dialogue)
    return Part("absent", title, lines or [Line(is_gap=True)], more=more, address=address)


def outcome_page(dialogue):
    if dialogue.harvest and dialogue.harvest.is_public:
        return url_for("dialogues.harvest", harvest_id=dialogue.id)
    return url_for("dialogues.show", dialogue_id=dialogue.id)


def dates(dialogue, harvest, asked):
    """When it was, and what is still to come, in order."""
    lines = []
    if dialogue.opened_at:
        lines.append(Line(_("Opened"), day=dialogue.opened_at.date()))
    if dialogue.is_closed:
        closed = dialogue.closed_at.date() if dialogue.closed_at else dialogue.closes_on
        lines.append(Line(_("Stopped") if dialogue.is_stopped else _("Closed"), day=closed))
    else:
        lines.append(Line(_("Last day"), day=dialogue.closes_on))
    if harvest and harvest.finished_on:
        lines.append(Line(_("Harvest final"), day=harvest.finished_on))
    return [*lines, *dates_of_answers(asked)]


def dates_of_answers(asked):
    """When answers came, and by when the first commitments are due."""
    answered = sorted({one.response.at.date() for one in asked if one.is_answered})
    lines = [Line(_("Answered"), day=on) for on in answered[-MOST_DUE:]]
    promised = [one for request in asked for one in request.commitments if one.is_live]
    first = sorted(promised, key=lambda one: one.due_on)[:MOST_DUE]
    due = [Line(_("Commitment due"), day=one.due_on, text=one.text, language=one.language) for one in first]
    return [*lines, *due]
