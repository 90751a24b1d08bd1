"""Methods with rounds: the last option goes out, and ballots go on to their next choice."""

from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from app.votes.why.decision import open_tie
from app.votes.why.told import Why, _, figure, listed


@dataclass(frozen=True)
class Cell:
    """What an option has in a round. No votes: it is out by then."""

    votes: Fraction | None
    gained: Fraction = Fraction(0)
    goes_out: bool = False
    is_chosen: bool = False  # in this round

    @property
    def before(self):
        return float(self.votes - self.gained)

    @property
    def shown(self):
        return figure(self.votes)

    @property
    def shown_gain(self):
        return figure(self.gained)


@dataclass(frozen=True)
class Rounds:
    """A table by round: a row an option, and what no option can use any more."""

    rows: list  # (option, cells)
    exhausted: list
    whole: float
    quota: int | None = None

    @property
    def wastes(self):
        """Whether some ballots had no choice left."""
        return any(number != "0" for number in self.exhausted)

    @property
    def number(self):
        return len(self.exhausted)

    @property
    def has_bars(self):
        return self.number * len(self.rows) <= 150  # more would make a heavy page


def irv(told):
    rounds = shown_rounds(told.rounds)
    return Why(
        [*beginning(told, rounds[0]), *ending(told, rounds[-1]), *draws(told, rounds)],
        [step(told, number, rounds) for number in range(len(rounds))],
        "rounds",
        table_of_irv(told, rounds),
    )


def shown_rounds(rounds):
    """All but the last, when only the winner is left in it: that says nothing new."""
    is_idle = len(rounds) > 1 and len(rounds[-1]["counts"]) == 1
    return rounds[:-1] if is_idle else rounds


def have_equals(told, found):
    """Whether ballots put several options first, so that they count for each of these."""
    return sum(found["counts"].values()) + found["exhausted"] > told.ballots


def beginning(told, first):
    counts = {int(option): number for option, number in first["counts"].items()}
    total = told.ballots - first["exhausted"]
    most = max(counts, key=counts.__getitem__)
    facts = {"count": figure(counts[most]), "total": figure(total)}
    if have_equals(told, first):
        return [
            _("The option with the fewest ballots went out each round. These went on to their next choice."),
            _("A ballot with several options on one place counts for each of these."),
        ]
    if 2 * counts[most] > total:
        sentence = _("%(option)s had more than half of the first places: %(count)s of %(total)s.",
                     option=told.name(most), **facts)  # fmt: skip
        return [sentence]
    return [
        _("In the first round nobody had more than half of the %(total)s first places.", **facts),
        _("So the last option went out each round. Its ballots went on to their next choice."),
    ]


def ending(told, last):
    if told.is_tie:
        (count,) = {last["counts"][str(option)] for option in told.winners}
        facts = {"options": told.names(told.winners), "count": figure(count)}
        return [_("In the last round %(options)s had as many ballots: %(count)s each.", **facts), open_tie()]
    order = sorted(last["counts"], key=lambda option: last["counts"][option], reverse=True)
    parts = [with_number(told, int(option), last["counts"][option]) for option in order]
    return [_("The last round: %(result)s.", result=listed(parts))]


def with_number(told, option, number):
    return Markup("{} {}").format(told.name(option), figure(number))


def draws(told, rounds):
    """Whether equals in last place made a difference."""
    for number, found in enumerate(rounds, 1):
        if found["out"] and found.get("mattered", False):
            others = told.names(found["could_win"])
            facts = {"number": number, "options": others}
            return [
                _("In round %(number)s equals went out together, as the rules say.", **facts),
                _("Out one by one, one of these could have won: %(options)s.", **facts),
            ]
        if found["out"] and found.get("mattered", False) is None:
            return [_("Equals went out together. Whether that mattered takes too long to find out.")]
    return []


def step(told, place, rounds):
    found, number = rounds[place], place + 1
    out = found["out"]
    if not out:
        return _("Round %(number)s: all that are left are equal.", number=number)
    counts = {str(option): found["counts"][str(option)] for option in out}
    facts = {"number": number, "options": told.names(out), "count": figure(counts[str(out[0])])}
    if len(out) == 1:
        sentence = _("Round %(number)s: %(options)s goes out, with %(count)s.", **facts)
    else:
        sentence = _("Round %(number)s: %(options)s go out, each with %(count)s.", **facts)
    if place + 1 == len(rounds):
        return sentence + " " + _("%(options)s is left, and wins.", options=told.names(told.winners))
    gains = gained(told, found["counts"], rounds[place + 1]["counts"])
    return sentence + " " + gains if gains else sentence


def gained(told, before, after):
    parts = [
        Markup("{} +{}").format(told.name(int(option)), figure(value(after[option]) - value(before[option])))
        for option in after
        if option in before and value(after[option]) > value(before[option])
    ]  # fmt: skip
    return _("Their next choices: %(gains)s.", gains=listed(parts)) if parts else ""


