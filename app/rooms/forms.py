"""What hosts fill in to lead a dialogue in a room, and what people type to come in."""

from flask_babel import lazy_gettext as _l

from app.fields import FlaskForm, number, sentence, yes_or_no
from app.rooms.models import MOST_HOURS, USUAL_HOURS

MOST_MINUTES = 90


class RoomForm(FlaskForm):
    hours = number(
        _l("For how many hours?"),
        1,
        MOST_HOURS,
        hint=_l("After that the code stops working by itself."),
        default=USUAL_HOURS,
    )
    lets_in_guests = yes_or_no(
        _l("People in the room can also take part without an access code"),
        hint=_l("Guests never vote. Everybody sees how many they were, and we forget them the day after."),
    )


class TimerForm(FlaskForm):
    minutes = number(_l("Minutes"), 0, MOST_MINUTES, hint=_l("0 stops the timer."), default=5)


class RoomCodeForm(FlaskForm):
    room_code = sentence(
        _l("The code on the screen"), 10, hint=_l("Four letters and numbers, for example K7M2.")
    )
