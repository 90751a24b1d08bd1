"""Papers from the box, typed in after the close: in batches, by two tellers who do not see each other's work.

A batch counts once the readings of two tellers hold just the same papers (app/core/piles.py). There is no
third step that settles it: where two differ, both look at the paper, and who slipped corrects the own
reading. The vote cannot be counted while a batch does not count; the database sees to that too.
"""

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.disclosure import tells_figures
from app.core.piles import INVALID, differences, totals_of
from app.core.tally import METHODS
from app.db import db
from app.events import record
from app.votes.electorate import PAPER

MOST_PAPERS = 200  # in a batch: more make one slip costly to find


class Unsettled(Exception):
    """There is a batch of which two readings do not agree yet."""


class Unexplained(Exception):
    """There are more or fewer papers than marks at the table, and nobody says why."""


class PaperBatch(db.Model):
    """A pile of papers that two tellers type in. No time."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    vote: Mapped["Vote"] = relationship()  # noqa: F821
    readings: Mapped[list["PaperReading"]] = relationship(
        back_populates="batch_", order_by="PaperReading.slot", lazy="selectin", cascade="all, delete-orphan"
    )

    def reading_of(self, slot):
        return next((reading for reading in self.readings if reading.slot == slot), None)

    @property
    def done(self):
        """The readings that their tellers call complete."""
        return [reading for reading in self.readings if reading.totals is not None]

    @property
    def settled(self):
        """The papers of this batch, once two readings agree; None until then."""
        seen = set()
        for reading in self.done:
            if reading.totals in seen:
                return reading.papers
            seen.add(reading.totals)
        return None

    @property
    def counts(self):
        return self.settled is not None

    @property
    def sums(self):
        """How often each paper is in a batch that counts: pairs of its text and a number."""
        return sorted(Counter(self.settled).items(), key=lambda pair: (-pair[1], pair[0]))

    def others(self, slot):
        """The complete readings of other tellers."""
        return [reading for reading in self.done if reading.slot != slot]

    def write(self, slot, place, paper):
        """Type one paper, or correct it. The same place again is the same paper."""
        mine = self.reading_of(slot)
        if mine is None:
            mine = PaperReading(slot=slot, papers=[])
            self.readings.append(mine)
        papers = list(mine.papers)
        papers[place - 1 : place] = [paper]
        mine.keep(papers)

    def take_off(self, slot, place):
        """A paper that is not there was typed."""
        mine = self.reading_of(slot)
        mine.keep([*mine.papers[: place - 1], *mine.papers[place:]])

    def complete(self, slot):
        """A teller has typed all papers of this pile."""
        mine = self.reading_of(slot)
        mine.totals = totals_of(mine.papers)

    def reopen(self, slot):
        """A teller skipped a paper, and adds it."""
        self.reading_of(slot).totals = None


class PaperReading(db.Model):
    """What one teller typed from a batch, in the order of the pile. Gone when the vote is counted."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["vote_id", "batch"], ["paper_batch.vote_id", "paper_batch.number"], name="fk_paper_reading_batch"
        ),
        ForeignKeyConstraint(
            ["vote_id", "slot"], ["teller.vote_id", "teller.slot"], name="fk_paper_reading_teller"
        ),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)  # of the teller: one reading each
    batch_: Mapped[PaperBatch] = relationship(back_populates="readings")
    papers: Mapped[list] = mapped_column(JSON, default=list)
    totals: Mapped[str | None]  # what is compared, once it is complete

    def keep(self, papers):
        self.papers = papers
        if self.totals is not None:
            self.totals = totals_of(papers)

    def differences(self, other):
        return differences(self.papers, other.papers)


