"""The pages of reports, one file for each report, and the same as files."""

from app.reports.views import challenge, impact, participation, summaries
from app.reports.views.blueprint import bp

__all__ = ["bp", "challenge", "impact", "participation", "summaries"]
