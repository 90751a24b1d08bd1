"""The time, in one place, so that the demo, tests and drills can move it."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.config import TIMEZONE

moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """The present moment in UTC, without a zone, as the database keeps it."""
    return moved_to.get() or datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The date on the wall in the neighbourhood."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The date on the wall there at a moment in UTC."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(TIMEZONE)).date()


@contextmanager
def at(moment: datetime):
    """Within this block, and only in this thread, the clock stands still at a moment in UTC."""
    before = moved_to.set(moment)
    try:
        yield
    finally:
        moved_to.reset(before)
