from flask import abort, g, make_response
from flask import request as visit

from app.permissions import permit, public
from app.proposals.models import Proposal
from app.responses.due import calendar_in
from app.responses.views.blueprint import bp

AN_HOUR = 3600  # seconds for which a program need not ask again


@bp.get("/calendar/<string:language>/days.ics")
@public
def calendar(language):
    """Everything that is due in the neighbourhood."""
    return hand_out(language, g.neighbourhood.name)


@bp.get("/proposals/<int:proposal_id>/calendar/<string:language>/days.ics")
@permit("calendar.view", Proposal)
def calendar_of_proposal(proposal, language):
    """What is due of one proposal."""
    return hand_out(language, proposal.title, proposal)


def hand_out(language, name, proposal=None):
    """A calendar in one of the neighbourhood's languages; who has the latest gets no second copy.

    The language stands in the address: a program that subscribes does not say which it wants.
    """
    if language not in g.languages:
        abort(404)
    response = make_response(calendar_in(language, name, proposal))
    response.content_type = "text/calendar; charset=utf-8"
    response.cache_control.public, response.cache_control.max_age = True, AN_HOUR
    response.add_etag()
    return response.make_conditional(visit)
