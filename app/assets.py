"""Files that every page needs: found by their content, compressed once, kept by browsers for a year."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from flask import abort, make_response, request, url_for

from app.config import ROOT

STATIC = ROOT / "app" / "static"
HTMX = files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js"
SOURCES = {
    "app.css": (STATIC / "app.css",),
    "icon.svg": (STATIC / "icon.svg",),
    "script.js": (HTMX, STATIC / "app.js"),  # one request for both
    # Fetched by app.js where a page asks for it
    "passkey.js": (STATIC / "passkey.js",),
    "keys.js": (STATIC / "keys.js",),
}
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
SMALLEST_TO_COMPRESS = 500


@cache
def asset(name):
    """A file's bytes, plain and compressed, and the digest in its address."""
    plain = b"\n".join(source.read_bytes() for source in SOURCES[name])
    return plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:12]


def asset_url(name):
    return url_for("asset", digest=asset(name)[2], name=name)


def serve(digest, name):
    if name not in SOURCES:
        abort(404)
    plain, compressed, current = asset(name)
    if digest != current:
        abort(404)
    accepts = "gzip" in request.accept_encodings
    response = make_response(compressed if accepts else plain)
    response.content_type = f"{TYPES[name.rsplit('.', 1)[-1]]}; charset=utf-8"
    response.headers["Cache-Control"] = FOREVER
    response.vary.add("Accept-Encoding")
    if accepts:
        response.content_encoding = "gzip"
    return response


def compress(response):
    """Compress a page on its way out.

    Requests from other sites carry no session (SameSite), so BREACH finds nobody to ask.
    """
    worth_it = (
        response.mimetype in ("text/html", "text/csv", "application/json")
        and "gzip" in request.accept_encodings
        and not response.content_encoding
        and not response.is_streamed
        and len(response.get_data()) >= SMALLEST_TO_COMPRESS
    )
    if worth_it:
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def init_app(app):
    serve.permission = "public"
    app.add_url_rule("/assets/<string:digest>/<string:name>", "asset", serve, methods=["GET"])
    app.jinja_env.globals["asset_url"] = asset_url
    app.after_request(compress)
