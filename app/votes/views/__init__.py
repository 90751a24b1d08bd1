"""The pages of votes, one file for each trait."""

from app.votes.views import (
    casting,
    counting,
    pages,
    papers,
    preparing,
    proxies,
    published,
    table,
    tellers,
)
from app.votes.views.blueprint import bp

__all__ = [
    "bp",
    "casting",
    "counting",
    "pages",
    "papers",
    "preparing",
    "proxies",
    "published",
    "table",
    "tellers",
]
