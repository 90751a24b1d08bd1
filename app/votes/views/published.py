"""What everybody can check: what was fixed, the seals, the ballots, and one's own receipt."""

from flask import Response, abort
from sqlalchemy import select

from app.core.receipts import seals_file, short, spaced
from app.db import db
from app.pages import page
from app.permissions import permit
from app.votes.box import Ballot, Receipt, Seal, is_sealed_in, read_receipt, seals_of
from app.votes.forms import ReceiptForm, SealForm
from app.votes.models import Vote
from app.votes.recount import file_name, script_for
from app.votes.views.blueprint import bp, never_kept
from app.votes.why import bought_with

ON_A_PAGE = 100


@bp.get("/<int:vote_id>/terms")
@permit("vote.view", Vote)
def terms(vote):
    """What was fixed at the opening, word for word: its SHA-256 is the fingerprint."""
    return text_file(vote.spec or abort(404), f"vote-{vote.id}.json", "application/json")


def text_file(text, name, mimetype="text/plain"):
    answer = Response(text, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def paged(query):
    return db.paginate(query, per_page=ON_A_PAGE, error_out=False)


@bp.get("/<int:vote_id>/seals")
@permit("vote.view", Vote)
def seals(vote):
    if not vote.box_sha256:
        abort(404)
    listing = paged(select(Seal).where(Seal.vote_id == vote.id).order_by(Seal.mark))
    return page("votes/seals.html", vote=vote, listing=listing, short=short)


@bp.get("/<int:vote_id>/seals/file")
@permit("vote.view", Vote)
def seals_as_file(vote):
    if not vote.box_sha256:
        abort(404)
    return text_file(seals_file(seals_of(vote.id)), f"vote-{vote.id}-seals.txt")


@bp.post("/<int:vote_id>/seal")
@permit("vote.view", Vote)
def find_seal(vote):
    """Typed, not followed: what somebody looks up stands in no address."""
    form, found = SealForm(), None
    if form.validate_on_submit():
        found = is_sealed_in(vote.id, form.seal.data)
    status = 422 if found is None else 200
    return never_kept(page("votes/seal.html", vote=vote, form=form, found=found, status=status))


@bp.get("/<int:vote_id>/ballots")
@permit("vote.view", Vote)
def ballots(vote):
    if not (vote.publishes_ballots or vote.publishes_receipts):
        abort(404)
    model = Ballot if vote.ties_receipts else Receipt
    listing = paged(select(model).where(model.vote_id == vote.id).order_by(model.receipt))
    return page("votes/ballots.html", vote=vote, listing=listing, spaced=spaced)


@bp.get("/<int:vote_id>/ballots/file")
@permit("vote.view", Vote)
def ballots_as_file(vote):
    if not vote.publishes_ballots:
        abort(404)
    return text_file(vote.ballots_file(), f"vote-{vote.id}-ballots.txt")


@bp.get("/<int:vote_id>/recount")
@permit("vote.view", Vote)
def recount(vote):
    """One Python file that counts the ballots again, without us."""
    if not vote.publishes_ballots:
        abort(404)
    return text_file(script_for(vote.method), file_name(vote.method), "text/x-python")


@bp.get("/<int:vote_id>/receipt")
@permit("vote.view", Vote)
def receipt(vote):
    if not vote.publishes_receipts:
        abort(404)
    return page("votes/receipt.html", vote=vote, form=ReceiptForm(), found=None, words=[])


@bp.post("/<int:vote_id>/receipt")
@permit("vote.view", Vote)
def find_receipt(vote):
    if not vote.publishes_receipts:
        abort(404)
    form, found, words, bought = ReceiptForm(), None, [], []
    if form.validate_on_submit():
        name = read_receipt(form.receipt.data)
        known = db.session.get(Ballot if vote.ties_receipts else Receipt, (vote.id, name))
        found = known is not None
        if known and vote.ties_receipts:
            words, bought = vote.in_words(known.choice), bought_with(vote, known.choice)
    status = 422 if found is None else 200
    said = {"found": found, "words": words, "bought": bought}
    return never_kept(page("votes/receipt.html", vote=vote, form=form, **said, status=status))
