from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.arrival import sign_in
from app.clock import now
from app.config import LANGUAGES
from app.db import db
from app.dialogues.formats import FORMATS
from app.dialogues.models import Dialogue
from app.limits import give_back, limited, take, visitor
from app.links import link_to, qr_of
from app.pages import page
from app.permissions import may, permit, public
from app.rooms.forms import RoomCodeForm, RoomForm, TimerForm
from app.rooms.models import Room, room_of

bp = Blueprint("rooms", __name__)

# The big screen


@bp.get("/dialogues/<int:dialogue_id>/screen")
@permit("dialogue.view", Dialogue)
def screen(dialogue):
    """The page for a projector. It asks for itself again every two seconds; mostly nothing changed (304)."""
    room = room_of(dialogue) if may("room.open", dialogue) else None
    guests = dialogue.channels().get("room", 0) if room else 0
    its_moment = f"{dialogue.moment}.{room.code if room else ''}"
    tag = f"{its_moment}.{dialogue.participants}.{guests}.{dialogue.timer_runs}.{get_locale()}"
    if request.htmx and request.if_none_match.contains_weak(tag):
        return "", 304
    if request.htmx and request.args.get("moment") != its_moment:
        return "", 200, {"HX-Refresh": "true"}  # another part, or the end: the whole screen is another
    return page(
        "rooms/screen.html",
        dialogue=dialogue,
        room=room,
        guests=guests,
        moment=its_moment,
        tag=tag,
        seconds_left=seconds_left(dialogue),
        qr=qr_of(way_in(dialogue, room), border=2),
        short_address=way_in(None, room).split("://")[1],
        said=[words_in(language, dialogue) for language in g.languages or LANGUAGES],
        timer=TimerForm(),
        **outcome_of(dialogue),
    )


def outcome_of(dialogue):
    """What the format's own outcome shows, only once it may be seen."""
    face = FORMATS[dialogue.format]
    context = {"face": face, "part": face.part_of(dialogue), "next_part": next_part(dialogue)}
    return {**context, "found": face.outcome(dialogue)} if dialogue.is_closed else context


def next_part(dialogue):
    face = FORMATS[dialogue.format]
    names = [phase.name for phase in dialogue.later_phases] if dialogue.is_open else []
    return next((part for part in face.parts if part.name in names[:1]), None)


def seconds_left(dialogue):
    left = (dialogue.timer_ends_at - now()).total_seconds() if dialogue.timer_runs else 0
    return round(left)


def way_in(dialogue, room):
    """The address to scan: of the room where there is one, else of the dialogue itself."""
    if dialogue is None:
        return link_to("rooms.enter")
    if room:
        return link_to("rooms.door", code=room.code)
    return link_to("dialogues.show", dialogue_id=dialogue.id)


def words_in(language, dialogue):
    """The few fixed words of the screen, in one language: a room hears more than one."""
    part = FORMATS[dialogue.format].part_of(dialogue)
    with force_locale(language):
        return {
            "language": language,
            "scan": _("Scan, and take part"),
            "or": _("or go to"),
            "took_part": _("took part"),
            "as_guests": _("as a guest"),
            "left": _("left"),
            "up": _("Time is up"),
            "part": str(part.title) if part else "",
            "state": state_in_words(dialogue),
        }


def state_in_words(dialogue):
    return {
        "open": "",
        "closed": _("Closed: this came out"),
        "stopped": _("Stopped"),
    }.get(dialogue.state, _("Not open yet"))


@bp.get("/dialogues/<int:dialogue_id>/moment")
@permit("dialogue.view", Dialogue)
def moment(dialogue):
    """Where the dialogue stands, for a phone in the room that asks now and then."""
    if not request.htmx:
        return redirect(url_for("dialogues.show", dialogue_id=dialogue.id))
    if not dialogue.is_live:
        return "", 286  # stop asking
    if request.if_none_match.contains_weak(dialogue.moment):
        return "", 304
    return page("rooms/moment.html", dialogue=dialogue, seen=request.args.get("seen", ""))


# Leading it


@bp.get("/dialogues/<int:dialogue_id>/room")
@permit("room.open", Dialogue)
def lead(dialogue):
    return show_lead(dialogue)


