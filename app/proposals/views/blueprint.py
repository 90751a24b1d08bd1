from flask import Blueprint, make_response, request

from app.pages import page

bp = Blueprint("proposals", __name__, url_prefix="/proposals")


def show_tombstone(proposal):
    """Where removed words stood: why they are gone, and that it can be appealed."""
    return page("proposals/tombstone.html", proposal=proposal, status=410)


def hand_out(content, mimetype):
    """A file as it is kept; browsers ask each time whether it is still there."""
    response = make_response(content)
    response.mimetype = mimetype
    response.cache_control.private = response.cache_control.no_cache = True
    response.add_etag()
    return response.make_conditional(request)
