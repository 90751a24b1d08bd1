import json

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from app.exports.fields import FIELDS
from app.exports.figures import FIGURES, GROUPS
from app.exports.files import FORMATS, LICENCE, Written, data_package, facts_of, for_everybody
from app.exports.openapi import FURTHEST, MOST_ROWS, USUAL_ROWS, description, filters_of
from app.exports.tables import TABLES, columns_of, measured, part_of
from app.pages import page
from app.permissions import public

bp = Blueprint("exports", __name__)


@bp.get("/open-data")
@public
def index():
    return page("exports/index.html", tables=TABLES, formats=FORMATS, licence=LICENCE)


@bp.get("/open-data/<string:name>")
@public
def table(name):
    name, _dot, ending = name.partition(".")
    if name not in TABLES or (ending or "csv") not in FORMATS:
        abort(404)
    write, mimetype = FORMATS[ending or "csv"]
    written = Written()
    write(written, name)
    return written.answer(mimetype, f"{name}.{ending or 'csv'}")


@bp.get("/open-data/datapackage.json")
@public
def package():
    return as_json(data_package())


@bp.get("/figures")
@public
def figures():
    return page("exports/figures.html", found=measured(), registry=FIGURES, groups=GROUPS)


@bp.get("/api")
@public
def api():
    columns = {name: {column: FIELDS[column] for column in columns_of(name)} for name in TABLES}
    facts = {"usual": USUAL_ROWS, "most": MOST_ROWS, "filters": {name: filters_of(name) for name in TABLES}}
    return page("exports/api.html", tables=TABLES, columns=columns, licence=LICENCE, **facts)


@bp.get("/api/openapi.json")
@public
def openapi():
    return as_json(description())


@bp.get("/api/v1/<string:name>")
@public
def rows(name):
    if name not in TABLES:
        return as_json({"error": _("There is no such table.")}, 404)
    try:
        limit, offset = asked("limit", USUAL_ROWS, 1, MOST_ROWS), asked("offset", 0, 0, FURTHEST)
        equal = {column: asked(column) for column in filters_of(name) if column in request.args}
    except ValueError as wrong:
        return as_json({"error": str(wrong)}, 400)
    found, total = part_of(name, limit, offset, equal)
    onward = equal | {"limit": limit, "offset": offset + limit}
    following = url_for(".rows", name=name, **onward, _external=True) if offset + limit < total else None
    return as_json(facts_of(name) | {"total": total, "next": following, "rows": found})


def asked(name, usual=0, least=0, most=FURTHEST):
    """A whole number from the address. Raises ValueError, which says what is wrong with it."""
    typed = request.args.get(name, str(usual))
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else -1
    if not least <= number <= most or len(request.args.getlist(name)) > 1:
        facts = {"name": name, "least": least, "most": most}
        raise ValueError(_("%(name)s has to be a whole number from %(least)s to %(most)s.", **facts))
    return number


def as_json(content, status=200):
    written = json.dumps(content, ensure_ascii=False)
    response = Response(written + "\n", status, mimetype="application/json")
    if status != 200:
        return response
    response.add_etag()
    return for_everybody(response, response.get_etag()[0])
