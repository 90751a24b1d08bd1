from flask import abort, flash, redirect, url_for
from flask import request as visit
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.pages import page
from app.permissions import permit
from app.responses.drafts import AnswerDraft
from app.responses.forms import AnswerDraftForm, ResponseForm
from app.responses.models import Request, usual_signature
from app.responses.views.blueprint import bp


@bp.get("/requests/<int:request_id>/response")
@permit("request.draft", Request)
def respond(request):
    """The form to answer with; it goes on where a colleague, or oneself, stopped."""
    form = ResponseForm(obj=request.draft)
    form.answered_by.data = form.answered_by.data or usual_signature(current_user)
    return show_form(request, form)


def show_form(request, form, has_changed=False, status=200):
    return page("responses/answer.html", request=request, form=form, has_changed=has_changed, status=status)


@bp.post("/requests/<int:request_id>/draft")
@permit("request.draft", Request)
def save_draft(request):
    form = AnswerDraftForm()
    if refused := refusal_of(request, form):
        return refused
    AnswerDraft.save(current_user, request, **form.words)
    db.session.commit()
    flash(_("The draft is saved. Only people of the council can see it."))
    return redirect(url_for(".respond", request_id=request.id), 303)


@bp.post("/requests/<int:request_id>/response")
@permit("request.answer", Request)
def answer(request):
    form = ResponseForm()
    if refused := refusal_of(request, form):
        return refused
    request.answer(current_user, **form.words)
    db.session.commit()
    flash(_("The answer is published."))
    return redirect(url_for(".show", request_id=request.id), 303)


@bp.post("/requests/<int:request_id>/offer")
@permit("request.offer", Request)
def offer(request):
    form = ResponseForm()
    if refused := refusal_of(request, form):
        return refused
    AnswerDraft.save(current_user, request, **form.words).offer(current_user)
    db.session.commit()
    flash(_("The answer is ready. It is published when somebody else of the council releases it."))
    return redirect(url_for(".draft", request_id=request.id), 303)


def refusal_of(request, form):
    """The form again when something is not right, or when a colleague changed the draft meanwhile."""
    if not form.validate_on_submit():
        return show_form(request, form, status=422)
    if not was_read(request.draft):
        return show_form(request, form, has_changed=True, status=409)
    return None


def was_read(draft):
    """Whether the draft is still as it was on the page that this comes from."""
    return visit.form.get("version", 0, type=int) == (draft.version if draft else 0)


@bp.get("/requests/<int:request_id>/draft")
@permit("request.draft", Request)
def draft(request):
    if request.draft is None:
        abort(404)
    return show_draft(request)


def show_draft(request, has_changed=False, status=200):
    return page("responses/draft.html", request=request, has_changed=has_changed, status=status)


@bp.post("/requests/<int:request_id>/release")
@permit("request.release", Request)
def release(request):
    if not was_read(request.draft):
        return show_draft(request, has_changed=True, status=409)
    request.draft.release(current_user)
    db.session.commit()
    flash(_("The answer is published."))
    return redirect(url_for(".show", request_id=request.id), 303)
