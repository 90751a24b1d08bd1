"""What every answer tells the browser about safety, and what every write must show."""

from flask import Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import SecurityError

from app.db import SAFE_METHODS

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


class CookieSession(SecureCookieSessionInterface):
    """The signed cookie, marked Secure whenever the visit is."""

    def get_cookie_secure(self, app):
        return request.is_secure


def refuse_foreign_names():
    """Somebody who calls us by another name gets nothing of ours, not even a page that says so."""
    if isinstance(request.routing_exception, SecurityError):
        abort(Response("This site has another address.\n", 400, mimetype="text/plain"))


def refuse_foreign_writes():
    """A write comes from our own pages; browsers say so themselves. CSRF tokens are the second lock."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in SAFE_METHODS and site not in ("same-origin", "none"):
        abort(403)


def takes_files(view):
    """Let a view take more than words."""
    view.takes_files = True
    return view


def takes_one_click(view):
    """Let a mail program post to a view: it has no page of ours, and so no token of one."""
    view.takes_one_click = True
    return view


def make_room_for_files():
    """Before anything reads what is sent, as the check of its token does."""
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, "takes_files", False):
        request.max_content_length = current_app.config["MOST_WITH_FILES"]


def add_headers(response):
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000"
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def init_app(app):
    app.session_interface = CookieSession()
    app.before_request(refuse_foreign_names)
    app.before_request(refuse_foreign_writes)
    app.before_request(make_room_for_files)
    app.after_request(add_headers)
