"""The pages of proposals, one file for each trait."""

from app.proposals.views import pages, versions
from app.proposals.views.blueprint import bp

__all__ = ["bp", "pages", "versions"]
