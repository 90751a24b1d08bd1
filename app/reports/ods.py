"""A table as an OpenDocument spreadsheet, with the standard library alone: docs/decisions/reports.md."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from app.text import CONTROL

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
MADE_ON = (1980, 1, 1, 0, 0, 0)  # so that the same table is the same file
NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.3">'
    "<office:body><office:spreadsheet><table:table table:name={title}>{rows}</table:table>"
    "</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def spreadsheet(title, rows):
    """The bytes of an .ods file with one sheet; text stays text, whatever it begins with."""
    rows = list(rows)
    lines = [rows[0].keys() if rows else (), *(row.values() for row in rows)]
    written = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
    content = CONTENT.format(names=NAMES, title=quoteattr(readable(title)[:60]), rows=written)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        # The kind of file comes first and unpacked: so programs know it without opening the package.
        package.writestr(zipfile.ZipInfo("mimetype", MADE_ON), MIMETYPE)
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", MANIFEST)):
            package.writestr(zipfile.ZipInfo(name, MADE_ON), text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def cell(value):
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    lines = readable(str(value)).split("\n")
    said = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return f"<table:table-cell {kind}>{said}</table:table-cell>"


def readable(text):
    """Without what XML cannot hold."""
    return CONTROL.sub("", text)
