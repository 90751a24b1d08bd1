"""How pages render: whole, or the block that htmx asks for."""

from flask import current_app, make_response, render_template, request, url_for

from app.proposals.models import STOPS


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
    places = {
        "proposal": url_for("proposals.show", proposal_id=proposal.id),
        "dialogue": last("dialogues.show", "dialogue_id", [d for d in proposal.dialogues if d.is_public]),
        "decision": last("votes.show", "vote_id", [v for v in proposal.votes if v.is_public]),
        "answer": last("responses.show", "request_id", proposal.requests),
        "commitment": last("responses.show", "request_id", [r for r in proposal.requests if r.commitments]),
    }
    return [(stop, places.get(stop)) for stop in STOPS]


def last(endpoint, key, things):
    return url_for(endpoint, **{key: things[-1].id}) if things else None
