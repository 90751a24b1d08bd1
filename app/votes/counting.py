"""The count of a secret vote: two tellers open the box, and names and choices part for good.

Papers are counted with it. They stand apart from the screen only where both are many and mixed enough;
elsewhere a paper gets a receipt that nobody has, and looks like any other ballot.
"""

import secrets
from collections import Counter

from sqlalchemy import insert

from app.clock import now
from app.core.receipts import fingerprint
from app.db import db, wipe_deleted
from app.events import record
from app.jobs import job
from app.votes.box import (
    DRAWN,
    OWN,
    Ballot,
    BoxDamaged,
    Receipt,
    check_seals,
    draw_receipt,
    envelopes_of,
    open_envelopes,
    take_out,
)
from app.votes.electorate import ENVELOPE, PROXY
from app.votes.tellers import destroy_keys, unlock


class Count:
    """The part of a vote that counts its ballots. All of it is one transaction: it is done, or nothing is."""

    def count(self, by, keys, note=""):
        """Open all envelopes with the keys of two tellers, count them with the papers, and part names from
        choices for good. The note says why there are more or fewer papers than marks at the table.

        Raises WrongKeys, BoxDamaged, Unsettled or Unexplained; then nothing has changed.
        """
        pile = self.pile()
        papers, kept = self.papers_that_count(pile), self.explain(pile, note)
        private, _pair = unlock(self, keys)
        sealed = envelopes_of(self.id)
        self.check_number(len(sealed))
        check_seals(self.id, sealed)
        ballots = open_envelopes(self.id, private, sealed)
        online, on_paper = Counter(self.choices_in(ballots)), self.choices_on(papers)
        self.fill_tally(online + on_paper)
        if kept and self.tells_figures:
            kept.columns = self.columns_of(online, on_paper, pile)
        self.publish(ballots, papers, are_apart=kept is not None and kept.columns is not None)
        self.finish(by)
        self.forget_readings()
        take_out(self.id)
        destroy_keys(self)
        sweep_box.later(vote_id=self.id)

    def check_number(self, envelopes):
        expected = self.handled(ENVELOPE, PROXY)
        if envelopes != expected:
            raise BoxDamaged("missing" if envelopes < expected else "extra")

    def choices_in(self, ballots):
        try:
            return [self.read_choice(ballot) for _receipt, ballot in ballots]
        except ValueError as error:
            raise BoxDamaged("foreign") from error

    def choices_on(self, papers):
        return Counter({self.read_choice(text): number for text, number in papers.items()})

    def publish(self, ballots, papers, are_apart):
        """Keep the ballots under their receipts, or, where no list may be published, apart from them."""
        if not are_apart:
            like = [receipt for receipt, _ballot in ballots]
            mixed_in = [(receipt_like(like), text) for text in papers.elements()]
        if not self.ties_receipts:
            receipts = [receipt for receipt, _ballot in ballots] if self.publishes_receipts else []
            db.session.add_all(Receipt(vote_id=self.id, receipt=receipt) for receipt in receipts)
            ballots = [(draw_receipt(), ballot) for _receipt, ballot in ballots]
        if are_apart:
            self.keep_papers(papers)
        else:
            ballots = [*ballots, *mixed_in]
        rows = [
            {"vote_id": self.id, "receipt": receipt, "choice": ballot} for receipt, ballot in sorted(ballots)
        ]
        if rows:
            db.session.execute(insert(Ballot), rows)
        if self.tells_figures:
            self.result_sha256 = fingerprint(self.ballots_file())
            record("ballots.published", self, fingerprint=self.result_sha256)

    def finish(self, by=None):
        self.counted_at = now()
        record("vote.counted", self, actor=by)


def receipt_like(receipts):
    """A receipt that nobody has, of a length that a receipt here has: it tells a paper from no ballot."""
    model = secrets.choice(receipts) if receipts else ""
    own = "".join(secrets.choice("0123456789") for _ in range(OWN)) if len(model) == DRAWN + OWN else ""
    return draw_receipt(own)


@job
def sweep_box(vote_id):
    """After the count: wipe what the envelopes left in the file."""
    wipe_deleted()
