"""The count of a secret vote: two tellers open the box, and names and choices part for good."""

from sqlalchemy import insert

from app.clock import now
from app.core.receipts import fingerprint
from app.db import db, wipe_deleted
from app.events import record
from app.jobs import job
from app.votes.box import (
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

    def count(self, by, keys):
        """Open all envelopes with the keys of two tellers, count, and part names from choices for good.

        Raises WrongKeys or BoxDamaged; then nothing has changed.
        """
        private, _pair = unlock(self, keys)
        sealed = envelopes_of(self.id)
        self.check_number(len(sealed))
        check_seals(self.id, sealed)
        ballots = open_envelopes(self.id, private, sealed)
        self.fill_tally(self.choices_in(ballots))
        self.publish(ballots)
        self.finish(by)
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

    def publish(self, ballots):
        """Keep the ballots under their receipts, or, where no list may be published, apart from them."""
        if not self.ties_receipts:
            receipts = [receipt for receipt, _ballot in ballots] if self.publishes_receipts else []
            db.session.add_all(Receipt(vote_id=self.id, receipt=receipt) for receipt in receipts)
            ballots = sorted((draw_receipt(), ballot) for _receipt, ballot in ballots)
        rows = [{"vote_id": self.id, "receipt": receipt, "choice": ballot} for receipt, ballot in ballots]
        if rows:
            db.session.execute(insert(Ballot), rows)
        if self.tells_figures:
            self.result_sha256 = fingerprint(self.ballots_file())
            record("ballots.published", self, fingerprint=self.result_sha256)

    def finish(self, by=None):
        self.counted_at = now()
        record("vote.counted", self, actor=by)


@job
def sweep_box(vote_id):
    """After the count: wipe what the envelopes left in the file."""
    wipe_deleted()
