"""Where people leave: from a code in the letterbox to words of their own, and within each dialogue."""

from sqlalchemy import func, select

from app.db import db
from app.dialogues.models import Dialogue, Participant, Reaction

STEPS = ("codes", "came_in", "people", "writers")  # figures, each a part of the one before
WELL_ON = 7  # reactions with which somebody counts for opinion groups
DIALOGUES = 20  # the newest


def drop_off():
    """Of the newest dialogues with reactions: how many took part, reacted once, and reacted well on."""
    each = (
        select(Participant.dialogue_id, func.count(Reaction.participant_id).label("given"))
        .outerjoin(Reaction, Reaction.participant_id == Participant.id)
        .group_by(Participant.id)
        .subquery()
    )
    counts = (
        func.count().label("joined"),
        func.count().filter(each.c.given > 0).label("reacted"),
        func.count().filter(each.c.given >= WELL_ON).label("well_on"),
    )
    query = select(Dialogue.id, Dialogue.question, *counts).join(each, each.c.dialogue_id == Dialogue.id)
    query = query.group_by(Dialogue.id).having(func.sum(each.c.given) > 0)
    return db.session.execute(query.order_by(Dialogue.id.desc()).limit(DIALOGUES)).all()
