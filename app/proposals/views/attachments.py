from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.headers import takes_files
from app.limits import limited
from app.pages import hand_out, page
from app.permissions import permit
from app.proposals.attachments import Attachment, UselessFile
from app.proposals.forms import AttachmentForm
from app.proposals.models import Proposal
from app.proposals.views.blueprint import bp


@bp.get("/<int:proposal_id>/attachments")
@permit("proposal.revise", Proposal)
def attachments(proposal):
    return show_attachments(proposal, AttachmentForm())


def show_attachments(proposal, form, status=200):
    return page("proposals/attachments.html", proposal=proposal, form=form, status=status)


@bp.post("/<int:proposal_id>/attachments")
@permit("proposal.revise", Proposal)
@limited("proposal.write")
@takes_files
def add_attachment(proposal):
    form = AttachmentForm()
    if not form.validate_on_submit():
        return show_attachments(proposal, form, status=422)
    try:
        Attachment.add(current_user, proposal, form.file.data.read(), form.words.data)
    except UselessFile as trouble:
        form.file.errors = [*form.file.errors, *trouble.args]
        return show_attachments(proposal, form, status=422)
    db.session.commit()
    flash(_("The file is added."))
    return redirect(url_for(".attachments", proposal_id=proposal.id), 303)


@bp.get("/attachments/<int:attachment_id>")
@permit("attachment.view", Attachment)
def attachment(attachment):
    if attachment.is_picture:
        response = hand_out(attachment.content, "image/webp")
    else:
        response = hand_out(attachment.content, "application/pdf")
        name = f"{attachment.proposal_id}-{attachment.id}.pdf"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/attachments/<int:attachment_id>/removal")
@permit("attachment.remove", Attachment)
def remove_attachment(attachment):
    proposal_id = attachment.proposal_id
    attachment.remove(current_user)
    db.session.commit()
    flash(_("The file is removed."))
    return redirect(url_for(".show", proposal_id=proposal_id), 303)
