"""The phases of a dialogue: which one it is, and until when each lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True)
class Phase:
    """One part of a dialogue, with its share of the days and its last day; None until the dialogue opens."""

    name: str
    share: float
    ends_on: date | None = None


def spread(phases: Sequence[Phase], opens_on: date, closes_on: date) -> tuple[Phase, ...]:
    """Give each phase its last day, by its share of the days from `opens_on` up to and including `closes_on`.

    The last phase ends on `closes_on`; no phase ends before an earlier one, so a short dialogue may
    pass a phase on the same day. Shares need not add up to one. Raises ValueError without phases.
    """
    if not phases:
        raise ValueError("a dialogue has at least one phase")
    whole, days, so_far = sum(phase.share for phase in phases), (closes_on - opens_on).days + 1, 0.0
    dated = []
    for phase in phases[:-1]:
        so_far += phase.share
        last = opens_on + timedelta(days=max(0, int(days * so_far / whole + 1e-9) - 1))
        dated.append(replace(phase, ends_on=min(last, closes_on)))
    return (*dated, replace(phases[-1], ends_on=closes_on))


def phase_on(phases: Sequence[Phase], name: str, day: date) -> Phase:
    """The phase that a dialogue is in on a day, when it was last put in the one called `name`.

    A phase whose last day is past gives way to the next; the last one stays.
    """
    place = next(place for place, phase in enumerate(phases) if phase.name == name)
    for phase in phases[place:]:
        if phase.ends_on is None or day <= phase.ends_on:
            return phase
    return phases[-1]


def moved(phases: Sequence[Phase], name: str, day: date, closes_on: date) -> tuple[Phase, ...]:
    """The phases when the one called `name` begins on `day`: those before it are over, it and the
    later ones share the days that are left."""
    place = next(place for place, phase in enumerate(phases) if phase.name == name)
    yesterday = day - timedelta(days=1)
    before = [replace(p, ends_on=min(p.ends_on or yesterday, yesterday)) for p in phases[:place]]
    return (*before, *spread(phases[place:], day, max(day, closes_on)))
