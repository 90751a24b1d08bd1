"""An election as it stands in a file of any form: its options, and how often each choice was made."""

from collections import Counter
from dataclasses import dataclass, field

from app.core.tally import METHODS, Rule
from app.core.tally.yes_no import ABSTAIN, NO, YES
from app.imports import Refused

YES_NO_WORDS = {
    YES: ("yes", "ja", "y", "for", "voor"),
    NO: ("no", "nee", "n", "against", "tegen"),
    ABSTAIN: ("abstain", "abstention", "onthouding", "blanco", "blank"),
}


@dataclass
class Ballots:
    """What a reader gives. Option number n has the id `ids[n - 1]` in the file, and a name for people.

    `held` is what the ballots hold, by kind: "set", "ranking", "grades". A file can hold more than one.
    What else a file knows of the rule (`budget`, `costs` by option number, `top`, `seats`) is in `rule`.
    """

    file: str
    ids: list[str | int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    held: dict[str, Counter] = field(default_factory=dict)
    rule: dict = field(default_factory=dict)

    @property
    def numbers(self):
        return range(1, len(self.ids) + 1)

    def add_option(self, id, name=""):
        """One more option; the answer is its number."""
        self.ids.append(id)
        self.names.append(name or str(id))
        return len(self.ids)

    def of_kind(self, kind, method):
        """The ballots as a method needs them, from what the file holds. Raises Refused where that cannot be.

        A ranking chooses what it puts first; a grade from 0 to 1 chooses, and grades make a ranking.
        """
        if kind in self.held:
            return self.held[kind]
        if kind == "set":
            return self.chosen(method)
        if kind == "ranking":
            source, change = ("grades", ranked_by_grade) if "grades" in self.held else ("set", alone)
            return merged(self.held[source], change)
        raise Refused(self.file, None, f"not all options on its ballots have grades, and {method} needs them")

    def chosen(self, method):
        if "grades" not in self.held:
            return merged(self.held["ranking"], lambda ranking: ranking[0] if ranking else frozenset())
        if any(grade > 1 for choice in self.held["grades"] for _, grade in choice):
            raise Refused(self.file, None, f"it holds grades, and {method} needs to know who chose what")
        return merged(self.held["grades"], graded_one)

    def yes_no(self):
        """The answers to one question, as 1 yes, 2 no and 3 abstain, and the id of each in the file.

        Options are known by their names; if not all are, the first is yes, the second no, the third abstain.
        Who chose nothing abstained.
        """
        found = [answer_called(name) for name in self.names]
        if None in found or len(set(found)) < len(found):
            found = [*self.numbers]
        if len(found) > 3:
            reason = f"a yes or no vote has at most three options, and here are {len(found)}"
            raise Refused(self.file, None, reason)
        answers = merged(
            self.of_kind("set", "yes-no"),
            lambda chosen: frozenset(found[option - 1] for option in chosen) or frozenset({ABSTAIN}),
        )
        return answers, dict(zip(found, self.ids, strict=True))

    def rule_for(self, method, ballots, **asked):
        """The rule to count by: what was asked, else what the file says, else what its ballots need."""
        needed = {}
        if METHODS[method].KIND == "grades":
            grades = [[grade for _, grade in choice] for choice in ballots]
            needed["top"] = max([5, *(grade for row in grades for grade in row)])
            power = 2 if method == "quadratic" else 1
            needed["credits"] = max([0, *(sum(grade**power for grade in row) for row in grades)])
        return Rule(**needed | self.rule | {key: value for key, value in asked.items() if value is not None})


def merged(ballots, change):
    """The ballots after a change to each choice, equal ones together again."""
    changed = Counter()
    for choice, number in ballots.items():
        changed[change(choice)] += number
    return changed


def graded_one(grades):
    return frozenset(option for option, grade in grades if grade)


def alone(chosen):
    return (chosen,) if chosen else ()


def ranked_by_grade(grades):
    values = sorted({grade for _, grade in grades}, reverse=True)
    return tuple(frozenset(option for option, grade in grades if grade == value) for value in values)


def answer_called(name):
    return next((answer for answer, words in YES_NO_WORDS.items() if name.casefold() in words), None)
