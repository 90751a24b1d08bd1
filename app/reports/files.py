"""A report as a file to take away: the same lines as its page, in CSV, JSON or a spreadsheet."""

import json

from flask import Response
from flask_babel import get_locale

from app.accounts.mail_proof import neighbourhood_name
from app.clock import today
from app.exports.files import LICENCE
from app.exports.tables import csv_from
from app.reports.ods import MIMETYPE, spreadsheet


def as_csv(report, found):
    return csv_from(report.rows(found))


def as_json(report, found):
    facts = {
        "report": str(report.title),
        "about": report.about,
        "source": neighbourhood_name(),
        "licence": LICENCE["name"],
        "language": str(get_locale()),
        "made_on": today().isoformat(),
    }
    return json.dumps(facts | {"rows": list(report.rows(found))}, ensure_ascii=False, indent=1) + "\n"


def as_ods(report, found):
    return spreadsheet(str(report.title), report.rows(found))


ENDINGS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json"), "ods": (as_ods, MIMETYPE)}


def file_of(report, found, ending, name):
    """The answer that hands out a report as a file."""
    write, mimetype = ENDINGS[ending]
    response = Response(write(report, found), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.vary.update(("Cookie", "Accept-Language"))
    response.cache_control.private = response.cache_control.no_cache = True
    return response