class PaperBallot(db.Model):
    """How often a choice stood on paper, where that may be told apart from the screen."""

    __table_args__ = {"sqlite_with_rowid": False}

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class PaperCount(db.Model):
    """What came out of the box with papers, beside how many people were marked at the table."""

    __table_args__ = (
        CheckConstraint("marked = found OR note <> ''", name="explained"),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    marked: Mapped[int]
    found: Mapped[int]
    uncounted: Mapped[int]  # blank where that is no choice, or invalid
    note: Mapped[str] = mapped_column(default="")  # why there are more or fewer papers than marks
    columns: Mapped[dict | None] = mapped_column(JSON)  # what was chosen by screen and on paper, if told

    @property
    def differs(self):
        return self.marked != self.found


@dataclass(frozen=True)
class Pile:
    """All papers of a vote, in whatever order."""

    papers: Counter  # text -> how often

    @property
    def found(self):
        return self.papers.total()

    @property
    def invalid(self):
        return self.papers[INVALID]

    @property
    def blank(self):
        return self.papers[""]


class Papers:
    """The part of a vote that knows its papers."""

    @property
    def takes_papers(self):
        return self.awaits_count

    def batches_of_papers(self):
        query = select(PaperBatch).where(PaperBatch.vote_id == self.id).order_by(PaperBatch.number)
        return db.session.scalars(query).all()

    def batch_numbered(self, number):
        return db.session.get(PaperBatch, (self.id, number))

    def begin_batch(self):
        last = db.session.scalar(select(func.max(PaperBatch.number)).where(PaperBatch.vote_id == self.id))
        batch = PaperBatch(vote_id=self.id, number=(last or 0) + 1)
        db.session.add(batch)
        return batch

    def drop_batch(self, by, batch):
        """As if this pile was never typed in."""
        db.session.delete(batch)
        record("papers.dropped", self, actor=by, number=batch.number)

    def pile(self):
        """All papers together. Raises Unsettled."""
        papers = Counter()
        for batch in self.batches_of_papers():
            if not batch.counts:
                raise Unsettled(batch.number)
            papers.update(batch.settled)
        return Pile(papers)

    def papers_that_count(self, pile):
        """How often each choice stands on paper. A blank one counts where an empty ballot is allowed."""
        return Counter({text: n for text, n in pile.papers.items() if n and self.is_choice(text)})

    def is_choice(self, text):
        try:
            self.read_choice(text)
        except ValueError:
            return False
        return True

    def explain(self, pile, note):
        """Write down how many papers there are, beside the marks. Raises Unexplained."""
        marked = self.handled(PAPER)
        if not (marked or pile.found):
            return None
        if marked != pile.found and not note:
            raise Unexplained
        kept = PaperCount(
            vote_id=self.id,
            marked=marked,
            found=pile.found,
            uncounted=pile.found - self.papers_that_count(pile).total(),
            note=note if marked != pile.found else "",
        )
        db.session.add(kept)
        return kept

    def columns_of(self, online, on_paper, pile):
        """What was chosen by screen and on paper, by option; None when that could tell of somebody."""
        known = self.known_to_one
        if self.is_secret and not all(tells_figures(one, self.kind, known) for one in (online, on_paper)):
            return None
        method = METHODS[self.method]
        told = {
            name: method.count(column, self.numbers, self.rule)
            for name, column in (("online", online), ("paper", on_paper))
        }
        columns = {
            name: {"ballots": tally.ballots, "counts": {str(n): c for n, c in tally.counts.items()}}
            for name, tally in told.items()
        }
        both = [columns[name]["counts"] for name in ("online", "paper")]
        if any(both[0][n] + both[1][n] != self.tally["counts"][n] for n in both[0]):
            for column in columns.values():
                column["counts"] = None  # this method does not add up: its figures say nothing apart
        columns["paper"] |= {"blank": pile.blank, "invalid": pile.invalid}
        return columns

    def keep_papers(self, on_paper):
        rows = [{"vote_id": self.id, "choice": text, "number": n} for text, n in sorted(on_paper.items())]
        if rows:
            db.session.execute(insert(PaperBallot), rows)

    def forget_readings(self):
        for model in (PaperReading, PaperBatch):
            db.session.execute(delete(model).where(model.vote_id == self.id))

    def paper_in_words(self, text):
        """What a paper says, as a list; for one that says nothing, or nothing that can count, that."""
        if text == INVALID:
            return [_("Invalid")]
        return self.in_words(text) if text else [_("Blank")]

    @property
    def paper_count(self):
        return db.session.get(PaperCount, self.id)

    def paper_ballots(self):
        query = select(PaperBallot.choice, PaperBallot.number).where(PaperBallot.vote_id == self.id)
        return dict(db.session.execute(query.order_by(PaperBallot.choice)).all())
