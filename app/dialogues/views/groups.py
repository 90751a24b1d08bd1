from flask import abort
from sqlalchemy import select

from app.core.opinion.analysis import PEOPLE_NEEDED, REACTED_ENOUGH
from app.db import db
from app.dialogues.groups import OpinionGroups, changed_since, named_in
from app.dialogues.models import Dialogue, Statement
from app.dialogues.views.blueprint import bp
from app.pages import page
from app.permissions import permit


@bp.get("/<int:dialogue_id>/groups")
@permit("dialogue.view", Dialogue)
def groups(dialogue):
    """The opinion groups, once the dialogue is closed: before that, results stay hidden."""
    if not dialogue.is_closed or dialogue.format != "statement_round":
        abort(404)
    kept = OpinionGroups.of(dialogue)
    found = kept.found if kept else None
    change = changed_since(found, kept.before) if kept and kept.before else None
    named = [*named_in(found), *change["came"], *change["went"]] if change else named_in(found or {})
    shown = Statement.id.in_(named) & (Statement.state == "published") & (Statement.text != "")
    statements = {one.id: one for one in db.session.scalars(select(Statement).where(shown))}
    return page(
        "dialogues/groups.html",
        dialogue=dialogue,
        kept=kept,
        found=found,
        change=change,
        statements=statements,
        needed={"people": PEOPLE_NEEDED, "reactions": REACTED_ENOUGH},
        letters="ABCDE",
    )
