"""The deciders of a dialogue: the few members who decide by consent."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.collectives.models import Membership
from app.db import db
from app.dialogues.models import Dialogue, Reaction


class Decider(db.Model):
    """Somebody who decides in one dialogue. Erasing the person leaves the seat, so that the count stays."""

    __table_args__ = (UniqueConstraint("dialogue_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"))
    dialogue: Mapped[Dialogue] = relationship()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


def choose_deciders(dialogue, person_ids):
    """Let these people decide, and nobody else."""
    db.session.flush()
    db.session.execute(delete(Decider).where(Decider.dialogue_id == dialogue.id))
    db.session.add_all(Decider(dialogue_id=dialogue.id, person_id=id_) for id_ in person_ids)


def deciders_of(dialogue):
    """Who decides, by the numbers of people; None for who was erased."""
    return db.session.scalars(select(Decider.person_id).where(Decider.dialogue_id == dialogue.id)).all()


def place_of(dialogue, person, participant, version):
    """Whether somebody decides, and what they chose of a version in this round; in one query."""
    if not person.is_authenticated:
        return False, None
    chosen = (Reaction.round == dialogue.round) & (Reaction.statement_id == (version and version.id))
    chosen &= Reaction.participant_id == (participant and participant.id)
    here = select(Decider.id, Reaction.value).outerjoin(Reaction, chosen)
    here = here.where(Decider.dialogue_id == dialogue.id, Decider.person_id == person.id)
    found = db.session.execute(here).first()
    return (False, None) if found is None else (True, found.value)


def members_of(collective):
    """The members of a collective, whom its host can choose from: (person, since when)."""
    members = select(Person, Membership.joined_at).join(Membership, Membership.person_id == Person.id)
    members = members.where(Membership.collective_id == collective.id).order_by(
        Membership.joined_at, Person.id
    )
    return db.session.execute(members).all()


@kept(
    "decider.person_id",
    title=_l("Dialogues in which you decide"),
    why=_l("So that those whom the collective chose decide, each once."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("The number of deciders stays, without your name."),
)
def decides_in(person):
    query = select(Dialogue.question).join(Decider, Decider.dialogue_id == Dialogue.id)
    query = query.where(Decider.person_id == person.id).order_by(Dialogue.id)
    return [{"question": question} for question in db.session.scalars(query)]


@forgets
def forget_deciders(person, words):
    db.session.execute(update(Decider).where(Decider.person_id == person.id).values(person_id=None))
