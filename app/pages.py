"""How pages render: whole, or the block that htmx asks for."""

from flask import current_app, make_response, render_template, request, url_for
from sqlalchemy import func, inspect, select

from app.db import db
from app.dialogues.models import Dialogue
from app.proposals.models import STOPS
from app.responses.models import Commitment, Request
from app.votes.models import Vote

# A file from elsewhere can hold programs: if a browser opens it by itself, it runs nothing of it.
KEPT_APART = "default-src 'none'; sandbox"


def page(template, status=200, **context):
    """Render a page; or, when htmx names a target, the block of that name."""
    name = request.htmx.target
    blocks = current_app.jinja_env.get_template(template).blocks
    in_part = name in blocks and not request.htmx.history_restore_request
    if request.htmx and in_part:
        html = render_block(template, name, **context) + render_block("base.html", "flash", swap=True)
    else:
        html = render_template(template, **context)
    response = make_response(html, status)
    response.vary.update(("HX-Request", "HX-Target", "Cookie", "Accept-Language"))
    if request.htmx:
        response.cache_control.no_store = True  # or Back would show a bare fragment
        if not in_part:  # another page than the form expected, such as an error: it takes the whole screen
            response.headers["HX-Retarget"] = "body"
            response.headers["HX-Reswap"] = "innerHTML"
    return response


def hand_out(content, mimetype):
    """A file as it is kept; browsers ask each time whether it is still there."""
    response = make_response(content)
    response.mimetype = mimetype
    response.cache_control.private = response.cache_control.no_cache = True
    response.headers["Content-Security-Policy"] = KEPT_APART
    response.add_etag()
    return response.make_conditional(request)


def wait_first(response, too_many):
    """Tell whoever asks by a program how long to wait; people read it in the page."""
    response.headers["Retry-After"] = str(too_many.seconds)
    return response


def render_block(template, name, **context):
    source = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    return "".join(source.blocks[name](source.new_context(context)))


def line_of(proposal):
    """The stops of a proposal's line: (name, address or None), in order."""
    dialogue, vote, asked, committed = latest_stops(proposal)
    places = {
        "proposal": url_for("proposals.show", proposal_id=proposal.id),
        "dialogue": dialogue and url_for("dialogues.show", dialogue_id=dialogue),
        "decision": vote and url_for("votes.show", vote_id=vote),
        "answer": asked and url_for("responses.show", request_id=asked),
        "commitment": committed and url_for("responses.show", request_id=committed),
    }
    return [(stop, places.get(stop)) for stop in STOPS]


def latest_stops(proposal):
    """The ids of its latest public dialogue, public vote, request, and request with a commitment.

    In one query, not by loading them: the line stands on nearly every page. A page that shows them all
    has them at hand already.
    """
    if "requests" not in inspect(proposal).unloaded:
        things = (
            [dialogue for dialogue in proposal.dialogues if dialogue.is_public],
            [vote for vote in proposal.votes if vote.is_public and not vote.is_void],
            proposal.requests,
            [request for request in proposal.requests if request.commitments],
        )
        return [max((thing.id for thing in some), default=None) for some in things]
    is_public = Dialogue.opened_at.is_not(None) | Dialogue.announced_at.is_not(None)
    queries = (
        select(func.max(Dialogue.id)).where(Dialogue.proposal_id == proposal.id, is_public),
        select(func.max(Vote.id)).where(
            Vote.proposal_id == proposal.id, Vote.opened_at.is_not(None), Vote.voided_at.is_(None)
        ),
        select(func.max(Request.id)).where(Request.proposal_id == proposal.id),
        select(func.max(Request.id)).join(Commitment).where(Request.proposal_id == proposal.id),
    )
    return db.session.execute(select(*(query.scalar_subquery() for query in queries))).one()
