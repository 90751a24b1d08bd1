"""What is due, as a calendar to subscribe to: answers, commitments, last days to take part and to vote."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app.clock import today
from app.config import TIMEZONE
from app.core.calendar import Entry, calendar
from app.db import db
from app.dialogues.course import Transition
from app.dialogues.models import Dialogue
from app.keys import digest
from app.links import link_to
from app.responses.models import Commitment, Request
from app.votes.models import Vote


def commitments_due(*conditions):
    """The commitments that still have to be done, the first one first."""
    query = select(Commitment).where(Commitment.status.in_(("open", "busy")), *conditions)
    query = query.order_by(Commitment.due_on, Commitment.id)
    return db.session.scalars(query.options(lazyload(Commitment.request))).all()


def calendar_in(language, name, proposal=None):
    """The days on which something is due, in the neighbourhood or of one proposal: public things only."""
    with force_locale(language):
        entries = sorted(due(proposal), key=lambda entry: (entry.day, entry.uid))
        return calendar(str(name), TIMEZONE, entries)


def due(proposal):
    def own(model):
        return () if proposal is None else (model.proposal_id == proposal.id,)

    yield from map(of_request, Request.waiting(*own(Request)))
    yield from map(of_commitment, commitments_due(*(Commitment.request.has(one) for one in own(Request))))
    for dialogue, changed_at in running_dialogues(*own(Dialogue)):
        yield from of_dialogue(dialogue, changed_at)
    yield from map(of_vote, open_votes(*own(Vote)))


def running_dialogues(*conditions):
    """The dialogues that are open or announced, each with the moment of its latest step."""
    latest = select(func.max(Transition.at)).where(Transition.dialogue_id == Dialogue.id).scalar_subquery()
    is_public = Dialogue.opened_at.is_not(None) | Dialogue.announced_at.is_not(None)
    is_running = Dialogue.closed_at.is_(None) & (Dialogue.closes_on >= today())
    return db.session.execute(select(Dialogue, latest).where(is_public, is_running, *conditions)).all()


def open_votes(*conditions):
    is_open = Vote.opened_at.is_not(None) & Vote.closed_at.is_(None) & (Vote.closes_on >= today())
    return db.session.scalars(select(Vote).where(is_open, *conditions).options(lazyload(Vote.options))).all()


def of_request(request):
    return Entry(
        uid=uid_of("request", request.id),
        day=request.due_on,
        changed_at=request.response.at if request.response else request.sent_at,
        title=_("Answer due: %(decider)s", decider=request.decider),
        **linked(request.text, "responses.show", request_id=request.id),
    )


def of_commitment(commitment):
    return Entry(
        uid=uid_of("commitment", commitment.id),
        day=commitment.due_on,
        changed_at=commitment.changed_at,
        title=_("Promised for today: %(owner)s", owner=commitment.owner),
        **linked(commitment.text, "responses.commitment", commitment_id=commitment.id),
    )


def of_dialogue(dialogue, changed_at):
    """Its first day, while that is to come, and its last."""
    facts = {"changed_at": changed_at or dialogue.opened_at or dialogue.announced_at}
    facts |= linked(dialogue.question, "dialogues.show", dialogue_id=dialogue.id)
    if dialogue.is_announced:
        opens = _("A dialogue opens: %(question)s", question=dialogue.question)
        yield Entry(uid_of("opening", dialogue.id), dialogue.opens_on, title=opens, **facts)
    closes = _("Last day to take part: %(question)s", question=dialogue.question)
    yield Entry(uid_of("dialogue", dialogue.id), dialogue.closes_on, title=closes, **facts)


def of_vote(vote):
    return Entry(
        uid=uid_of("vote", vote.id),
        day=vote.closes_on,
        changed_at=vote.opened_at,
        title=_("Last day to vote: %(question)s", question=vote.question),
        **linked(vote.question, "votes.show", vote_id=vote.id),
    )


def linked(words, endpoint, **number):
    """The words of an entry, with the address where it stands: not every program shows that by itself."""
    address = link_to(endpoint, **number)
    return {"text": f"{words}\n\n{address}", "address": address}


def uid_of(kind, number):
    """The same in every calendar and at every address of this installation, and nowhere else."""
    return f"{kind}-{number}@{digest('calendar', 'site').hex()[:16]}.buurtstem"
