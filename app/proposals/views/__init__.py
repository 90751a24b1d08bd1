"""The pages of proposals, one file for each trait."""

from app.proposals.views import amendments, authors, pages, versions
from app.proposals.views.blueprint import bp

__all__ = ["amendments", "authors", "bp", "pages", "versions"]
