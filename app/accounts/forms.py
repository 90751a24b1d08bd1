from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.config import LANGUAGES
from app.fields import FlaskForm, email, one_of, sentence


class CodeForm(FlaskForm):
    code = sentence(
        _l("Your access code"),
        40,
        hint=_l("It stands on your letter, for example 7K2M-9QXA-4TD."),
    )
    old_code = sentence(
        _l("Your old code"),
        40,
        required=False,
        hint=_l("It stands on the letter that you came in with first."),
    )


class SpareCodeForm(FlaskForm):
    spare_code = sentence(_l("A spare code"), 40, hint=_l("One of the ten on your sheet. Each works once."))


class PasskeyForm(FlaskForm):
    """What a browser says about a passkey; a script fills it in."""

    passkey = HiddenField(_l("Passkey"), id="use-passkey")


class NewPasskeyForm(PasskeyForm):
    passkey_label = sentence(
        _l("What do you call this device?"),
        40,
        required=False,
        hint=_l("So that you recognise it later, for example: my phone."),
    )


class ProfileForm(FlaskForm):
    name = sentence(
        _l("The name that others see"),
        60,
        required=False,
        hint=_l("A first name is enough."),
        autocomplete="given-name",
    )
    language = one_of(_l("Language"), choices=LANGUAGES)


class EmailForm(FlaskForm):
    email = email(_l("Your e-mail address"))


class MailCodeForm(FlaskForm):
    code = sentence(
        _l("The code from the mail"),
        20,
        hint=_l("Six letters and numbers, for example 7K2 M9Q."),
        autocomplete="one-time-code",
    )
