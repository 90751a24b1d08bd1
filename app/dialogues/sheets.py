"""Sheets: numbered paper on which somebody takes part in a dialogue, or the same by phone.

A sheet knows no name. What stands on it is typed in twice, by two people where there are two; where they
differ a host looks at the paper again. Only then it counts, and what was typed is let go.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.consent import VERSIONS
from app.accounts.models import UNTIL_A_YEAR_AWAY
from app.accounts.privacy import forgets, kept
from app.core.codes import read_sheet_code, sheet_code
from app.core.double_entry import differences
from app.db import db
from app.dialogues.models import CHANNELS, Dialogue, Participant, delete_answers
from app.events import record

MOST_SHEETS = 100  # made at once
VOID_REASONS = {
    "no_consent": _l("Nobody said yes to keeping the answers"),
    "empty": _l("Nothing stands on it that can count"),
    "unreadable": _l("It cannot be read"),
    "twice": _l("The same person has another sheet"),
    "lost": _l("It is lost"),
    "withdrawn": _l("The person took the answers back"),
}
STATES = {
    "blank": _l("Not typed in"),
    "typed_once": _l("Typed in once"),
    "differs": _l("Two readings differ"),
    "read_back": _l("To be read back"),
    "counted": _l("Counted"),
    "void": _l("Void"),
}


class Sheet(db.Model):
    """One numbered sheet for one phase of a dialogue. The same number in a later phase is the same person."""

    __table_args__ = (
        UniqueConstraint("dialogue_id", "phase", "number"),
        CheckConstraint(f"channel IN {tuple(CHANNELS)}", name="channel"),
        CheckConstraint(f"void_reason IS NULL OR void_reason IN {tuple(VOID_REASONS)}", name="void_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    dialogue: Mapped[Dialogue] = relationship(lazy="joined")
    phase: Mapped[str]
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(default="paper")
    words: Mapped[list] = mapped_column(JSON, default=list)  # the statements there were when it was made
    items: Mapped[list] = mapped_column(JSON, default=list)  # what it asks, in its own order
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    entries: Mapped[list["SheetEntry"]] = relationship(
        back_populates="sheet", order_by="SheetEntry.place", lazy="selectin", cascade="all, delete-orphan"
    )
    differences_found: Mapped[int | None]
    left_out: Mapped[list] = mapped_column(JSON, default=list)  # turns that could not count: not complete
    void_reason: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")  # why a host took it back
    consent_version: Mapped[int | None]  # of the text that was said yes to

    @property
    def collective(self):
        return self.dialogue.collective

    @property
    def is_open(self):
        """Whether something can still become of it."""
        return self.dialogue.is_open

    @property
    def code(self):
        return sheet_code(self.number, series_of(self.dialogue, self.phase))

    @property
    def state(self):
        if self.void_reason:
            return "void"
        if self.participant_id:
            return "counted"
        if self.channel == "phone":
            return "read_back" if self.entries else "blank"
        return ("blank", "typed_once", "differs")[len(self.entries)]

    @property
    def state_name(self):
        return STATES[self.state]

    @property
    def is_done(self):
        return self.state in ("counted", "void")

    @property
    def void_reason_name(self):
        return self.void_reason and VOID_REASONS[self.void_reason]

    def was_typed_by(self, person):
        return any(entry.person_id == person.id for entry in self.entries)

    def enter(self, by, answers):
        """Keep one reading of it: of paper two are kept, of a call the latest."""
        if self.channel == "phone":
            self.entries.clear()
            db.session.flush()
        again = self.was_typed_by(by)
        entry = SheetEntry(
            place=len(self.entries) + 1, answers=answers, person_id=by.id, is_by_the_same=again
        )
        self.entries.append(entry)
        record("sheet.typed", self, actor=by, code=self.code)

    def compare(self, items):
        """Where the two readings differ."""
        first, second = (entry.answers for entry in self.entries)
        return differences(first, second, items)

    @property
    def was_typed_alone(self):
        """Whether one person made both readings: then a slip of the eye may be in both."""
        return any(entry.is_by_the_same for entry in self.entries)

    def admit(self):
        """The participant whose sheet this is: the one with this number, made at the first sheet."""
        known = select(Sheet.participant_id).where(
            Sheet.dialogue_id == self.dialogue_id,
            Sheet.number == self.number,
            Sheet.participant_id.is_not(None),
        )
        return db.session.scalars(known).first() or self.dialogue.admit(channel=self.channel)

    def count(self, by, participant_id, left_out):
        """What was typed has become reactions and statements; the readings themselves are let go."""
        self.participant_id, self.left_out = participant_id, left_out
        self.consent_version, self.note = VERSIONS["reactions"], ""
        self.let_go()
        record("sheet.counted", self, actor=by, code=self.code)

    def void(self, by, reason):
        self.void_reason = reason
        self.let_go()
        record("sheet.voided", self, actor=by, code=self.code)

    def let_go(self):
        for entry in self.entries:
            entry.answers = {}

    def withdraw(self, by, note):
        """As if it was never typed in; with the sheets of the same number in other phases."""
        mine = self.participant_id
        same = Sheet.participant_id == mine if mine else Sheet.id == self.id
        for sheet in db.session.scalars(select(Sheet).where(same)).all():
            sheet.participant_id, sheet.left_out, sheet.differences_found = None, [], None
            sheet.void_reason, sheet.consent_version, sheet.note = None, None, note
            sheet.entries.clear()
        db.session.flush()
        if mine:
            delete_answers(db.session.get(Participant, mine))
        record("sheet.withdrawn", self, actor=by, code=self.code)


class SheetEntry(db.Model):
    """One reading of a sheet, and who typed it."""

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), primary_key=True)
    sheet: Mapped[Sheet] = relationship(back_populates="entries")
    place: Mapped[int] = mapped_column(primary_key=True)  # 1 or 2: the database refuses a third
    answers: Mapped[dict] = mapped_column(JSON, default=dict)  # empty again once the sheet counts
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    is_by_the_same: Mapped[bool] = mapped_column(default=False)  # who made the first entry made this one too

    __table_args__ = (CheckConstraint("place IN (1, 2)", name="place"),)


def series_of(dialogue, phase):
    """What tells the sheets of one dialogue and phase from others, for the check letters."""
    names = [its_phase.name for its_phase in dialogue.phases]
    return dialogue.id * 5 + (names.index(phase) if phase in names else 0)


@dataclass(frozen=True)
class Progress:
    """How far the sheets of a dialogue are, and how well the typing goes."""

    sheets: list

    def in_state(self, *states):
        return [sheet for sheet in self.sheets if sheet.state in states]

    @property
    def compared(self):
        return [sheet for sheet in self.sheets if sheet.differences_found is not None]

    @property
    def answers_compared(self):
        return sum(len(sheet.items) for sheet in self.compared)

    @property
    def differences(self):
        return sum(sheet.differences_found for sheet in self.compared)


def sheets_of(dialogue, phase=None):
    query = select(Sheet).where(Sheet.dialogue_id == dialogue.id).order_by(Sheet.id)
    return db.session.scalars(query.where(Sheet.phase == phase) if phase else query).all()


def sheet_named(dialogue, typed):
    """The sheet whose number and letters somebody typed, or None."""
    for phase in dialogue.phases:
        number = read_sheet_code(typed, series_of(dialogue, phase.name))
        named = (Sheet.dialogue_id == dialogue.id, Sheet.phase == phase.name, Sheet.number == number)
        if number is not None and (sheet := db.session.scalar(select(Sheet).where(*named))):
            return sheet
    return None


def numbers_for(dialogue, phase, new, again):
    """The numbers of sheets to make: those that took part before, if asked, and new ones."""
    highest = db.session.scalar(select(func.max(Sheet.number)).where(Sheet.dialogue_id == dialogue.id)) or 0
    return [*(numbers_before(dialogue, phase) if again else ()), *range(highest + 1, highest + 1 + new)]


def numbers_before(dialogue, phase):
    """The numbers on paper that counted in another phase and have no sheet for this one."""
    here = select(Sheet.number).where(Sheet.dialogue_id == dialogue.id, Sheet.phase == phase)
    before = select(Sheet.number).where(
        Sheet.dialogue_id == dialogue.id, Sheet.participant_id.is_not(None), Sheet.channel == "paper"
    )
    return sorted(set(db.session.scalars(before)) - set(db.session.scalars(here)))


@kept(
    "sheet.participant_id",
    title=_l("Sheets of paper"),
    why=_l("So that an answer on paper counts once, and can be taken back by its number."),
    how_long=_l("It never leads to you: nobody writes down who had which number."),
)
def sheets_with(person):
    return []


@kept(
    "sheet_entry.person_id",
    title=_l("Sheets of paper that you typed in"),
    why=_l("So that two people read each sheet."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("That it was typed in stays, without your name."),
)
def entries_of(person):
    query = select(SheetEntry).where(SheetEntry.person_id == person.id).order_by(SheetEntry.sheet_id)
    entries = db.session.scalars(query.options(joinedload(SheetEntry.sheet)))
    return [{"question": entry.sheet.dialogue.question, "number": entry.sheet.code} for entry in entries]


@forgets
def forget_entries(person, words):
    unlink = update(SheetEntry).where(SheetEntry.person_id == person.id)
    db.session.execute(unlink.values(person_id=None))
