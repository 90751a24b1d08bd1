"""Real Chromium against a real server, on a phone's screen."""

import os
import shutil

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from app import create_app
from app.accounts.models import CodeBatch
from app.db import db

PHONE = {"width": 360, "height": 740}
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def chromium_path():
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("BUURTSTEM_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium():
    path = chromium_path()
    if path is None:
        pytest.skip(
            "no Chromium here: sudo apt-get install "
            "--no-install-recommends chromium-headless-shell fonts-dejavu-core"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(served_demo, tmp_path_factory):
    server = served_demo.copy_to(tmp_path_factory.mktemp("served") / "instance").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def new_codes(server):
    """Codes of today: younger than the open vote, so that a dialogue is the one thing to do."""
    with create_app({"INSTANCE": server.instance}).app_context():
        _batch, codes = CodeBatch.make(None, "Nieuwe straat", 30)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return iter(codes)


UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling"  # such parts of a page are greyed
AXE = Axe().axe_script
RUN_AXE = """rules => axe.run({resultTypes: ["violations"], rules}).then(({violations}) => ({violations}))"""

# What axe judges of a page: its elements and their attributes, and whether it is dark; not its words and
# numbers. Of equal neighbours in a list one is enough.
SHAPE = """() => {
    const passing = ["href", "src", "action", "value", "content", "datetime", "hx-post", "hx-get"]
    const one = element => element.tagName + [...element.attributes]
        .filter(({name}) => !passing.includes(name))
        .map(({name, value}) => name + "=" + value.replace(/[0-9]+/g, "")).join()
        + (element.checked ? "checked" : "") + (element.disabled ? "disabled" : "")
    const all = [...document.querySelectorAll("*")].map(one)
    return [matchMedia("(prefers-color-scheme: dark)").matches, innerWidth,
        ...all.filter((item, place) => item !== all[place - 1])].join("|")
}"""

# What decides the colours of each element: itself and what it stands in, as selectors know them. Most of the
# time of axe goes into contrast; what looks like this was looked at already, on whatever page.
LOOKS = """() => {
    const facts = ["class", "type", "hidden", "aria-current", "aria-pressed", "aria-invalid", "role", "open"]
    const one = element => element.tagName
        + facts.map(name => element.getAttribute(name) ?? "").join()
        + ["checked", "disabled"].filter(state => element[state])
    const path = element => element ? path(element.parentElement) + ">" + one(element) : ""
    const seen = ["(prefers-color-scheme: dark)", "print"].map(how => matchMedia(how).matches)
    return [...new Set([...document.querySelectorAll("body *")].map(element => seen + path(element)))]
}"""


class Visit:
    """Somebody's browser. It notes what it complains about, and everything that it fetched."""

    sound = set()  # the shapes in which axe found nothing, in any visit
    readable = set()  # the looks of elements whose contrast it judged

    def __init__(self, browser, server, javascript=True, language="en", **options):
        self.server = server
        self.javascript = javascript
        self.context = browser.new_context(
            viewport=options.pop("viewport", PHONE),
            locale=language,
            java_script_enabled=javascript,
            **options,
        )
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def note(self, message):
        # A refusal is an answer: the browser and htmx both note it, and the page says it.
        expected = (
            "Failed to load resource: the server responded with a status of 4",
            "Response Status Error Code 4",
        )
        if message.type in ("error", "warning") and not message.text.startswith(expected):
            self.complaints.append(message.text)

    def goto(self, path):
        if "{" in path:
            path = path.format(**self.server.numbers)
        self.page.goto(path if path.startswith("http") else self.server.address + path)
        return self.look()

    def follow(self, name):
        """Follow a link by what it says."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        return self.look()

    def press(self, name, within=None):
        """Press a button, and wait for what it does: a part of the page, or a page."""
        button = (within or self.page).get_by_role("button", name=name, exact=True).first
        if self.javascript and button.evaluate("button => button.closest('form').hasAttribute('hx-post')"):
            with self.page.expect_response(lambda response: response.request.method == "POST"):
                button.click()
        else:
            with self.page.expect_navigation():
                button.click()
        return self.look()

    def close_dialogue(self):
        """Close it for everybody; the button lies folded, so that no single press does this."""
        self.page.locator("summary", has_text="Close this dialogue now").click()
        return self.press("Close it for everybody")

    def fill(self, **fields):
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=False).first.fill(str(value))
        return self

    def choose(self, label):
        self.page.get_by_label(label, exact=False).first.check()
        return self

    def look(self):
        """What must hold on every page: no complaint, no sideways scrolling, nothing for axe to find."""
        self.page.locator(UNDER_WAY).first.wait_for(state="detached")
        assert self.complaints == [], (self.page.url, self.complaints)
        widths = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], f"{self.page.url} scrolls sideways: {widths}"
        if self.javascript and (shape := self.page.evaluate(SHAPE)) not in self.sound:
            self.ask_axe()
            self.sound.add(shape)
        return self

    def ask_axe(self):
        looks = set(self.page.evaluate(LOOKS))
        rules = {"color-contrast": {"enabled": not looks <= self.readable}}
        self.page.evaluate(AXE)
        found = AxeResults(self.page.evaluate(RUN_AXE, rules))
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        self.readable |= looks

    @property
    def text(self):
        return self.page.locator(".page:has(main)").inner_text()

    def sees(self, words):
        assert words in self.text, f"{self.page.url} does not say {words!r}, but:\n{self.text}"
        return self


@pytest.fixture
def visit(chromium, server):
    visits = []

    def open_browser(**options):
        visits.append(Visit(chromium, server, **options))
        return visits[-1]

    yield open_browser
    for one in visits:
        one.context.close()
