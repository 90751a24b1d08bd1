"""Calendars that other programs can subscribe to, as RFC 5545 (iCalendar) says: of whole days only.

A library does this too, for zones, alarms and repeats that we do not have, at ten megabytes of memory and
half a second at every start. That what stands here is right, the tests ask that library.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LONGEST_LINE = 75  # octets, without its end
SIGNS = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """Something that is due on a day."""

    uid: str  # never changes, whatever else does
    day: date
    changed_at: datetime  # in UTC
    title: str
    text: str = ""
    address: str = ""


def calendar(name: str, zone: str, entries: Iterable[Entry]) -> str:
    """A calendar with these entries; programs ask for it again twice a day."""
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Buurtstem//Buurtstem//NL",
        "CALSCALE:GREGORIAN",
        f"NAME:{escape(name)}",  # RFC 7986, and what programs read before it
        f"X-WR-CALNAME:{escape(name)}",
        f"X-WR-TIMEZONE:{escape(zone)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    )
    lines = [*head, *(line for entry in entries for line in event(entry)), "END:VCALENDAR"]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def event(entry: Entry) -> Iterator[str]:
    """A whole day, during which nobody is busy because of it."""
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(entry.uid)}"
    yield f"DTSTAMP:{entry.changed_at:%Y%m%dT%H%M%SZ}"
    yield f"LAST-MODIFIED:{entry.changed_at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"  # the first day that it no longer is
    yield f"SUMMARY:{escape(entry.title)}"
    if entry.text:
        yield f"DESCRIPTION:{escape(entry.text)}"
    if entry.address:
        yield f"URL:{CONTROL.sub('', entry.address)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escape(text: str) -> str:
    """Text as a value: what has a meaning in a calendar loses it, and what nobody can see goes."""
    seen = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"[\\;,\n]", lambda sign: SIGNS[sign.group()], seen)


def fold(line: str) -> str:
    """A line in pieces of at most 75 octets, each next one after a space; no letter is cut in two."""
    pieces, piece, length = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if length + size > LONGEST_LINE:
            pieces.append(piece)
            piece, length = " ", 1
        piece += letter
        length += size
    return "\r\n".join([*pieces, piece])
