"""The sketch of Lakerbeek, as a neighbour could have drawn it."""

import io

from PIL import Image, ImageDraw, ImageFont

SIZE = (1120, 840)
PAPER, STREET, WATER, GREEN, STONE, HOUSES, INK = (
    "#f4f1e8", "#ffffff", "#9cc6dd", "#b9d8a8", "#e0d3b8", "#d9a58a", "#1b2430"
)  # fmt: skip
BEEK = [(60, 0), (110, 160), (70, 330), (140, 520), (110, 700), (180, 840)]
STREETS = [
    [(0, 250), (1120, 210)],
    [(0, 600), (1120, 640)],
    [(330, 0), (360, 840)],
    [(760, 0), (740, 840)],
]
AREAS = [
    (GREEN, (170, 30, 310, 200)),
    (STONE, (410, 290, 690, 540)),
    (GREEN, (800, 680, 1090, 810)),
    (HOUSES, (400, 40, 700, 170)),
    (HOUSES, (800, 40, 1080, 160)),
    (HOUSES, (800, 290, 1080, 360)),
    (HOUSES, (800, 500, 1080, 570)),
    (HOUSES, (400, 680, 690, 790)),
    (HOUSES, (190, 290, 310, 560)),
]
NAMES = [
    ("De Lakerbeek", (70, 395)),
    ("Speeltuin", (150, 115)),
    ("Lakerplein", (445, 390)),
    ("Lakerstraat", (800, 205)),
    ("Molenveld", (440, 595)),
    ("Vlierhof", (870, 410)),
    ("De Kiem", (470, 95)),
    ("Beekpad", (200, 670)),
    ("Schooltuin", (860, 730)),
]


def drawn_sketch():
    """The picture, as somebody sends it."""
    image = Image.new("RGB", SIZE, PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=44)
    for colour, box in AREAS:
        pen.rounded_rectangle(box, radius=14, fill=colour)
    for street in STREETS:
        pen.line(street, fill=STREET, width=44)
    pen.line(BEEK, fill=WATER, width=50, joint="curve")
    for name, spot in NAMES:
        pen.text(spot, name, font=font, fill=INK, stroke_width=4, stroke_fill=PAPER)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
