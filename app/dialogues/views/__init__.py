"""The pages of dialogues, one file for each trait."""

from app.dialogues.views import agreements, groups, harvest, pages, sheets
from app.dialogues.views.blueprint import bp

__all__ = ["agreements", "blueprints", "bp", "groups", "harvest", "pages", "sheets"]

blueprints = (bp, agreements.bp)
