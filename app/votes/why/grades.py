"""Methods that compare grades: the final between two, the middle grade, the least resistance."""

from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from app.votes.why.decision import open_tie
from app.votes.why.sums import Counts, points, table
from app.votes.why.told import Why, _, figure, listed, ngettext, share

# STAR: the two best scores, then a final


@dataclass(frozen=True)
class Final:
    """The scores, and every final that was held: two options, and how many ballots put each higher."""

    counts: Counts
    duels: list


@dataclass(frozen=True)
class Duel:
    first: int
    second: int
    for_first: int
    for_second: int
    neither: int

    @property
    def ballots(self):
        return self.for_first + self.for_second + self.neither


def star(told):
    duels = [duel_in(told, found) for found in told.rounds[1:]]
    counts = table(told, _("Points"), told.ballots * told.rule.top)
    figures = Final(counts, duels)
    if not duels:
        return Why([_("There was one option only.")], [], "final", figures)
    if len(duels) == 1:
        return Why([*finalists(told, duels[0]), *final(told, duels[0])], [], "final", figures)
    sentences = [_("Options had equally many points. So every final that could follow was held.")]
    if told.is_tie:
        sentences += [_("Whoever does not lose one of them is a winner."), open_tie()]
    else:
        sentences.append(_("%(option)s does not lose one of them.", option=told.name(told.winners[0])))
    return Why(sentences, [sentence for duel in duels for sentence in final(told, duel)], "final", figures)


def duel_in(told, found):
    a, b = found["duel"]
    for_a, for_b = found["preferred"][str(a)], found["preferred"][str(b)]
    if for_b > for_a:
        a, b, for_a, for_b = b, a, for_b, for_a
    return Duel(a, b, for_a, for_b, told.ballots - for_a - for_b)


def finalists(told, duel):
    both = sorted((duel.first, duel.second), key=lambda option: told.counts[option], reverse=True)
    parts = [
        _("%(option)s with %(amount)s", option=told.name(option), amount=points(told.counts[option]))
        for option in both
    ]
    return [_("Most points, and so in the final: %(options)s.", options=listed(parts))]


def final(told, duel):
    facts = {"first": told.name(duel.first), "second": told.name(duel.second), "most": figure(duel.for_first)}
    if duel.for_first == duel.for_second:
        sentence = _(
            "In the final between %(first)s and %(second)s each was put higher as often: %(most)s times.",
            **facts,
        )
        return [sentence, *([open_tie()] if len(told.rounds) == 2 else [])]
    sentence = _(
        "%(most)s voters put %(first)s above %(second)s in the final, and %(fewest)s the other way round.",
        fewest=figure(duel.for_second),
        **facts,
    )
    if not duel.neither:
        return [sentence]
    equals = ngettext("%(num)s voter gave both the same.", "%(num)s voters gave both the same.", duel.neither)
    return [sentence + " " + equals]


# The middle grade


@dataclass(frozen=True)
class Grades:
    """How often each option got each grade, the best grade first, and which one is in the middle."""

    grades: list  # from high to low
    names: list
    top: int
    rows: list
    ballots: int

    def strength(self, place):
        """How strongly a grade is coloured: the best one most."""
        return round(1 - 0.88 * place / max(self.top, 1), 2)


@dataclass(frozen=True)
class GradeRow:
    option: int
    numbers: list  # of each grade, from high to low
    middle: int


def majority_judgment(told):
    figures, best = grades_of(told), told.counts[(told.winners or told.options)[0]]
    grade = told.grade_name(best)
    sentences, steps = [], []
    taken = told.rounds[1:]
    equals = [option for option in told.options if told.counts[option] == best]
    if len(equals) == 1:
        facts = {"option": told.name(equals[0]), "grade": grade}
        sentences = [
            _("At least half of the voters gave %(option)s the grade “%(grade)s” or better.", **facts),
            _("That is its middle grade. No other option has one that high."),
        ]
    else:
        sentences = [
            _(
                "The highest middle grade is “%(grade)s”: half of the voters gave that or better.",
                grade=grade,
            ),
            _("These options share it: %(options)s.", options=told.names(equals)),
        ]
        if taken:
            sentences.append(
                _("So their middle grades were taken away, one by one, until the next ones differed.")
            )
        if told.is_tie:
            sentences.append(_("%(options)s have exactly the same grades.", options=told.names(told.winners)))
            sentences.append(open_tie())
        steps = [taken_away(told, found) for found in taken]
    return Why(sentences, steps, "grades", figures)


def taken_away(told, found):
    parts = [
        Markup("{} “{}”").format(told.name(int(option)), told.grade_name(grade))
        for option, grade in found["grades"].items()
    ]
    return ngettext(
        "After %(num)s grade was taken away: %(grades)s.",
        "After %(num)s grades each were taken away: %(grades)s.",
        found["taken"],
        grades=listed(parts),
    )


def grades_of(told):
    scale = list(range(told.rule.top, -1, -1))
    rows = []
    for option in sorted(told.options, key=lambda option: told.counts[option], reverse=True):
        found = {int(grade): number for grade, number in told.rounds[0]["grades"][str(option)].items()}
        found[0] = told.ballots - sum(number for grade, number in found.items() if grade)  # or not graded
        rows.append(GradeRow(option, [found.get(grade, 0) for grade in scale], told.counts[option]))
    if told.winners:
        rows.sort(key=lambda row: row.option not in told.winners)
    return Grades(scale, [told.grade_name(grade) for grade in scale], told.rule.top, rows, told.ballots)


# The least resistance


@dataclass(frozen=True)
class Met:
    """What resistance an option meets."""

    option: int
    mean: Fraction
    highest: int | None
    spread: list  # how many feel little, some and much
    ratings: int

    @property
    def shown_mean(self):
        return figure(self.mean)


def resistance(told):
    rows = sorted(met_by_each(told), key=lambda met: (not met.ratings, met.mean))
    least = [row for row in rows if row.option in told.winners]
    sentences = []
    if told.is_tie:
        parts = told.names(told.tied)
        sentences += [_("%(options)s meet equal resistance on average.", options=parts), open_tie()]
    elif told.rule.seats > 1:
        sentences.append(
            _("There were %(seats)s places, for what meets the least resistance.", seats=told.rule.seats)
        )
    else:
        (row,) = least
        facts = {"option": told.name(row.option), "mean": figure(row.mean), "highest": row.highest}
        sentences += [
            _("%(option)s meets the least resistance: %(mean)s on average, from 0 to 10.", **facts),
            how_many_mind(row),
            _("The strongest resistance to it is %(highest)s.", **facts),
        ]
        others = [other for other in rows if other.ratings and other is not row]
        if others:
            facts = {"option": told.name(others[0].option), "mean": figure(others[0].mean)}
            sentences.append(_("After that comes %(option)s, with %(mean)s.", **facts))
    return Why(sentences, [], "resistance", rows)


def how_many_mind(met):
    if not met.spread[2]:
        return _("Nobody feels much resistance to it (7 or more).")
    return ngettext(
        "%(num)s of %(ratings)s voters feels much resistance to it (7 or more): %(share)s.",
        "%(num)s of %(ratings)s voters feel much resistance to it (7 or more): %(share)s.",
        met.spread[2],
        ratings=figure(met.ratings),
        share=share(met.spread[2], met.ratings),
    )


def met_by_each(told):
    found = told.rounds[0]
    for option in told.options:
        key = str(option)
        yield Met(
            option, Fraction(found["mean"][key]), found["highest"][key], found["spread"][key],
            found["ratings"][key],
        )  # fmt: skip
