"""What was voted on, word for word, and what came of it: how a choice is written, counted and published."""

from collections import Counter
from dataclasses import asdict, replace

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.disclosure import PUBLISHED_FROM, least_to_decide, tells_figures
from app.core.published import COMPARED, canonical, write_published
from app.core.receipts import fingerprint, short
from app.core.tally import METHODS
from app.core.tally.notation import read_choice, write_choice
from app.db import db
from app.votes.box import Ballot
from app.votes.electorate import PROXY
from app.votes.why import decision_of


class Outcome:
    """The part of a vote that counts its choices and tells what came of it."""

    @property
    def numbers(self):
        return [option.number for option in self.options]

    def write_choice(self, choice):
        """The one text for a choice. Raises ValueError unless it is valid in this vote."""
        METHODS[self.method].check(choice, self.numbers, self.rule)
        if self.must_fit and self.cost_of(choice) > self.budget:
            raise ValueError("what is chosen has to fit in the budget")
        return write_choice(self.kind, choice)

    def read_choice(self, ballot):
        """The choice that a text stands for. Raises ValueError unless it is valid in this vote."""
        choice = read_choice(self.kind, ballot)
        METHODS[self.method].check(choice, self.numbers, self.rule)
        return choice

    def in_words(self, ballot):
        """A ballot as a list of what it says, with the options by name."""
        labels = {option.number: option.label for option in self.options}
        choice = read_choice(self.kind, ballot)
        if self.kind == "grades":
            return [f"{labels[option]}: {self.grade_name(grade)}" for option, grade in choice]
        if self.kind == "ranking":
            return [" = ".join(labels[option] for option in sorted(place)) for place in choice]
        return [labels[option] for option in sorted(choice)]

    # What is fixed at the opening

    def write_spec(self, roll):
        """Everything that is fixed when the vote opens, in the one way to write it down."""
        return canonical(
            {
                "id": self.id,
                "question": self.question,
                "proposal": {"title": self.proposal.title, "text": fingerprint(self.proposal.current.text)},
                "options": [
                    {"number": option.number, "label": option.label, "cost": option.cost}
                    for option in self.options
                ],
                "currency": self.currency,
                "method": self.method,
                "kind": self.kind,
                "rule": asdict(self.rule),
                "proxies": self.most_held if self.takes_proxies else 0,
                "last_day": self.closes_on.isoformat(),
                "secrecy": self.secrecy,
                "receipts": self.receipts if self.is_secret else None,
                "electorate": {"who": self.electorate, "size": self.electorate_size, "roll": roll},
                "key": self.public_key.hex() if self.public_key else None,
            }
        )

    @property
    def fingerprint(self):
        """Of what was fixed: it stands on the page, on paper ballots and in the record."""
        return fingerprint(self.spec) if self.spec else None

    @property
    def short_fingerprint(self):
        return short(self.fingerprint)

    # What came of it

    def fill_tally(self, choices):
        """Count, and keep the outcome."""
        ballots = Counter(choices)
        tally = asdict(self.decided(METHODS[self.method].count(ballots, self.numbers, self.rule)))
        tally["counts"] = {str(number): count for number, count in tally["counts"].items()}
        if self.kind == "set":
            won = set(tally["winners"])
            tally["reached"] = sum(number for choice, number in ballots.items() if choice & won)
        if self.takes_proxies:
            tally["proxies"] = self.handled(PROXY)
        self.tally = tally
        self.tells_figures = not self.is_secret or tells_figures(ballots, self.kind, self.known_to_one)

    def decided(self, tally):
        """The tally; or none, of so few secret ballots that the decision would tell who chose what."""
        held_here = self.spec is not None  # what was held elsewhere is decided, and known, already
        if not (self.is_secret and held_here) or tally.ballots >= least_to_decide(self.known_to_one):
            return tally
        nothing = {"winners": (), "tied": (), "rounds": (), "counts": dict.fromkeys(self.numbers, 0)}
        return replace(tally, quorum_met=False, reason="no_quorum", **nothing)

    @property
    def shows_figures(self):
        return self.is_counted and self.tells_figures

    @property
    def winners(self):
        return [option for option in self.options if option.number in self.tally["winners"]]

    @property
    def decision(self):
        """What was decided, in one sentence."""
        return decision_of(self)

    @property
    def publishes_ballots(self):
        """Whether everybody can read the ballots and count again."""
        return self.is_counted and self.result_sha256 is not None

    @property
    def ties_receipts(self):
        """Whether the ballots are published under their receipts."""
        return self.tells_figures and self.receipts == "list"

    @property
    def publishes_receipts(self):
        """Whether a voter finds their own receipt among those that were counted."""
        has_any = self.is_secret and self.receipts != "none" and self.spec is not None
        return has_any and self.tally is not None and self.tally["ballots"] >= PUBLISHED_FROM

    @property
    def why_no_figures(self):
        least = least_to_decide(self.known_to_one)
        if self.tally["ballots"] < least:
            return _(
                "Fewer than %(least)s people voted. Then even the decision would tell who chose what.",
                least=least,
            )
        if self.tally["ballots"] < PUBLISHED_FROM:
            return _("Fewer than 10 people voted. To keep their ballots secret we show no figures.")
        return _("Everybody, or all but a few, chose alike. To keep ballots secret we show no exact figures.")

    def ballots_file(self):
        """All counted ballots as a text, from which anybody can count again."""
        query = select(Ballot.receipt, Ballot.choice).where(Ballot.vote_id == self.id)
        named = self.ties_receipts
        ballots = ((receipt if named else "", choice) for receipt, choice in db.session.execute(query))
        outcome = {name: self.tally[name] for name in COMPARED}
        if self.takes_proxies:
            outcome["proxies"] = self.tally["proxies"]
        if papers := self.paper_count:
            outcome["papers"] = {
                "marked": papers.marked,
                "found": papers.found,
                "uncounted": papers.uncounted,
            }
        return write_published(self.spec, self.paper_ballots(), ballots, outcome)
