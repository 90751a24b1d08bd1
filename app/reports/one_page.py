"""Making a summary fit on one page of A4: its texts are cut no more than is needed."""

from dataclasses import replace
from math import ceil

from app.reports.lines import clipped

LENGTHS = (190, 150, 120, 95, 75, 60)  # of a text, from what reads best to what always fits
ROOM = 53  # lines of a page, besides the titles of its parts
ROOM_BELOW_A_TITLE = 46
# How many characters stand on a line of each part: of its labels, and of what is beside or below them
WIDTHS = {
    "remit": (24, 70), "asks": (24, 66), "agree": (44, 40), "differ": (44, 40), "who": (44, 44),
    "absent": (44, 40), "dates": (20, 22),
}  # fmt: skip
BESIDE = (("agree", "differ"), ("who", "absent"))  # parts that stand next to each other
HEADING = 42  # characters on a line of the question, each as high as two of the others


def on_one_page(report, room=ROOM):
    """The report with each text as long as the page allows."""
    for most in LENGTHS:
        parts = [replace(part, lines=[cut(line, most) for line in part.lines]) for part in report.parts]
        shorter = replace(report, parts=parts)
        if height_of(shorter) <= room:
            break
    return shorter


def cut(line, most):
    return replace(line, label=clipped(str(line.label), 60), text=clipped(str(line.text), most))


def height_of(report):
    """About how many lines it takes."""
    heights = {part.name: height_of_part(part) for part in report.parts}
    for one, other in BESIDE:
        heights[one] = max(heights[one], heights.pop(other))
    heights["dates"] /= 2  # in two columns
    return sum(heights.values()) + 2 * ceil(len(report.about) / HEADING)


def height_of_part(part):
    label_width, width = WIDTHS[part.name]
    is_stacked = part.name in ("agree", "differ")
    notes = bool(part.more) + ceil(len(str(part.note)) / 60)
    height = notes
    for line in part.lines:
        label = ceil(len(str(line.title)) / label_width)
        words = ceil((len(str(line.text)) + len(str(line.state))) / width) or 1
        height += label + words if is_stacked else max(label, words)
    return height
