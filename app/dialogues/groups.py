"""The opinion groups of a closed statement round: worked out outside the request, and kept without people."""

import hashlib
from datetime import datetime

import numpy as np
from sqlalchemy import JSON, ForeignKey, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import now
from app.core.opinion.analysis import VERSION, analyse
from app.core.opinion.published import publish
from app.core.opinion.reactions import Reactions
from app.db import db
from app.dialogues.models import Dialogue, Reaction, Statement
from app.jobs import Job, clockwork, job

SEED = 1
SHOWN = (Statement.kind == "statement") & (Statement.state == "published") & (Statement.text != "")


class OpinionGroups(db.Model):
    """What was last found for one dialogue: only shares and areas that can identify nobody.

    `fingerprint` tells which reactions it was found in, `glance` whether they may have changed since.
    `before` is what was found when the reactions were others.
    """

    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), primary_key=True)
    dialogue: Mapped[Dialogue] = relationship()
    glance: Mapped[str]
    fingerprint: Mapped[str]
    seed: Mapped[int]
    version: Mapped[int]
    found: Mapped[dict] = mapped_column(JSON)
    found_at: Mapped[datetime] = mapped_column(default=now)
    before: Mapped[dict | None] = mapped_column(JSON)
    before_at: Mapped[datetime | None]

    @classmethod
    def of(cls, dialogue):
        return db.session.get(cls, dialogue.id)


@clockwork
def look_for_groups():
    """Have groups found anew for every closed statement round whose reactions are not those of last time."""
    waiting = select(Job.arguments).where(Job.name == find_groups.__name__)
    asked = {arguments["dialogue_id"] for arguments in db.session.scalars(waiting)}
    for dialogue_id, glance in glances().items():
        kept = db.session.get(OpinionGroups, dialogue_id)
        is_old = kept is None or kept.glance != glance or kept.version != VERSION
        if is_old and dialogue_id not in asked:
            find_groups.later(dialogue_id=dialogue_id)


def glances(*which):
    """For each closed statement round a word that changes with its statements and reactions, at little cost.

    While a dialogue is open its results are hidden, so nothing is worked out yet.
    """
    sums = [
        func.count(),
        *map(func.sum, (Statement.id, Statement.agrees, Statement.disagrees, Statement.passes)),
    ]
    query = (
        select(Dialogue.id, *sums)
        .join(Statement, Statement.dialogue_id == Dialogue.id)
        .where(Dialogue.format == "statement_round", Dialogue.closed_at.is_not(None), SHOWN, *which)
        .group_by(Dialogue.id)
    )
    return {row[0]: f"{VERSION}:" + ":".join(map(str, row[1:])) for row in db.session.execute(query)}


@job
def find_groups(dialogue_id):
    """Work it out. Reads, lets go of the database, computes, and only then writes."""
    glance = glances(Dialogue.id == dialogue_id).get(dialogue_id)
    if glance is None:  # opened again, or nothing is left to react to
        return
    reactions = reactions_of(dialogue_id)
    kept = db.session.get(OpinionGroups, dialogue_id)
    mark = fingerprint(reactions)
    if kept and (kept.fingerprint, kept.version) == (mark, VERSION):
        kept.glance = glance
        return
    db.session.rollback()
    found = publish(analyse(reactions, SEED))
    kept = db.session.get(OpinionGroups, dialogue_id)
    if kept is None:
        kept = OpinionGroups(dialogue_id=dialogue_id)
        db.session.add(kept)
    elif kept.version == VERSION:
        kept.before, kept.before_at = kept.found, kept.found_at
    kept.glance, kept.fingerprint, kept.seed, kept.version = glance, mark, SEED, VERSION
    kept.found, kept.found_at = found, now()


def reactions_of(dialogue_id):
    """Who said what here, as numbers only: of published statements whose words are still there."""
    query = (
        select(Reaction.participant_id, Reaction.statement_id, Reaction.value)
        .join(Statement, Statement.id == Reaction.statement_id)
        .where(Statement.dialogue_id == dialogue_id, SHOWN, Reaction.round == 1)
        .order_by(Reaction.participant_id, Reaction.statement_id)
    )
    cells = np.array(db.session.execute(query).all(), dtype=np.int64).reshape(-1, 3)
    people, rows = np.unique(cells[:, 0], return_inverse=True)
    statements, columns = np.unique(cells[:, 1], return_inverse=True)
    return Reactions.from_arrays(people.tolist(), statements.tolist(), rows, columns, cells[:, 2])


def fingerprint(reactions):
    """The SHA-256 of all reactions, with the numbers that people and statements have here."""
    digest = hashlib.sha256(repr((reactions.people, reactions.statements)).encode())
    for part in (reactions.rows, reactions.columns, reactions.values):
        digest.update(part.tobytes())
    return digest.hexdigest()


def named_in(found):
    """The numbers of the statements that a result names."""
    return [int(number) for number in found.get("shares", {})]


def changed_since(found, before):
    """What is other than last time: (number of groups then, bridges that came, bridges that went)."""
    now_, then = ({number for number, _ in one.get("bridges", [])} for one in (found, before))
    return {"k": before.get("k", 0), "came": sorted(now_ - then), "went": sorted(then - now_)}
