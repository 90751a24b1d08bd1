from flask import Blueprint

bp = Blueprint("votes", __name__, url_prefix="/votes")


def never_kept(response):
    """A page with a secret on it: no browser and no proxy may keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response
