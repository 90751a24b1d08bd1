"""Pictures that people send: made anew from their dots, small, without what the camera wrote down."""

import io
import warnings
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.config import MEGABYTES

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_DOTS = 50_000_000  # the largest phones make these; what unfolds to more is a trap
LONGEST = 1280  # dots along the longest side, once made anew
QUALITY = 80
TOO_MANY_DOTS = _l("This picture has too many dots. Make it smaller, then try again.")


class UselessPicture(ValueError):
    """A file that is no picture we can use; it says why in words for who sent it."""


@dataclass(frozen=True)
class Picture:
    """What is kept: WebP, its size in dots."""

    content: bytes
    width: int
    height: int


def take_in(raw):
    """A picture as somebody sends it, made anew; UselessPicture says what is wrong with it."""
    if len(raw) > MEGABYTES["picture"] * 1024 * 1024:
        raise UselessPicture(_l("This picture is too large. It can be %(picture)s MB at most.", **MEGABYTES))
    return remake(raw)


def remake(raw):
    """Make a picture anew, upright and small. Nothing but its dots comes along."""
    return keep(open_safely(raw))


def keep(image):
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=None)
    return Picture(file.getvalue(), *image.size)


def open_safely(raw, longest=LONGEST):
    """The dots of a picture. Its size is read, and judged, before a single dot is unfolded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
        try:
            image = Image.open(io.BytesIO(raw), formats=FORMATS)
            if image.width * image.height > MOST_DOTS:
                raise UselessPicture(TOO_MANY_DOTS)
            image.draft("RGB", (2 * longest, 2 * longest))  # a JPEG is unfolded no larger than needed
            image.thumbnail((longest, longest))
            return on_white(ImageOps.exif_transpose(image))
        except UselessPicture:
            raise
        except Image.DecompressionBombError as error:
            raise UselessPicture(TOO_MANY_DOTS) from error
        except Exception as error:  # its readers raise many kinds for a broken file
            raise UselessPicture(
                _l("This is no picture that we can read. Send a JPEG, PNG or WebP.")
            ) from error


def on_white(image):
    """Plain red, green and blue; what is see-through gets white paper behind it."""
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def with_squares(image, columns, rows):
    """The picture with a thin grid on it: letters along the top, numbers down the side."""
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=max(8, image.width // 26))
    wide, high = image.width / len(columns), image.height / len(rows)
    style = {"font": font, "fill": "#1b2430", "stroke_width": 3, "stroke_fill": "white", "anchor": "mm"}
    for across, column in enumerate(columns):
        pen.line(((across * wide, 0), (across * wide, image.height)), fill="#6d7785")
        pen.text(((across + 0.5) * wide, high / 3), column, **style)
    for down, row in enumerate(rows):
        pen.line(((0, down * high), (image.width, down * high)), fill="#6d7785")
        pen.text((wide / 5, (down + 0.6) * high), row, **style)
    return image
