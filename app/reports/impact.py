"""The impact sheet of a collective: on one page what it did in a year, for a funder or the council."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.db import db
from app.dialogues.models import Dialogue
from app.proposals.models import Proposal
from app.reports.lines import Line, Part, Report, figures
from app.responses.models import Commitment, Request

MOST_NAMED = 6
FIGURES_SHOWN = (
    *("here_dialogues", "here_people", "here_words", "here_reactions", "here_proposals", "here_votes"),
    *("here_agreements", "here_requests", "here_answered", "here_commitments", "here_kept"),
)
ASKED = {
    "did": _l("What else did you do this year, outside of this site?"),
    "story": _l("One story: what changed for somebody?"),
    "learned": _l("What did you learn?"),
    "need": _l("What do you need next year?"),
}


def bounds_of(collective, year):
    """The first and last day that the registry counts in."""
    return {"collective": collective.id, "since": f"{year}-01-01", "until": f"{year}-12-31"}


def impact_of(collective, year, words):
    talked, kept = dialogues_in(collective, year), commitments_done(collective, year)
    names = ("story", "learned", "need")
    titles = (_("One story"), _("What we learned"), _("What we need"))
    parts = [
        Part("did", _("What we did in %(year)s", year=year), figures(*FIGURES_SHOWN)),
        Part("talked", _("What we talked about"), talked or [Line(text=_("No dialogue in this year."))]),
        Part("kept", _("What came of it"), kept or [Line(text=_("No commitment is done yet."))]),
        Part("else", _("What else we did"), [written("did", words, collective)]),
        *(Part(name, title, [written(name, words, collective)])
          for name, title in zip(names, titles, strict=True)),
    ]  # fmt: skip
    return Report("impact", _("Impact sheet %(year)s", year=year), collective.name, "", parts)


def written(name, words, collective):
    text = words.get(name, "")
    return Line(text=text, language=collective.language, is_gap=not text)


def dialogues_in(collective, year):
    of_year = func.strftime("%Y", Dialogue.opened_at) == str(year)
    query = select(Dialogue).join(Dialogue.proposal).where(Proposal.collective_id == collective.id, of_year)
    found = db.session.scalars(query.order_by(Dialogue.opened_at.desc()).limit(MOST_NAMED))
    return [
        Line(text=one.question, address=url_for("dialogues.show", dialogue_id=one.id), language=one.language)
        for one in found
    ]


def commitments_done(collective, year):
    """What was promised after the requests of this year, and is done."""
    since, until = date(year, 1, 1), date(year, 12, 31)
    query = select(Commitment).join(Commitment.request).join(Request.proposal)
    query = query.where(Proposal.collective_id == collective.id, Commitment.status == "done")
    query = query.where(func.date(Request.sent_at).between(since.isoformat(), until.isoformat()))
    found = db.session.scalars(query.order_by(Commitment.id.desc()).limit(MOST_NAMED))
    return [
        Line(
            text=one.text,
            address=url_for("responses.commitment", commitment_id=one.id),
            language=one.language,
            state=one.status_name,
        )
        for one in found
    ]
