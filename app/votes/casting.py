"""Putting a ballot in the box: one's own, or that of somebody whose proxy one holds."""

from app.core.receipts import fingerprint
from app.db import db
from app.votes.box import draw_receipt, put_in, seal
from app.votes.electorate import ENVELOPE, PAPER, PROXY
from app.votes.named import write_name
from app.votes.proxies import VotedThemselves
from app.votes.table import OnPaper


class Casting:
    """The part of a vote that takes ballots.

    Nothing is recorded about one: no time, no event, only that this person voted.
    """

    def cast(self, person, choice, own_digits=""):
        """Put a ballot in the box. A later one of the same person takes its place, and that of a proxy.

        Returns the receipt and the envelope's seal, of which only this answer ever tells. Raises OnPaper.
        """
        ballot = self.write_choice(choice)
        place = self.take_place(person)
        if place.handled == PAPER:
            raise OnPaper
        place.handled = ENVELOPE
        return self.put_down(person, ballot, own_digits)

    def cast_for(self, proxy, choice, own_digits=""):
        """Put the ballot of somebody else in the box, by who holds the proxy. Raises VotedThemselves."""
        ballot = self.write_choice(choice)
        place = self.take_place(proxy.principal)
        if place.handled in (ENVELOPE, PAPER):
            raise VotedThemselves
        place.handled = PROXY
        return self.put_down(proxy.principal, ballot, own_digits)

    def put_down(self, person, ballot, own_digits):
        db.session.flush()  # the database lets an envelope in only now
        if not self.is_secret:
            write_name(self.id, person.id, ballot)
            return None, None
        receipt = draw_receipt(own_digits)
        sealed = seal(self.id, self.public_key, receipt, ballot)
        put_in(self.id, person.id, sealed)
        return receipt, fingerprint(sealed)
