"""What people write, made safe once, when it is written."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

import bleach
from markdown_it import MarkdownIt
from markupsafe import Markup
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from app.config import EMAIL

MAX_LENGTH = 10_000
LONGEST_EMAIL = 254
TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a", "code", "pre", "hr"}
# Headings would break the order of the page's own, images would load from elsewhere.
markdown = MarkdownIt("commonmark", {"html": False}).disable(
    ["heading", "lheading", "image", "html_block", "html_inline"]
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SITE = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
IN_LINKS = "/%:@!$&()*+,;=~?-._"
MONEY = re.compile(
    r"(?P<whole>[0-9]{1,3}(?P<group>[., ])[0-9]{3}((?P=group)[0-9]{3})?|[0-9]{1,9})(?P<cents>[.,][0-9]{2})?"
)
LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f]*")


class CleanHtml(Markup):
    """HTML that `render` made; the only kind that pages print unescaped."""


class HtmlColumn(TypeDecorator):
    """A column that takes and gives clean HTML only."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is not None and not isinstance(value, CleanHtml):
            raise TypeError("only HTML made by app.text.render may be kept")
        return value and str(value)

    def process_result_value(self, value, dialect):
        return None if value is None else CleanHtml(value)


def render(text: str) -> CleanHtml:
    """Turn Markdown into clean HTML: no raw HTML, no images, only safe links."""
    html = markdown.render(text[:MAX_LENGTH])
    return CleanHtml(bleach.clean(html, tags=TAGS, attributes={"a": is_safe_link}, strip=True))


def is_safe_link(_tag: str, name: str, value: str) -> bool:
    if name != "href" or CONTROL.search(value):
        return False
    try:
        target = urlsplit(value)
    except ValueError:
        return False
    if target.scheme in ("http", "https"):
        return bool(target.netloc)
    return target.scheme == "mailto" or (not target.scheme and is_local_path(value))


def is_local_path(value: str | None) -> bool:
    """Whether a link stays on this site."""
    return bool(value) and LOCAL_PATH.fullmatch(value) is not None


def read_link(typed: str | None) -> str | None:
    """The web address somebody meant, with nothing in it that can mislead; None when it cannot be one.

    Letters that only look like others show as what they are, and no name can stand before the site's.
    """
    typed = (typed or "").strip()
    if not re.match(r"[a-z][a-z0-9+.-]*:", typed, re.IGNORECASE):
        typed = f"https://{typed}"
    try:
        target = urlsplit(typed)
        site, port = (target.hostname or "").encode("idna").decode().lower(), target.port
    except ValueError:  # also what is no name of a site
        return None
    if target.scheme not in ("http", "https") or "@" in target.netloc or not SITE.fullmatch(site):
        return None
    path, query = quote(target.path, safe=IN_LINKS), quote(target.query, safe=IN_LINKS)
    return f"{target.scheme}://{site}{f':{port}' if port else ''}{path}{f'?{query}' if query else ''}"


def read_email(typed: str | None) -> str | None:
    """The e-mail address somebody meant, its domain as mail servers write it; None when it cannot be one."""
    name, _at, domain = (typed or "").strip().rpartition("@")
    try:
        address = f"{name}@{domain.encode('idna').decode().lower()}"
    except UnicodeError:
        return None
    return address if EMAIL.fullmatch(address) and len(address) <= LONGEST_EMAIL else None


def read_money(typed: str | None) -> int | None:
    """An amount in cents, as people here or elsewhere write it; None when it could mean two things.

    Groups of three digits may be set apart by dots, commas or spaces; cents have two digits.
    """
    text = re.sub(r"€|\bEUR\b", "", typed or "", flags=re.IGNORECASE)
    text = re.sub(r"\s", " ", text).strip().removesuffix(",-").removesuffix(",--")
    if not (found := MONEY.fullmatch(text)):
        return None
    whole, group, cents = found["whole"], found["group"], found["cents"]
    if cents and group == cents[0]:
        return None
    return int(whole.replace(group or " ", "")) * 100 + int(cents[1:] if cents else 0)


def tidy(text: str | None) -> str | None:
    """Normalise, and drop what nobody can see: control and text-direction characters."""
    if text is None:
        return None
    return CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()
