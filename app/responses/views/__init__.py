"""The pages of requests, one file for each trait."""

from app.responses.views import answers, calendars, commitments, desk, disputes, requests
from app.responses.views.blueprint import bp

__all__ = ["answers", "bp", "calendars", "commitments", "desk", "disputes", "requests"]
