"""The harvest of a closed dialogue: one page by a host, checked by participants, commented on, then final."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from app.accounts.models import UNTIL_A_YEAR_AWAY, Person
from app.accounts.privacy import forgets, kept
from app.clock import today
from app.db import db
from app.dialogues.models import KIND_NAMES, SAID_ABOUT_THE_HARVEST, Dialogue, Participant, Statement
from app.events import record
from app.jobs import clockwork

CHECKS_NEEDED = 2
TIME_TO_CHECK = timedelta(days=7)  # after this it may be published with fewer checks; the page says so
TIME_TO_COMMENT = timedelta(days=7)
MISSING, MINORITY_REPORT, COMMENT = SAID_ABOUT_THE_HARVEST
KIND_NAMES.update(
    {
        MISSING: _l("Missing in the harvest"),
        MINORITY_REPORT: _l("Minority report"),
        COMMENT: _l("Comment on the harvest"),
    }
)


class Harvest(db.Model):
    """What came of one dialogue, in words. Its number is that of the dialogue."""

    id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), primary_key=True)
    dialogue: Mapped[Dialogue] = relationship(back_populates="harvest", lazy="joined")
    agreed: Mapped[str] = mapped_column(default="")
    differ: Mapped[str] = mapped_column(default="")  # where, and why
    one_side: Mapped[str] = mapped_column(default="")  # in their own words
    other_side: Mapped[str] = mapped_column(default="")
    asks: Mapped[list] = mapped_column(JSON, default=list)  # of [what, of whom]
    actions: Mapped[list] = mapped_column(JSON, default=list)  # of [what, who, when]
    absent: Mapped[str] = mapped_column(default="")  # who was not at the table
    version: Mapped[int] = mapped_column(default=0)
    written_on: Mapped[date]  # this version
    published_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    versions: Mapped[list["HarvestVersion"]] = relationship(
        back_populates="harvest", order_by="HarvestVersion.number"
    )
    checks: Mapped[list["HarvestCheck"]] = relationship(back_populates="harvest")

    @classmethod
    def write(cls, by, dialogue, **words):
        """Write it, or write it anew; what was checked or published of it before no longer is."""
        harvest = dialogue.harvest
        if harvest is None:
            harvest = dialogue.harvest = cls()
        elif all(getattr(harvest, name) == value for name, value in words.items()):
            return harvest
        was_public, harvest.published_on = harvest.is_public, None
        for name, value in {**words, "written_on": today(), "version": (harvest.version or 0) + 1}.items():
            setattr(harvest, name, value)
        harvest.versions.append(HarvestVersion(number=harvest.version, writer_id=by.id))
        if harvest.version == 1 or was_public:
            dialogue.log("harvest_reopened" if was_public else "harvest_written", by)
        record("harvest.written", harvest, actor=by, number=harvest.version)
        return harvest

    @property
    def collective(self):
        return self.dialogue.collective

    @property
    def language(self):
        return self.dialogue.language

    @property
    def is_public(self):
        return self.published_on is not None

    @property
    def is_final(self):
        """Whether the time to comment is over: from then on nothing in it changes."""
        return self.is_public and today() > self.comments_until

    @property
    def takes_checks(self):
        return not self.is_public

    @property
    def takes_comments(self):
        return self.is_public and not self.is_final

    @property
    def comments_until(self):
        return self.published_on + TIME_TO_COMMENT

    @property
    def checks_until(self):
        return self.written_on + TIME_TO_CHECK

    @property
    def checks_now(self):
        """Those of the words as they stand; earlier ones are about other words."""
        return [check for check in self.checks if check.version == self.version]

    @property
    def is_checked(self):
        return len(self.checks_now) >= CHECKS_NEEDED

    @property
    def can_be_published(self):
        return not self.is_public and (self.is_checked or today() > self.checks_until)

    @property
    def writers(self):
        return {version.writer_id for version in self.versions} - {None}

    def check_by(self, person):
        """What this person said of the words as they stand, or None."""
        return next((c for c in self.checks_now if c.participant.person_id == person.id), None)

    def check(self, person, missing=""):
        """One participant says that it is right, or what is missing in it."""
        participant_id = self.dialogue.join(person)
        said = self.dialogue.add_words(participant_id, missing, MISSING, waits=False) if missing else None
        self.checks.append(HarvestCheck(version=self.version, participant_id=participant_id, missing=said))

    def publish(self, by):
        """Let everybody read it, and participants comment on it, for some days."""
        self.published_on = today()
        self.dialogue.log("harvest_published" if self.is_checked else "harvest_unchecked", by)
        record("harvest.published", self, actor=by, checks=len(self.checks_now))

    def add_words(self, person, text, kind):
        """A participant's own words with it: a minority report, or a comment. Hosts cannot change them."""
        return self.dialogue.add_words(self.dialogue.join(person), text, kind, waits=False)

    def words(self):
        """What participants wrote with it, by kind; of what was removed, the tombstone."""
        query = select(Statement).where(
            Statement.dialogue_id == self.id,
            Statement.kind.in_(SAID_ABOUT_THE_HARVEST),
            Statement.state.in_(("published", "removed")),
        )
        found = db.session.scalars(query.order_by(Statement.id).options(joinedload(Statement.author))).all()
        return {kind: [s for s in found if s.kind == kind] for kind in SAID_ABOUT_THE_HARVEST}

    def finish(self):
        """The time to comment is over: it is final, and the clock for the answer starts."""
        self.finished_on = today()
        self.dialogue.log("harvested", None)
        if not self.dialogue.stage:
            self.dialogue.stage = "harvested"
        record("harvest.finished", self)


