"""What a letter with an access code shows."""

from dataclasses import dataclass

import segno
from markupsafe import Markup

from app.core.codes import spaced


@dataclass(frozen=True)
class Letter:
    code: str
    link: str

    @property
    def printed_code(self):
        return spaced(self.code)

    @property
    def qr(self):
        """The link as a QR picture: SVG without style or script, so that it passes our CSP."""
        svg = segno.make(self.link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
        return Markup(svg)
