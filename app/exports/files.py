"""The open data as files: written once, row by row, so that however long a table is, it takes little memory.

A file is finished before the first of it is sent: then its tag is known, and a slow reader keeps nobody
waiting who wants to write.
"""

import json
from hashlib import sha256
from tempfile import SpooledTemporaryFile

from flask import Response, request
from werkzeug.wsgi import wrap_file

from app.accounts.mail_proof import neighbourhood_name
from app.exports.fields import FIELDS
from app.exports.tables import TABLES, columns_of, rows_of, write_csv

IN_MEMORY = 500_000  # bytes; what is longer waits on disk
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


class Written:
    """A text file that is under way, with the tag of what is in it."""

    def __init__(self):
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
        self.seen, self.length = sha256(), 0

    def write(self, text):
        piece = text.encode()
        self.seen.update(piece)
        self.length += len(piece)
        self.file.write(piece)

    def answer(self, mimetype, name=None):
        """What is sent; or only that it is still the same, to who has it already."""
        self.file.seek(0)
        response = Response(wrap_file(request.environ, self.file), mimetype=mimetype, direct_passthrough=True)
        response.content_length = self.length
        if name:
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return for_everybody(response, self.seen.hexdigest()[:32])


def for_everybody(response, tag):
    """Let pages and programs from elsewhere read this, and ask again only for what has changed."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public, response.cache_control.no_cache = True, True
    response.vary.update(("Accept-Language", "Cookie"))
    response.set_etag(tag)
    return response.make_conditional(request.environ)


def as_csv(file, name):
    write_csv(file, rows_of(name), columns_of(name))


def as_json(file, name):
    facts = json.dumps(facts_of(name), ensure_ascii=False)
    file.write(f'{facts[:-1]}, "rows": [')
    for place, row in enumerate(rows_of(name)):
        file.write((",\n" if place else "\n") + json.dumps(row, ensure_ascii=False))
    file.write("\n]}\n")


FORMATS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}


def facts_of(name):
    return {
        "table": name,
        "title": str(TABLES[name].title),
        "source": neighbourhood_name(),
        "licence": LICENCE["name"],
    }


def data_package():
    """All tables as a Data Package (specs.frictionlessdata.io): where they are, what each column means."""
    return {
        "profile": "tabular-data-package",
        "name": "buurtstem",
        "title": neighbourhood_name(),
        "licenses": [LICENCE],
        "resources": [resource(name, table) for name, table in TABLES.items()],
    }


def resource(name, table):
    return {
        "profile": "tabular-data-resource",
        "name": name.replace("_", "-"),
        "path": f"{name}.csv",
        "title": str(table.title),
        "description": str(table.meaning),
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": column, "type": FIELDS[column].kind, "description": str(FIELDS[column].meaning)}
                for column in columns_of(name)
            ]
        },
    }
