"""What a figure is, and the few ways in which figures are counted."""

from dataclasses import dataclass
from typing import Any

FEWEST = 5  # people, below which a figure about how they behave is not shown


@dataclass(frozen=True)
class Figure:
    title: Any
    meaning: Any
    query: str  # gives value and n
    group: str
    unit: str = "count"  # or share, or days
    limits: Any = ""
    fewest: int = 0  # with a smaller n it is left out
    items: str = ""  # the endpoint of the page that shows what was counted
    is_of_one: bool = False  # of one dialogue, proposal or collective, and not of the whole neighbourhood


def counted(source):
    return f"SELECT count(*) AS value, count(*) AS n FROM {source}"


def share(part, source):
    return f"SELECT avg(CASE WHEN {part} THEN 1.0 ELSE 0.0 END) AS value, count(*) AS n FROM {source}"


def median(column, source):
    """The middle value; of an even number, half-way between the two in the middle."""
    ranked = (
        f"SELECT {column} AS one, row_number() OVER (ORDER BY {column}) AS place, count(*) OVER () AS n "
        f"FROM {source}"
    )
    return (
        f"SELECT avg(one) AS value, coalesce(max(n), 0) AS n FROM ({ranked}) "
        "WHERE place IN ((n + 1) / 2, (n + 2) / 2)"
    )


def share_told(part, source):
    """A share of people, left out when those few, or the rest, are too few to stay unknown."""
    those = f"sum(CASE WHEN {part} THEN 1 ELSE 0 END)"
    return (
        f"SELECT CASE WHEN {those} >= {FEWEST} AND count(*) - {those} >= {FEWEST} "
        f"THEN 1.0 * {those} / count(*) END AS value, count(*) AS n FROM {source}"
    )
