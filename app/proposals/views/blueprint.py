from flask import Blueprint

from app.pages import page

bp = Blueprint("proposals", __name__, url_prefix="/proposals")


def show_tombstone(proposal):
    """Where removed words stood: why they are gone, and that it can be appealed."""
    return page("proposals/tombstone.html", proposal=proposal, status=410)
