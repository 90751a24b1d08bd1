"""The time, in one place, so that tests and drills can move it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.config import TIMEZONE


def now() -> datetime:
    """The present moment in UTC, without a zone, as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The date on the wall in the neighbourhood."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()
