"""Coming in: a browser begins a session."""

from flask import request, session
from flask_login import current_user, login_user

from app.accounts.models import Session
from app.core.browsers import browser_name


def sign_in(person, origin):
    """Begin a session under a new token, whatever this browser held before."""
    if current_user.is_authenticated:
        Session.end(current_user.token)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    Session.begin(person, origin, browser_name(request.user_agent.string))
    session.permanent = True
    login_user(person)
