from flask import g

from app.pages import page
from app.permissions import permit
from app.responses.desk import disputes_to_reply_to, drafts_in_hand, people_of_the_council
from app.responses.due import commitments_due
from app.responses.models import Request
from app.responses.views.blueprint import bp

MOST_ANSWERED = 30


@bp.get("/council/desk")
@permit("desk.view")
def desk():
    """What waits for somebody who answers for the council, the most pressing first."""
    drafts = drafts_in_hand()
    waiting = Request.waiting()
    offered = [request for request in waiting if request.id in drafts and drafts[request.id].is_offered]
    return page(
        "responses/desk.html",
        drafts=drafts,
        offered=offered,
        waiting=[request for request in waiting if request not in offered],
        disputes=disputes_to_reply_to(),
        commitments=commitments_due(),
        answered=Request.answered(MOST_ANSWERED),
        is_alone=g.neighbourhood.releases_by_two and people_of_the_council() < 2,
    )
