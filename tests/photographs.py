"""Photographs as phones make them, and files that only pretend to be one."""

import io
import struct
import zlib

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base


def a_picture(kind="PNG", size=(40, 30), colour="green"):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def a_phone_photo(kind="JPEG"):
    """Half red, half blue, lying on its side, with the place, the time and the name of who made it."""
    image = Image.new("RGB", (80, 60), "red")
    image.paste("blue", (0, 0, 40, 60))
    facts = Image.Exif()
    facts[Base.Artist], facts[Base.DateTime] = "Quirinius Xylander", "2026:01:02 03:04:05"
    facts[Base.Orientation] = 6  # to be turned a quarter clockwise
    place = facts.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (52.0, 5.0, 17.25)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (5.0, 7.0, 33.5)
    file = io.BytesIO()
    image.save(file, kind, exif=facts)
    return file.getvalue()


def a_bomb(width=60_000, height=60_000):
    """A PNG of a few bytes that says it unfolds to billions of dots."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
