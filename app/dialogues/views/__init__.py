"""The pages of dialogues, one file for each trait."""

from app.dialogues.views import agreements, pages
from app.dialogues.views.blueprint import bp

__all__ = ["agreements", "blueprints", "bp", "pages"]

blueprints = (bp, agreements.bp)
