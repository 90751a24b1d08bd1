"""The course of a dialogue: in preparation, announced, open in one phase after another, closed or stopped."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import Person
from app.clock import now, today
from app.core.phases import Phase, moved, phase_on, spread
from app.db import db
from app.events import record

# What came after it closed, in this order
STAGES = {
    "harvested": _l("Harvested"),
    "answered": _l("Answered"),
    "carried_out": _l("Carried out"),
}
# The steps that are no part of a format
STEP_NAMES = {
    "announced": _l("Announced"),
    "opened": _l("Opened"),
    "rescheduled": _l("Given other days"),
    "closed": _l("Closed"),
    "stopped": _l("Stopped"),
    "harvest_written": _l("A harvest was written, for participants to check"),
    "harvest_published": _l("The harvest was checked and published, for comments"),
    "harvest_unchecked": _l("The harvest was published for comments, checked by fewer than two participants"),
    "harvest_reopened": _l("The harvest was changed, and has to be checked again"),
    **STAGES,
}
# The steps that only hosts take, or somebody of the council
BY_SOMEBODY = STEP_NAMES.keys() - {"opened", "closed", "harvested"}


class Course:
    """What a dialogue knows about where it stands, and the steps it can take."""

    phase_list: Mapped[list] = mapped_column(JSON, default=list)  # of [name, share, last day or None]
    phase_name: Mapped[str] = mapped_column(default="")  # as it was last put; time may have moved it on
    closes_on: Mapped[date]  # the last day to take part
    opens_on: Mapped[date | None]  # an announced dialogue opens by itself on this day
    announced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    is_stopped: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(default="")  # of STAGES, after it closed
    note: Mapped[str] = mapped_column(default="")  # why it went back, or stopped: everybody reads it
    live_until: Mapped[datetime | None]  # till then people talk it through together, in a room
    timer_ends_at: Mapped[datetime | None]  # of the phase it is in, when a host set a timer

    @property
    def phases(self):
        return [Phase(name, share, day and date.fromisoformat(day)) for name, share, day in self.phase_list]

    @phases.setter
    def phases(self, phases):
        self.phase_list = [[p.name, p.share, p.ends_on and p.ends_on.isoformat()] for p in phases]

    @property
    def phase(self):
        """The phase it is in now; None when its format knows none, or before it opens."""
        if not self.phase_list or not self.phase_name:
            return None
        return phase_on(self.phases, self.phase_name, today())

    def is_in(self, *names):
        """Whether it is open, and in one of these phases."""
        return self.is_open and self.phase is not None and self.phase.name in names

    def is_past(self, name):
        """Whether the phase of this name is over."""
        return self.is_closed or name in [phase.name for phase in self.earlier_phases]

    @property
    def later_phases(self):
        names = [phase.name for phase in self.phases]
        return self.phases[names.index(self.phase.name) + 1 :] if self.phase else []

    @property
    def earlier_phases(self):
        names = [phase.name for phase in self.phases]
        return self.phases[: names.index(self.phase.name)] if self.phase else []

    @property
    def state(self):
        if self.is_stopped:
            return "stopped"
        if self.is_closed:
            return self.stage or "closed"
        if self.is_open:
            return "open"
        return "announced" if self.announced_at else "draft"

    @property
    def stage_name(self):
        return STAGES[self.stage]

    @property
    def is_public(self):
        return self.announced_at is not None or self.opened_at is not None

    @property
    def is_announced(self):
        return self.announced_at is not None and self.opened_at is None

    @property
    def is_unopened(self):
        return self.opened_at is None

    @property
    def is_open(self):
        return self.opened_at is not None and self.closed_at is None and today() <= self.closes_on

    @property
    def is_closed(self):
        return self.opened_at is not None and not self.is_open

    def announce(self, by, opens_on):
        """Show the card before people can take part; it opens by itself on a day."""
        self.announced_at, self.opens_on = now(), opens_on
        self.log("announced", by)
        record("dialogue.announced", self, actor=by)

    def open(self, by=None):
        """Let people take part: from now on the card cannot change."""
        if self.opened_at is not None:
            return
        self.opened_at = now()
        if self.phase_list:
            self.phases = spread(self.phases, today(), self.closes_on)
            self.phase_name = self.phases[0].name
        self.log("opened", by)
        record("dialogue.opened", self, actor=by)
        self.make_findable()

    def go_to(self, by, name, note=""):
        """Begin a phase now. Going back takes a note that everybody can read."""
        self.phases = moved(self.phases, name, today(), self.closes_on)
        self.phase_name = name
        self.note = note or self.note
        self.timer_ends_at = None
        self.log(name, by, note)
        record("dialogue.moved", self, actor=by)

    @property
    def is_live(self):
        return self.is_open and self.live_until is not None and now() < self.live_until

    @property
    def timer_runs(self):
        return self.timer_ends_at is not None and now() < self.timer_ends_at

    @property
    def moment(self):
        """Where it stands, in a word that changes when a phone in the room has to be told."""
        timer = self.timer_ends_at and int(self.timer_ends_at.timestamp())
        return f"{self.state}.{self.phase.name if self.phase else ''}.{timer or ''}"

    def start_timer(self, by, minutes):
        """Give the phase it is in so many minutes from now; none stops the timer. Nothing ends by itself."""
        self.timer_ends_at = now() + timedelta(minutes=minutes) if minutes else None
        record("timer.started", self, actor=by)

    def keep_up(self):
        """Write down that time moved it on to a later phase."""
        self.phase_name = self.phase.name
        self.log(self.phase_name, None)
        record("dialogue.moved", self)

    def reschedule(self, by, last_days):
        """Give the phases that are not over other last days: {name: day}. The last one closes it."""
        self.phases = [replace(p, ends_on=last_days.get(p.name, p.ends_on)) for p in self.phases]
        self.closes_on = self.phases[-1].ends_on
        self.log("rescheduled", by)
        record("dialogue.rescheduled", self, actor=by)

    def close(self, by=None):
        if self.opened_at and self.closed_at is None:
            self.closed_at = now()
            self.log("closed", by)
            record("dialogue.closed", self, actor=by, participants=self.people)
            self.conclude(by)
            self.make_findable()

    def stop(self, by, note):
        """End it before its time, with a reason that everybody can read."""
        self.is_stopped, self.note = True, note
        self.opened_at = self.opened_at or now()
        self.closed_at = now()
        self.log("stopped", by, note)
        record("dialogue.stopped", self, actor=by)

    def come_to(self, stage, by):
        """Write down how far it has come since it closed; that can also be less far than before."""
        if stage != self.stage:
            self.stage = stage
            self.log(stage or "closed", by)

    def log(self, to, by, note=""):
        self.transitions.append(Transition(to=to, actor_id=by.id if by else None, note=note))


class Transition(db.Model):
    """One step in the course of a dialogue: to where, by whom, when, and why."""

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    dialogue: Mapped["Dialogue"] = relationship(back_populates="transitions")  # noqa: F821
    to: Mapped[str]  # a phase, or one of STEP_NAMES
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # None: by the clock
    actor: Mapped[Person | None] = relationship()
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)


def course_of(dialogue):
    """The steps it took, oldest first, with who took them."""
    steps = select(Transition).where(Transition.dialogue_id == dialogue.id).order_by(Transition.id)
    return db.session.scalars(steps.options(joinedload(Transition.actor))).all()
