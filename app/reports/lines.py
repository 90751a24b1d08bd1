"""What a report is made of: parts, each with lines. Pages and files tell the same lines."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.exports.figures import FIGURES
from app.fields import lines_of


@dataclass(frozen=True)
class Line:
    """One thing that a report tells: in words, as a figure of the registry, or as a day.

    `language` is that of who wrote the text, and empty where the words are ours. `state` says how a thing
    stands. A gap is what a host still has to fill in.
    """

    label: Any = ""
    text: Any = ""
    figure: str = ""
    day: date | None = None
    address: str = ""
    language: str = ""
    state: Any = ""
    is_gap: bool = False

    @property
    def title(self):
        return FIGURES[self.figure].title if self.figure else self.label


@dataclass(frozen=True)
class Part:
    """A chapter of a report. `more` is how many points were left out, to be read at `address`."""

    name: str
    title: Any
    lines: list = field(default_factory=list)
    note: Any = ""
    more: int = 0
    address: str = ""

    @property
    def gaps(self):
        return [line for line in self.lines if line.is_gap]


@dataclass(frozen=True)
class Report:
    """A whole report: what kind, about what, and its parts by name."""

    kind: str
    title: Any
    about: str
    language: str
    parts: list

    @property
    def by_name(self):
        return {part.name: part for part in self.parts}

    @property
    def gaps(self):
        return [line for part in self.parts for line in part.gaps]

    @property
    def figures(self):
        return [line.figure for part in self.parts for line in part.lines if line.figure]

    def rows(self, found):
        """Each line as a row of a table: with its words, or its figure with unit and n."""
        for part in self.parts:
            for line in part.lines:
                counted = found[line.figure] if line.figure else {}
                yield {
                    "part": str(part.title),
                    "label": str(line.title),
                    "text": str(line.text),
                    "state": str(line.state),
                    "day": line.day.isoformat() if line.day else "",
                    "figure": line.figure,
                    "value": counted.get("value"),
                    "unit": counted.get("unit", ""),
                    "n": counted.get("n"),
                    "filled_in": not line.is_gap,
                }


def points(text, language, most=None):
    """The lines of a text as points, and how many were left out."""
    said = [Line(text=line, language=language) for line in lines_of(text)]
    return said[:most], len(said[most:]) if most else 0


def clipped(text, most):
    """The beginning of a text, up to a whole word; and the numbers at its end, which belong to it."""
    if len(text) <= most:
        return text
    begin, bracket, numbers = text.rpartition(" (")
    end = f" ({numbers}" if bracket and text.endswith(")") and len(numbers) < most // 2 else ""
    return f"{(begin if end else text)[: most - len(end)].rsplit(' ', 1)[0]} …{end}"


def figures(*names):
    return [Line(figure=name) for name in names]
