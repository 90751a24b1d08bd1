"""Links for on paper and in the post: to the address in the settings, whatever a visit calls us."""

from urllib.parse import urlsplit

import segno
from flask import current_app
from markupsafe import Markup


def link_to(endpoint, **values):
    return current_app.config["ADDRESS"] + current_app.url_map.bind("").build(endpoint, values)


def page_of(visit):
    """The page that somebody looks at: what a form answers has no address to come back to, its page has."""
    return visit.path if visit.method == "GET" else urlsplit(visit.referrer or "").path or "/"


def qr_of(link, border=4):
    """A link as a QR picture: SVG without style or script, so that it passes our CSP."""
    qr = segno.make(link, error="m")
    return Markup(qr.svg_inline(border=border, svgclass="qr", lineclass=None, omitsize=True))
