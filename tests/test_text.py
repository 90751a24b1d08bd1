from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import TAGS, CleanHtml, HtmlColumn, is_local_path, read_link, read_money, render, tidy

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHN2Zz4=)",
    "[x](//evil.example)",
    "[x](vbscript:x)",
    "<a href='javascript:alert(1)'>x</a>",
    '<div hx-get="/sign-out" hx-trigger="load">x</div>',
    '<p data-hx-post="/x">x</p>',
    "![x](https://evil.example/x.png)",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "<math><mtext></mtext><script>1</script></math>",
)


def test_simple_markdown_works():
    assert render("**Bomen** en [meer](https://voorbeeld.nl)\n\n- een\n- twee") == (
        '<p><strong>Bomen</strong> en <a href="https://voorbeeld.nl">meer</a></p>\n'
        "<ul>\n<li>een</li>\n<li>twee</li>\n</ul>\n"
    )


class Elements(HTMLParser):
    """What a browser would make of it: the elements, and their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_active_gets_through(payload):
    for tag, attributes in Elements(render(payload)).found:
        assert tag in TAGS
        assert attributes in ({}, {"href": "https://evil.example/x.png"})  # a picture becomes a link


@given(st.text(alphabet=st.sampled_from("<>\"'()[]!*_`#&;:/= \nabhxscriptjavonerl"), max_size=300))
def test_a_second_cleaner_finds_nothing_left_to_clean(text):
    html = str(render(text))
    again = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, link_rel=None)
    assert again.replace("&quot;", '"') == html.replace("&quot;", '"')


def test_headings_do_not_break_the_order_of_the_page():
    assert "<h1" not in render("# Groot\n\nTitel\n=====")


def test_a_text_made_to_hang_does_not():
    for shape in ("[" * 9000, "*a" * 4500, "![" * 4500, "<" * 9000, "a@" * 4500, "`" * 9000, "> " * 4500):
        assert render(shape) is not None


def test_only_rendered_html_can_be_kept():
    with pytest.raises(TypeError):
        HtmlColumn().process_bind_param("<b>x</b>", None)
    assert isinstance(HtmlColumn().process_result_value("<p>x</p>", None), CleanHtml)


def test_tidy_drops_what_nobody_can_see():
    assert tidy("  Plein\u202e\x00 groen\r\n ") == "Plein groen"
    assert tidy("cafe\u0301") == "café"
    assert tidy("👩\u200d🌾") == "👩\u200d🌾"


@pytest.mark.parametrize("path", ["/", "/votes/1", "/search?q=a"])
def test_local_paths(path):
    assert is_local_path(path)


@pytest.mark.parametrize(
    "path", ["", None, "//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb"]
)
def test_paths_that_lead_elsewhere(path):
    assert not is_local_path(path)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" cbs.nl/verkeer ", "https://cbs.nl/verkeer"),
        ("http://WWW.Rijnmond.NL", "http://www.rijnmond.nl"),
        ("https://voorbeeld.nl:8443/a b?c=<d>#e", "https://voorbeeld.nl:8443/a%20b?c=%3Cd%3E"),
        ("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"),
        ("https://аpple.com/", "https://xn--pple-43d.com/"),
        ("https://bank.nl@evil.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example", None),
        ("https://localhost/", None),
        ("https://127.0.0.1/", None),
        ("https://a..nl/", None),
        ("https://voorbeeld.nl:x/", None),
        ("niets", None),
        ("", None),
    ],
)
def test_a_link_to_elsewhere_shows_where_it_goes(typed, address):
    assert read_link(typed) == address


@given(st.text(max_size=60))
def test_a_link_holds_nothing_that_can_leave_its_quotes(typed):
    address = read_link(typed)
    assert address is None or not set(address) & set("\"'<>` \n\t\\")
    assert address is None or read_link(address) == address


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1250", 125_000), ("1.250", 125_000), ("1,250", 125_000), ("1 250", 125_000), ("1.250,50", 125_050),
        ("1,250.50", 125_050), ("1250,50", 125_050), ("1250.50", 125_050), ("€ 1.250,-", 125_000),
        ("1.234.567,89", 123_456_789), ("0,01", 1), ("0", 0), ("12 EUR", 1_200), ("eur\u00a012", 1_200),
        ("12,5", None), ("1.25.000", None), ("1.250.50", None), ("1.250,5", None), ("12 50", None),
        ("-5", None), ("", None), (None, None), ("twaalf", None), ("1e3", None), ("12345678901", None),
        ("1.250.000,000", None), ("\u0661\u0662", None),
    ],
)  # fmt: skip
def test_money_is_read_as_people_write_it_and_never_guessed(typed, cents):
    assert read_money(typed) == cents