def show_lead(dialogue, status=200, **invalid):
    forms = {"form": RoomForm(), "timer": TimerForm(), **invalid}
    room = room_of(dialogue)
    return page(
        "rooms/lead.html",
        dialogue=dialogue,
        room=room,
        guests=room.number_of_guests if room else 0,
        status=status,
        **{**outcome_of(dialogue), **forms},
    )


@bp.post("/dialogues/<int:dialogue_id>/room")
@permit("room.open", Dialogue)
def open_(dialogue):
    form = RoomForm()
    if not form.validate_on_submit():
        return show_lead(dialogue, status=422, form=form)
    Room.open(current_user, dialogue, form.hours.data, form.lets_in_guests.data)
    db.session.commit()
    flash(_("The room is open. Show the big screen to everybody."))
    return redirect(url_for(".lead", dialogue_id=dialogue.id), 303)


@bp.post("/dialogues/<int:dialogue_id>/room/closure")
@permit("room.close", Dialogue)
def close(dialogue):
    if room := room_of(dialogue):
        room.close(current_user)
        db.session.commit()
    flash(_("The room is closed. Its code does not work any more."))
    return redirect(url_for(".lead", dialogue_id=dialogue.id), 303)


@bp.post("/dialogues/<int:dialogue_id>/timer")
@permit("timer.start", Dialogue)
def start_timer(dialogue):
    form = TimerForm()
    if not form.validate_on_submit():
        return show_lead(dialogue, status=422, timer=form)
    dialogue.start_timer(current_user, form.minutes.data)
    db.session.commit()
    return back_to_where_it_was(dialogue)


@bp.post("/dialogues/<int:dialogue_id>/parts/<string:name>")
@permit("dialogue.move", Dialogue)
def begin_part(dialogue, name):
    """Begin the next part, with its timer if it has one. Pressed twice, it begins once."""
    part = next_part(dialogue)
    if part and part.name == name:
        dialogue.go_to(current_user, part.name)
        if part.minutes:
            dialogue.start_timer(current_user, part.minutes)
        db.session.commit()
    return back_to_where_it_was(dialogue)


def back_to_where_it_was(dialogue):
    """The same few buttons stand on the big screen and on the host's own page."""
    place = ".screen" if request.form.get("from") == "screen" else ".lead"
    return redirect(url_for(place, dialogue_id=dialogue.id), 303)


# Coming in


@bp.get("/room")
@public
def enter():
    return page("rooms/enter.html", form=RoomCodeForm())


@bp.post("/room")
@public
def read_code():
    form = RoomCodeForm()
    if not form.validate_on_submit():
        return show_entry(form)
    room = room_named(form.room_code.data)
    if room is None:
        form.room_code.errors = [_("No room is open with this code. Look at the screen once more.")]
        return show_entry(form)
    return redirect(url_for(".door", code=room.code), 303)


def show_entry(form, status=422):
    return page("rooms/enter.html", form=form, status=status)


def room_named(typed):
    """The open room with this code. A wrong code counts as a guess; a right one costs nothing."""
    tries = ("room.guess", visitor()), ("room.guess_anywhere", "all")
    take(*tries)
    room = Room.named(typed)
    if room:
        give_back(*tries)
    return room


@bp.get("/room/<string:code>")
@public
def door(code):
    """The page behind the QR: it spends nothing, and leads on whoever is in already."""
    room = room_named(code)
    if room is None:
        return show_closed_door()
    if takes_part_already(room):
        return redirect(url_for("dialogues.show", dialogue_id=room.dialogue_id))
    return show_door(room)


def show_door(room, status=200):
    return page("rooms/door.html", room=room, dialogue=room.dialogue, is_full=room.is_full, status=status)


def show_closed_door():
    form = RoomCodeForm(formdata=None)
    form.room_code.errors = [_("No room is open with this code. Look at the screen once more.")]
    return show_entry(form, status=404)


def takes_part_already(room):
    """Whether this browser is somebody's who may take part here: nobody is counted twice."""
    return may("consent.give", room.dialogue)


@bp.post("/room/<string:code>")
@public
@limited("room.enter")
def come_in(code):
    room = room_named(code)
    if room is None:
        return show_closed_door()
    if not takes_part_already(room):
        if not room.lets_in_guests or room.is_full:
            return show_door(room, status=403)
        sign_in(room.let_in(str(get_locale())), "room")
        db.session.commit()
    return redirect(url_for("dialogues.show", dialogue_id=room.dialogue_id), 303)
