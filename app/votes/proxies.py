"""Proxies: somebody on the roll lets another on the roll vote for them.

Who holds one casts a ballot of its own for it, which weighs one. One's own ballot always counts above that
of a proxy, and never the other way round. How many one may hold is fixed when the vote opens, and nobody
passes one on; the database sees to that too.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, delete, func, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import Person
from app.accounts.privacy import forgets, kept
from app.db import db
from app.votes.box import tell
from app.votes.electorate import ENVELOPE, PAPER, PROXY, Roll

MOST_HELD = 2  # by one person, unless the vote says otherwise
HIGHEST_HELD = 3
WHY_NOT = {
    "self": _l("This is yourself. Choose somebody else."),
    "has": _l("This person gave their vote to somebody already. Withdraw that first."),
    "many": _l("This person votes for as many others as one may. Choose somebody else."),
    "passes_on": _l("This person gave their own vote away, and so cannot vote for others."),
    "holds": _l("This person votes for somebody else, and so cannot give their own vote away."),
    "voted": _l("This person has voted already. That ballot counts."),
    "nameless": _l("Neighbours see names in this vote. Fill in a name first."),
}


class NoProxy(Exception):
    """This proxy cannot be given. It says which of WHY_NOT."""


class VotedThemselves(Exception):
    """Who gave the proxy has voted in person, by screen or on paper: that counts."""


class Proxy(db.Model):
    """That one votes for another. No time."""

    __table_args__ = (
        CheckConstraint("principal_id <> holder_id", name="two_people"),
        CheckConstraint("(slot IS NULL) = (slip IS NULL)", name="on_paper"),
        ForeignKeyConstraint(
            ["vote_id", "principal_id"], ["roll.vote_id", "roll.person_id"], name="fk_proxy_principal"
        ),
        ForeignKeyConstraint(
            ["vote_id", "holder_id"], ["roll.vote_id", "roll.person_id"], name="fk_proxy_holder"
        ),
        ForeignKeyConstraint(["vote_id", "slot"], ["teller.vote_id", "teller.slot"], name="fk_proxy_teller"),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    vote: Mapped["Vote"] = relationship(viewonly=True)  # noqa: F821
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    principal: Mapped[Person] = relationship(foreign_keys=principal_id)
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    holder: Mapped[Person] = relationship(foreign_keys=holder_id)
    slot: Mapped[int | None]  # of the teller who typed it in from paper
    slip: Mapped[int | None]  # the number that this teller wrote on the paper
    place: Mapped[Roll] = relationship(
        primaryjoin="and_(foreign(Proxy.vote_id) == Roll.vote_id, "
        "foreign(Proxy.principal_id) == Roll.person_id)",
        viewonly=True,
    )

    @property
    def is_used(self):
        return self.place.handled == PROXY

    @property
    def is_replaced(self):
        """Whether who gave it voted in person."""
        return self.place.handled in (ENVELOPE, PAPER)


class Proxies:
    """The part of a vote that knows who votes for whom."""

    takes_proxies: Mapped[bool] = mapped_column(default=False, server_default="0")
    most_held: Mapped[int] = mapped_column(default=MOST_HELD, server_default="2")
    slips: Mapped[int] = mapped_column(default=0, server_default="0")  # papers that were numbered: none twice

    @property
    def known_to_one(self):
        """How many ballots one person may know: their own, and those that they cast for others."""
        return 1 + (self.most_held if self.takes_proxies else 0)

    def proxies(self, *conditions):
        query = select(Proxy).where(Proxy.vote_id == self.id, *conditions).order_by(Proxy.principal_id)
        people = [joinedload(one).joinedload(Person.batch) for one in (Proxy.principal, Proxy.holder)]
        return db.session.scalars(query.options(*people, joinedload(Proxy.place))).all()

    def proxy_of(self, person):
        """What somebody gave away."""
        return next(iter(self.proxies(Proxy.principal_id == person.id)), None)

    def held_by(self, person):
        """For whom somebody votes."""
        return self.proxies(Proxy.holder_id == person.id)

    def proxy_held_by(self, person, principal_id):
        return next((proxy for proxy in self.held_by(person) if proxy.principal_id == principal_id), None)

    def give_proxy(self, principal, holder, slot=None):
        """Let `holder` vote for `principal`; the slot is that of the teller who has it on paper.

        Raises NoProxy.
        """
        if why_not := self.why_no_proxy(principal, holder):
            raise NoProxy(why_not)
        for person in (principal, holder):
            self.take_place(person)
        proxy = Proxy(vote_id=self.id, principal_id=principal.id, holder_id=holder.id, slot=slot)
        if slot is not None:
            self.slips += 1
            proxy.slip = self.slips
        db.session.add(proxy)
        db.session.flush()
        return proxy

    def why_no_proxy(self, principal, holder):
        """The word in WHY_NOT that stands in the way, if any does."""
        found = self.proxies(
            or_(*(one.in_((principal.id, holder.id)) for one in (Proxy.principal_id, Proxy.holder_id)))
        )
        reasons = {
            "self": principal.id == holder.id,
            "has": any(proxy.principal_id == principal.id for proxy in found),
            "holds": any(proxy.holder_id == principal.id for proxy in found),
            "passes_on": any(proxy.principal_id == holder.id for proxy in found),
            "many": sum(proxy.holder_id == holder.id for proxy in found) >= self.most_held,
            "voted": self.has_ballot_of(principal),
            "nameless": not self.is_secret and not principal.name,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def withdraw_proxy(self, proxy):
        """As if it was never given. Returns whether it is gone: one that was used stays, until one votes."""
        if proxy.is_used:
            return False
        db.session.delete(proxy)
        db.session.flush()
        return True

    def number_of_proxies(self):
        return db.session.scalar(select(func.count()).where(Proxy.vote_id == self.id))


def tell_of_proxy(vote, principal):
    """Write to somebody for whom another voted, the first time: a proxy that nobody gave is found out."""
    tell(
        vote,
        principal,
        subject=_l("Somebody voted for you"),
        before=[
            _l("Who holds your proxy, voted for you: %(question)s", question=vote.question),
            _l("You can still vote yourself until the last day. Then your own ballot counts."),
        ],
        after=[_l("Did you give your vote to nobody? Then tell a host before the last day.")],
    )


def forget_proxies(vote_ids):
    db.session.execute(delete(Proxy).where(Proxy.vote_id.in_(vote_ids)))


@kept(
    "proxy.principal_id",
    "proxy.holder_id",
    title=_l("Who votes for whom"),
    why=_l("So that a proxy counts once. The tellers of the vote see who gave one to whom, never what."),
    how_long=_l("Until 30 days after the count."),
    stays=_l("A proxy that was used stays until then, with your empty number. Others go at once."),
)
def proxies_about(person):
    query = select(Proxy).where(or_(Proxy.principal_id == person.id, Proxy.holder_id == person.id))
    found = db.session.scalars(query.options(joinedload(Proxy.vote)).order_by(Proxy.vote_id)).all()
    given, held = _l("You gave your vote"), _l("You vote for another")
    return [
        {"question": proxy.vote.question, "state": given if proxy.principal_id == person.id else held}
        for proxy in found
    ]


@forgets
def forget_proxies_of(person, words):
    is_used = select(Roll.person_id).where(
        Roll.vote_id == Proxy.vote_id, Roll.person_id == Proxy.principal_id, Roll.handled == PROXY
    )
    about = or_(Proxy.principal_id == person.id, Proxy.holder_id == person.id)
    db.session.execute(
        delete(Proxy).where(about, ~is_used.exists()).execution_options(synchronize_session=False)
    )
