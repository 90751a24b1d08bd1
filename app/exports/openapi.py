"""The description of the read-only interface for programs, as OpenAPI 3.1 says it."""

from flask import url_for

from app.accounts.mail_proof import neighbourhood_name
from app.exports.fields import FIELDS
from app.exports.files import LICENCE
from app.exports.tables import TABLES, columns_of

FURTHEST = 2**53 - 1  # the largest whole number that every program holds exactly
MOST_ROWS = 500
USUAL_ROWS = 100


def description():
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Buurtstem: {neighbourhood_name()}",
            "version": "1",
            "license": {"name": LICENCE["title"], "url": LICENCE["path"]},
        },
        "servers": [{"url": url_for("public.home", _external=True).rstrip("/")}],
        "paths": {
            url_for("exports.rows", name=name): {"get": reading(name, TABLES[name])} for name in TABLES
        },
        "components": {"schemas": {"Refusal": REFUSAL} | {name: row_schema(name) for name in TABLES}},
    }


REFUSAL = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}},
    "additionalProperties": False,
}


def reading(name, table):
    """What can be asked of one table, and what comes back."""
    numbers = [("limit", USUAL_ROWS, 1, MOST_ROWS), ("offset", 0, 0, FURTHEST)]
    return {
        "operationId": f"read_{name}",
        "summary": str(table.title),
        "description": str(table.meaning),
        "parameters": [
            *(
                parameter(which, {"type": "integer", "minimum": least, "maximum": most, "default": usual})
                for which, usual, least, most in numbers
            ),
            *(
                parameter(column, {"type": "integer", "minimum": 0, "maximum": FURTHEST})
                | {"description": str(FIELDS[column].meaning)}
                for column in filters_of(name)
            ),
        ],
        "responses": {
            "200": {"description": str(table.title), "content": json_of(page_schema(name))},
            "304": {"description": "Not modified"},
            "400": {"description": "Refused", "content": json_of(reference("Refusal"))},
        },
    }


def parameter(name, schema):
    return {"name": name, "in": "query", "required": False, "schema": schema}


def json_of(schema):
    return {"application/json": {"schema": schema}}


def reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


def filters_of(name):
    """The columns by which rows can be asked: all that hold whole numbers."""
    return [column for column in columns_of(name) if FIELDS[column].kind == "integer"]


def page_schema(name):
    facts = {key: {"type": "string"} for key in ("table", "title", "source", "licence")}
    return {
        "type": "object",
        "required": [*facts, "total", "next", "rows"],
        "properties": facts
        | {
            "total": {"type": "integer", "minimum": 0},
            "next": {"type": ["string", "null"], "format": "uri"},
            "rows": {"type": "array", "items": reference(name)},
        },
        "additionalProperties": False,
    }


def row_schema(name):
    fields = {column: FIELDS[column] for column in columns_of(name)}
    return {
        "type": "object",
        "required": list(fields),
        "properties": {column: value_schema(field) for column, field in fields.items()},
        "additionalProperties": False,
    }


def value_schema(field):
    kind = {"type": ["string", "null"], "format": "date"} if field.kind == "date" else {
        "type": [field.kind, "null"]
    }  # fmt: skip
    return kind | {"description": str(field.meaning)}