def value(text):
    return Fraction(text)


def table_of_irv(told, rounds):
    cells = {}
    for option in told.options:
        key, row, before = str(option), [], None
        for place, found in enumerate(rounds):
            if key not in found["counts"]:
                row.append(Cell(None))
                continue
            now = Fraction(found["counts"][key])
            is_last = place + 1 == len(rounds)
            row.append(
                Cell(now, now - before if before is not None else Fraction(0), option in found["out"],
                     is_last and option in told.winners and not told.is_tie)
            )  # fmt: skip
            before = now
        cells[option] = row
    whole = max(told.ballots, 1)
    return Rounds(in_order(told, cells), [figure(found["exhausted"]) for found in rounds], whole)


def in_order(told, cells):
    """Winners first, then who stayed in longest, then who had most."""

    def rank(option):
        held = [cell.votes for cell in cells[option] if cell.votes is not None]
        place = told.winners.index(option) if option in told.winners else len(told.options)
        return place, -len(held), -(held[-1] if held else 0)

    return [(option, cells[option]) for option in sorted(cells, key=rank)]


# Several seats


def stv(told):
    stages = told.rounds
    quota = stages[0]["quota"]
    return Why(
        [*how_many_needed(told, stages, quota), *filled(told, stages, quota), *draws_of_stv(told, stages)],
        [stage_told(told, place, stages) for place in range(len(stages))],
        "rounds",
        table_of_stv(told, stages, quota),
    )


def how_many_needed(told, stages, quota):
    valid = sum(value(votes) for votes in stages[0]["votes"].values())
    facts = {"seats": told.rule.seats, "ballots": figure(valid), "quota": figure(quota)}
    return [
        _(
            "There were %(seats)s places and %(ballots)s ballots. Whoever has %(quota)s votes is chosen.",
            **facts,
        ),
        _("No more options than there are places can have so many."),
    ]


def filled(told, stages, quota):
    """Who was chosen without reaching that number."""
    without = [
        option
        for found in stages
        for option in found["elected"]
        if value(found["votes"][str(option)]) < quota
    ]
    if not without:
        return []
    facts = {"options": told.names(without)}
    return [_("For the last places no more options were left than these: %(options)s.", **facts)]


def draws_of_stv(told, stages):
    if not told.tied:
        return []
    could_win = next((found["could_win"] for found in stages if "tie" in found), None)
    sentences = [_("Equals were told apart by the order on the ballot, and that made a difference.")]
    if could_win:
        others = [option for option in could_win if option not in told.winners]
        if others:
            facts = {"options": told.names(others)}
            sentences.append(_("In another order these could have been chosen: %(options)s.", **facts))
    return sentences


def stage_told(told, place, stages):
    found = stages[place]
    parts = [what_happened(told, place, stages)]
    if place:
        parts.append(gained(told, stages[place - 1]["votes"], found["votes"]))
    if "tie" in found:
        facts = {"options": told.names(found["tie"])}
        parts.append(_("%(options)s were equal all along; the order on the ballot decided.", **facts))
    if found["elected"]:
        parts.append(_("Chosen: %(options)s.", options=told.names(found["elected"])))
    return Markup(" ").join(part for part in parts if part)


def what_happened(told, place, stages):
    found, number = stages[place], place + 1
    if found["stage"] == "first":
        return _("Round %(number)s: every ballot counts for its first choice.", number=number)
    before = stages[place - 1]["votes"]
    facts = {"number": number, "options": told.names(found["of"])}
    if found["stage"] == "surplus":
        (option,) = found["of"]
        more = value(before[str(option)]) - found["quota"]
        facts["votes"] = figure(more)
        return _("Round %(number)s: %(options)s has %(votes)s more than needed. These go on.", **facts)
    if len(found["of"]) > 1:
        return _("Round %(number)s: %(options)s go out, without any vote.", **facts)
    facts["votes"] = figure(before[str(found["of"][0])])
    return _("Round %(number)s: %(options)s goes out, with %(votes)s.", **facts)


def table_of_stv(told, stages, quota):
    cells = {}
    for option in told.options:
        key, row, before = str(option), [], None
        for place, found in enumerate(stages):
            if key not in found["votes"]:
                row.append(Cell(None))
                continue
            now = value(found["votes"][key])
            following = stages[place + 1] if place + 1 < len(stages) else {"stage": "", "of": []}
            goes_out = following["stage"] == "out" and option in following["of"]
            gained_now = max(now - before, Fraction(0)) if before is not None else Fraction(0)
            row.append(Cell(now, gained_now, goes_out, option in found["elected"]))
            before = now
        cells[option] = row
    whole = max([quota, *(float(cell.votes) for row in cells.values() for cell in row if cell.votes)])
    exhausted = [figure(value(found["exhausted"])) for found in stages]
    return Rounds(in_order(told, cells), exhausted, whole, quota)
