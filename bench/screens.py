"""Every screen on one sheet, to look at with one's own eyes.

    python -m bench.screens FOLDER [--widths 320 768] [--languages nl] [--schemes light dark] [--only /votes]

One server with the demo. A visitor, a host and somebody of the council visit the pages that the browser tests
visit too. FOLDER then has a picture of each whole page, and for each way of looking a contact sheet with the
address above each screen; a screen that is very long is cut off on the sheet, and whole in its own file.
"""

import argparse
import re
import tempfile
from itertools import product
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, Visit, chromium_path
from tests.browser.test_access import COUNCIL, HOSTS, PUBLIC, sign_in
from tests.server import Server

SEEN_BY = {"visitor": PUBLIC, "host": HOSTS, "council": COUNCIL}
SHOWN, LONGEST, BETWEEN, ACROSS = 240, 720, 16, 8  # pixels on the sheet: width, height, gap; screens in a row


def photographed(visit, role, pages, folder):
    """The pages as (address, file), each photographed from top to bottom."""
    if role != "visitor":
        sign_in(visit, visit.server, role)
    shots = []
    for path in pages:
        address = path.format(**visit.server.numbers)
        visit.page.goto(visit.server.address + address)
        name = re.sub(r"\W+", "-", address).strip("-") or "front"
        shots.append((address, folder / f"{role}-{name}.png"))
        visit.page.screenshot(path=shots[-1][1], full_page=True)
    return shots


def lay_out(shots, path):
    """Small pictures side by side, rows as high as their highest."""
    small = []
    for address, file in shots:
        with Image.open(file) as whole:
            shown = whole.convert("RGB")
            shown = shown.resize((SHOWN, round(shown.height * SHOWN / shown.width)))
            small.append((address, shown.crop((0, 0, SHOWN, min(shown.height, LONGEST)))))
    rows = [small[first : first + ACROSS] for first in range(0, len(small), ACROSS)]
    heights = [max(shown.height for _, shown in row) + 2 * BETWEEN for row in rows]
    sheet = Image.new("RGB", (ACROSS * (SHOWN + BETWEEN) + BETWEEN, sum(heights) + BETWEEN), "grey")
    pen, top = ImageDraw.Draw(sheet), BETWEEN
    for row, height in zip(rows, heights, strict=True):
        for place, (address, shown) in enumerate(row):
            left = BETWEEN + place * (SHOWN + BETWEEN)
            pen.text((left, top), address[:38], fill="white", font=ImageFont.load_default(12))
            sheet.paste(shown, (left, top + BETWEEN))
        top += height
    sheet.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--widths", nargs="*", type=int, default=[320, 360, 768, 1280])
    parser.add_argument("--languages", nargs="*", default=["nl", "en"])
    parser.add_argument("--schemes", nargs="*", default=["light", "dark"])
    parser.add_argument("--only", default="", help="only addresses with this in them")
    told = parser.parse_args()
    server = Server(Path(tempfile.mkdtemp()) / "instance").start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            for width, language, scheme in product(told.widths, told.languages, told.schemes):
                folder = told.folder / f"{width}-{language}-{scheme}"
                folder.mkdir(parents=True, exist_ok=True)
                look = {"language": language, "color_scheme": scheme}
                shots = []
                for role, pages in SEEN_BY.items():
                    visit = Visit(browser, server, viewport={"width": width, "height": 740}, **look)
                    pages = [path for path in pages if told.only in path]
                    shots += photographed(visit, role, pages, folder)
                    visit.context.close()
                lay_out(shots, told.folder / f"{folder.name}.png")
                print(f"{len(shots)} screens: {told.folder / folder.name}.png", flush=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
