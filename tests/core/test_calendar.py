"""What we write as a calendar, another library reads back as it was meant."""

from datetime import UTC, date, datetime

from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from app.core.calendar import Entry, calendar, escape, fold

NOON = datetime(2026, 3, 1, 12, 0, 5)
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n")


def entry(**facts):
    return Entry("request-1@x", date(2026, 3, 3), NOON, **{"title": "Answer due", **facts})


def read(text):
    """As a program that subscribes reads it. It accepts nothing that is not sound."""
    found = Calendar.from_ical(text)
    assert found.errors == [] and all(event.errors == [] for event in found.events)
    return found


def named(found, name):
    """The library leaves a name as it stands in the file; a title, written alike, it reads as text."""
    return found["NAME"] == found["X-WR-CALNAME"] == escape(name)


def test_a_day_is_a_whole_day_that_ends_before_the_next():
    (event,) = read(calendar("Lakerbeek", "Europe/Amsterdam", [entry()])).events
    assert event["DTSTART"].dt == date(2026, 3, 3) and event["DTEND"].dt == date(2026, 3, 4)
    assert not isinstance(event["DTSTART"].dt, datetime)
    assert event["DTSTAMP"].dt == NOON.replace(tzinfo=UTC)
    assert event["UID"] == "request-1@x" and event["TRANSP"] == "TRANSPARENT"


def test_an_empty_calendar_is_a_calendar():
    found = read(calendar("Lakerbeek, de buurt; ja", "Europe/Amsterdam", []))
    assert found.events == [] and named(found, "Lakerbeek, de buurt; ja")
    assert found["VERSION"] == "2.0" and found["PRODID"]


def test_signs_with_a_meaning_are_escaped():
    assert escape("a,b;c\\d\r\ne\rf\x00") == "a\\,b\\;c\\\\d\\ne\\nf"


def test_a_long_line_is_cut_between_letters():
    assert fold("x" * 75) == "x" * 75
    assert fold("x" * 76) == "x" * 75 + "\r\n x"
    assert fold("x" * 74 + "é") == "x" * 74 + "\r\n é"  # which takes two octets
    assert fold("x" * 72 + "🌳🌳") == "x" * 72 + "\r\n 🌳🌳"


def test_every_line_ends_as_it_should_and_none_is_too_long():
    text = calendar("Lakerbeek", "Europe/Amsterdam", [entry(title="Bomen 🌳 " * 40, text="Ja,\nnee; " * 40)])
    lines = text.encode().split(b"\r\n")
    assert lines.pop() == b"" and all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)


@given(title=st.text(LETTERS, min_size=1), text=st.text(LETTERS), name=st.text(LETTERS, min_size=1))
@example(title="\\n", text="\\,;\n\n", name="\\")
@example(title="BEGIN:VEVENT", text="END:VEVENT\nEND:VCALENDAR", name="x\nBEGIN:VEVENT")
def test_whatever_people_write_is_read_back_as_it_was(title, text, name):
    found = read(calendar(name, "Europe/Amsterdam", [entry(title=title, text=text), entry(title="x")]))
    first, second = found.events
    assert first["SUMMARY"] == title and first.get("DESCRIPTION", "") == text
    assert second["SUMMARY"] == "x" and named(found, name)


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), at=st.datetimes(datetime(1990, 1, 1)))
def test_days_and_moments_are_read_back_as_they_were(day, at):
    (event,) = read(
        calendar("x", "Europe/Amsterdam", [Entry("u", day, at, "x", address="https://x.nl/a")])
    ).events
    assert event["DTSTART"].dt == day and event["DTSTAMP"].dt == at.replace(tzinfo=UTC, microsecond=0)
    assert event["URL"] == "https://x.nl/a"