class HarvestVersion(db.Model):
    """That somebody wrote the harvest, or wrote it anew."""

    harvest_id: Mapped[int] = mapped_column(ForeignKey("harvest.id"), primary_key=True)
    harvest: Mapped[Harvest] = relationship(back_populates="versions")
    number: Mapped[int] = mapped_column(primary_key=True)
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    writer: Mapped[Person | None] = relationship(lazy="joined")
    written_on: Mapped[date] = mapped_column(default=today)


class HarvestCheck(db.Model):
    """What one participant said of one version: it is right, or something is missing."""

    harvest_id: Mapped[int] = mapped_column(ForeignKey("harvest.id"), primary_key=True)
    harvest: Mapped[Harvest] = relationship(back_populates="checks")
    version: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True, index=True)
    participant: Mapped[Participant] = relationship(lazy="joined")
    missing_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))
    missing: Mapped[Statement | None] = relationship()

    @property
    def is_right(self):
        return self.missing_id is None


@clockwork
def finish_harvests():
    """Make final what everybody could comment on long enough."""
    over = Harvest.published_on < today() - TIME_TO_COMMENT
    for harvest in db.session.scalars(select(Harvest).where(over, Harvest.finished_on.is_(None))):
        harvest.finish()


def waiting_for(person):
    """The harvests that this person can check or comment on now, because they took part."""
    mine = select(Participant.dialogue_id).where(Participant.person_id == person.id)
    query = select(Harvest).where(Harvest.id.in_(mine), Harvest.finished_on.is_(None)).order_by(Harvest.id)
    found = db.session.scalars(query.options(selectinload(Harvest.versions), selectinload(Harvest.checks)))
    open_ones = [h for h in found if not h.is_final and person.id not in h.writers]
    return [h for h in open_ones if h.is_public or not h.check_by(person)]


@kept(
    "harvest_version.writer_id",
    title=_l("Harvests that you wrote"),
    why=_l("So that everybody can see who wrote what came of a dialogue."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("The harvest stays, without your name."),
)
def versions_by(person):
    query = select(HarvestVersion).where(HarvestVersion.writer_id == person.id)
    query = query.order_by(HarvestVersion.harvest_id, HarvestVersion.number)
    return [
        {"question": v.harvest.dialogue.question, "version": v.number, "at": v.written_on}
        for v in db.session.scalars(query.options(joinedload(HarvestVersion.harvest)))
    ]


@kept(
    "harvest_check.participant_id",
    title=_l("Harvests that you checked"),
    why=_l("So that you check each version once, and others see that it was checked."),
    how_long=UNTIL_A_YEAR_AWAY,
    stays=_l("That somebody checked it stays, without a link to you."),
)
def checks_by(person):
    query = select(HarvestCheck).join(HarvestCheck.participant).where(Participant.person_id == person.id)
    query = query.order_by(HarvestCheck.harvest_id, HarvestCheck.version)
    return [
        {"question": check.harvest.dialogue.question, "version": check.version}
        for check in db.session.scalars(query.options(joinedload(HarvestCheck.harvest)))
    ]


@forgets
def forget_harvests(person, words):
    """Who wrote a harvest is nobody from now on; checks are a participant's, whom nobody knows then."""
    own = update(HarvestVersion).where(HarvestVersion.writer_id == person.id)
    db.session.execute(own.values(writer_id=None))
