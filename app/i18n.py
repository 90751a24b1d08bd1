"""Languages, dates and numbers, as people here read them."""

from datetime import date, datetime

from flask import g, request, session
from flask_babel import (
    Babel,
    force_locale,
    format_currency,
    format_date,
    format_decimal,
    format_percent,
    format_time,
    get_locale,
    ngettext,
    to_user_timezone,
)
from flask_babel import gettext as _

from app.clock import today
from app.config import LANGUAGES


def pick_language() -> str:
    """The language of this visit: chosen, else the browser's, else the neighbourhood's first."""
    offered = g.get("languages") or list(LANGUAGES)
    chosen = session.get("language")
    if chosen in offered:
        return chosen
    return request.accept_languages.best_match(offered, default=offered[0])


def day(value) -> str:
    """A date in words, without this year's year; a moment becomes the date on the wall here."""
    if isinstance(value, str):  # as a date stands among the facts of a dialogue
        value = date.fromisoformat(value)
    on = to_user_timezone(value).date() if isinstance(value, datetime) else value
    return format_date(on, "d MMMM" if on.year == today().year else "d MMMM y")


def moment(value) -> str:
    """A date and the time on the clock here."""
    return f"{day(value)}, {clock(value)}"


def clock(value) -> str:
    """The time on the clock here."""
    return format_time(value, "HH:mm")


def money(cents, currency) -> str:
    """An amount, without cents when there are none."""
    amount = format_currency(cents / 100, currency or "EUR")
    return amount.removesuffix(",00").removesuffix(".00")


def in_unit(value, unit) -> str:
    """A figure of the registry as people read it."""
    if value is None:
        return _("too few to show")
    if unit == "share":
        return format_percent(value)
    if unit == "days":
        return ngettext("%(days)s day", "%(days)s days", value, days=format_decimal(round(value, 1)))
    return format_decimal(value)


def said(say, languages):
    """Something in each language: [(language, words)]; once only when it is the same."""
    found = []
    for language in languages:
        with force_locale(language):
            words = str(say() if callable(say) else say)
        if words not in [earlier for _language, earlier in found]:
            found.append((language, words))
    return found


def init_app(app):
    Babel(app, locale_selector=pick_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(
        day=day, moment=moment, clock=clock, money=money, number=format_decimal, in_unit=in_unit
    )
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES)
