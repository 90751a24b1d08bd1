"""A dialogue on paper and by phone: sheets to print, and typing them in."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.double_entry import settled
from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.formats.paper import (
    Paper,
    entry_form,
    example_of,
    goes_on_paper,
    last_look_form,
    make_sheets,
    phase_to_print,
)
from app.dialogues.formats.prints import prints_of
from app.dialogues.forms import SheetForm, SheetsForm, TakingBackForm, VoidForm
from app.dialogues.models import CHANNELS, Dialogue
from app.dialogues.sheets import MOST_SHEETS, Progress, Sheet, numbers_before, sheet_named, sheets_of
from app.dialogues.views.blueprint import bp
from app.pages import page
from app.permissions import may, permit


@bp.get("/<int:dialogue_id>/sheets")
@permit("sheet.view", Dialogue)
def sheets(dialogue):
    """The sheets of a dialogue, and the way to the one whose number somebody typed."""
    asked = "code" in request.args
    finder = SheetForm(formdata=request.args if asked else None)
    if asked and finder.validate():
        if found := sheet_named(dialogue, finder.code.data):
            return redirect(url_for(".sheet", sheet_id=found.id), 303)
        finder.code.errors = [_("No sheet here has this number. Look at both letters too.")]
    return show_sheets(dialogue, finder=finder)


def show_sheets(dialogue, status=200, **forms):
    phase = phase_to_print(dialogue)
    usual = {"finder": SheetForm(formdata=None), "making": SheetsForm()}
    return page(
        "dialogues/sheets.html",
        dialogue=dialogue,
        face=FORMATS[dialogue.format],
        progress=Progress(sheets_of(dialogue)),
        channel_names=CHANNELS,
        phase=phase,
        example=example_of(dialogue) if phase else None,
        before=numbers_before(dialogue, phase) if phase else [],
        status=status,
        **{**usual, **forms},
    )


@bp.post("/<int:dialogue_id>/sheets")
@permit("sheet.make", Dialogue)
def make_paper(dialogue):
    form = SheetsForm()
    if not form.validate_on_submit():
        return show_sheets(dialogue, making=form, status=422)
    if not goes_on_paper(dialogue):
        return show_sheets(dialogue, status=409)
    made = make_sheets(current_user, dialogue, form.new.data, form.again.data)
    db.session.commit()
    flash(ngettext("%(num)s sheet is ready to print.", "%(num)s sheets are ready to print.", len(made)))
    return redirect(url_for(".sheets", dialogue_id=dialogue.id), 303)


@bp.post("/<int:dialogue_id>/calls")
@permit("sheet.call", Dialogue)
def call(dialogue):
    """Begin to fill in for somebody on the phone."""
    if not goes_on_paper(dialogue):
        return show_sheets(dialogue, status=409)
    (sheet,) = make_sheets(current_user, dialogue, 1, channel="phone")
    db.session.commit()
    return redirect(url_for(".sheet", sheet_id=sheet.id), 303)


@bp.get("/<int:dialogue_id>/sheets/paper")
@permit("sheet.view", Dialogue)
def paper(dialogue):
    """The sheets that were not typed in yet, to print."""
    said, phase = dialogue.said(), phase_to_print(dialogue)
    blank = [one for one in sheets_of(dialogue, phase) if (one.channel, one.state) == ("paper", "blank")]
    start = request.args.get("from", 1, type=int)
    chosen = [one for one in blank if one.number >= start and phase][:MOST_SHEETS]
    prints = prints_of(dialogue, [Paper(one, said) for one in chosen], "all" in request.args)
    return page("dialogues/paper.html", dialogue=dialogue, prints=prints)


@bp.get("/sheets/<int:sheet_id>")
@permit("sheet.view", Sheet)
def sheet(sheet):
    return show_sheet(sheet)


def show_sheet(sheet, status=200, entry=None, look=None, **invalid):
    """A sheet, with what is to be done with it now: type, compare, read back, or nothing."""
    its_paper = Paper(sheet)
    if may("sheet.enter", sheet) and its_paper.to_type:
        if sheet.state == "differs":
            look = look or last_look_form(sheet.compare(its_paper.keys), its_paper.to_type)
        elif sheet.state != "read_back" or entry or "again" in request.args:
            entry = entry or entry_form(its_paper)
    forms = {"voiding": VoidForm(formdata=None), "taking_back": TakingBackForm(formdata=None)}
    return page(
        "dialogues/sheet.html",
        sheet=sheet,
        dialogue=sheet.dialogue,
        paper=its_paper,
        entry=entry,
        look=look,
        status=status,
        **{**forms, **invalid},
    )


@bp.post("/sheets/<int:sheet_id>/entries")
@permit("sheet.enter", Sheet)
def enter_sheet(sheet):
    its_paper = Paper(sheet)
    if not its_paper.to_type or sheet.state == "differs":
        return show_sheet(sheet, status=409)
    form = entry_form(its_paper)
    if not form.validate_on_submit():
        return show_sheet(sheet, entry=form, status=422)
    again = sheet.channel == "paper" and sheet.was_typed_by(current_user)
    if again and form.place.data != "2":  # sent twice: that is one reading, not two
        return redirect(url_for(".sheets", dialogue_id=sheet.dialogue_id), 303)
    if again and not form.alone.data:
        form.alone.errors = [_("Let somebody else type it, or tick this.")]
        return show_sheet(sheet, entry=form, status=422)
    sheet.enter(current_user, form.answers)
    if sheet.channel == "paper" and len(sheet.entries) == 2:
        found = sheet.compare(its_paper.keys)
        sheet.differences_found = len(found)
        if not found:
            return counted(sheet, its_paper, sheet.entries[0].answers)
        flash(ngettext("%(num)s answer differs. Look at the paper.",
                       "%(num)s answers differ. Look at the paper.", len(found)))  # fmt: skip
    db.session.commit()
    if sheet.state == "typed_once":
        flash(_("Sheet %(code)s was kept. Now somebody else types it in too.", code=sheet.code))
        return redirect(url_for(".sheets", dialogue_id=sheet.dialogue_id), 303)
    return redirect(url_for(".sheet", sheet_id=sheet.id), 303)


@bp.post("/sheets/<int:sheet_id>/comparison")
@permit("sheet.enter", Sheet)
def compare_sheet(sheet):
    """Keep what a last look at the paper says, where the two readings differ."""
    its_paper = Paper(sheet)
    if sheet.state != "differs" or not its_paper.to_type:
        return show_sheet(sheet, status=409)
    form = last_look_form(sheet.compare(its_paper.keys), its_paper.to_type)
    if not form.validate_on_submit():
        return show_sheet(sheet, look=form, status=422)
    first, second = (entry.answers for entry in sheet.entries)
    return counted(sheet, its_paper, settled(first, second, its_paper.keys, form.readings))


@bp.post("/sheets/<int:sheet_id>/confirmation")
@permit("sheet.enter", Sheet)
def confirm_sheet(sheet):
    """Who is on the phone heard it read back, and says that it is right."""
    its_paper = Paper(sheet)
    if sheet.state != "read_back" or not its_paper.to_type:
        return show_sheet(sheet, status=409)
    return counted(sheet, its_paper, sheet.entries[0].answers)


def counted(sheet, its_paper, answers):
    its_paper.count(current_user, answers)
    db.session.commit()
    if sheet.state == "void":
        flash(_("Sheet %(code)s does not count: %(reason)s.", code=sheet.code, reason=sheet.void_reason_name))
    elif sheet.left_out:
        flash(_("Sheet %(code)s counts, but a part of it was not complete.", code=sheet.code))
    else:
        flash(_("Sheet %(code)s counts.", code=sheet.code))
    if sheet.channel == "phone":
        return redirect(url_for(".sheet", sheet_id=sheet.id), 303)
    return redirect(url_for(".sheets", dialogue_id=sheet.dialogue_id), 303)


@bp.post("/sheets/<int:sheet_id>/refusal")
@permit("sheet.enter", Sheet)
def void_sheet(sheet):
    form = VoidForm()
    if not form.validate_on_submit():
        return show_sheet(sheet, status=422, voiding=form)
    sheet.void(current_user, form.reason.data)
    db.session.commit()
    flash(_("Sheet %(code)s does not count: %(reason)s.", code=sheet.code, reason=sheet.void_reason_name))
    return redirect(url_for(".sheets", dialogue_id=sheet.dialogue_id), 303)


@bp.post("/sheets/<int:sheet_id>/withdrawal")
@permit("sheet.withdraw", Sheet)
def withdraw_sheet(sheet):
    form = TakingBackForm()
    if not form.validate_on_submit():
        return show_sheet(sheet, status=422, taking_back=form)
    sheet.withdraw(current_user, form.note.data)
    db.session.commit()
    flash(_("Sheet %(code)s no longer counts. It can be typed in again.", code=sheet.code))
    return redirect(url_for(".sheet", sheet_id=sheet.id), 303)
