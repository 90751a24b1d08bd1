from flask import Blueprint, Response, abort

from app.exports.tables import TABLES, csv_of
from app.pages import page
from app.permissions import public

bp = Blueprint("exports", __name__, url_prefix="/open-data")


@bp.get("")
@public
def index():
    return page("exports/index.html", tables=TABLES)


@bp.get("/<string:name>")
@public
def table(name):
    if name not in TABLES:
        abort(404)
    response = Response(csv_of(name), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
