"""The pages of proposals, one file for each trait."""

from app.proposals.views import amendments, attachments, authors, mergers, pages, places, versions
from app.proposals.views.blueprint import bp

__all__ = ["amendments", "attachments", "authors", "bp", "mergers", "pages", "places", "versions"]
