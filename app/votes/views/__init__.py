"""The pages of votes, one file for each trait."""

from app.votes.views import counting, pages, published, table, tellers
from app.votes.views.blueprint import bp

__all__ = ["bp", "counting", "pages", "published", "table", "tellers"]
