"""The house rules that a machine can keep."""

import ast
import re
from pathlib import Path

import pytest

from app import CONCEPTS
from app.permissions import PERMISSIONS

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
# Where each kind of file stands: a file imports only from lower ranks, or earlier ones of its own.
ROOT_RANKS = {
    **{name: (1, place) for place, name in enumerate(
        ("config", "clock", "keys", "db", "imports", "takeover", "text", "i18n", "fields", "assets",
         "headers", "links", "limits", "pictures"))},
    **{name: (2, place) for place, name in enumerate(
        ("events", "reasons", "search", "jobs", "audit", "backups", "mail"))},
    "permissions": (4, 0), "pages": (4, 1),
    "web": (9, 0), "__init__": (9, 1), "demo": (9, 2), "instance_cli": (9, 3), "cli": (9, 4),
}  # fmt: skip
MODEL, FORM, VIEW = 3, 5, 6
MODULES = sorted(APP.rglob("*.py"))
TEMPLATES = sorted((APP / "templates").rglob("*.html"))


SOURCES = (".py", ".md", ".toml", ".html", ".lock", ".css", ".po")


def names_of(paths, base):
    return [str(path.relative_to(base)) for path in paths]


def place(module):
    """Where a module stands: (rank, order within it)."""
    parts = module.split(".")[1:]
    if not parts:
        return ROOT_RANKS["__init__"]
    if parts[0] == "core":
        return 0, 0
    if parts[0] in CONCEPTS:
        kind = parts[1] if parts[1:] else "__init__"
        kind = "forms" if kind.endswith("_forms") else kind
        rank = {"__init__": 0, "forms": FORM, "formats": FORM, "views": VIEW}.get(kind, MODEL)
        return rank, CONCEPTS.index(parts[0])
    return ROOT_RANKS[parts[0]]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            for alias in node.names:
                inner = APP.parent / node.module.replace(".", "/") / f"{alias.name}.py"
                yield f"{node.module}.{alias.name}" if inner.exists() else node.module


@pytest.mark.parametrize("path", MODULES, ids=names_of(MODULES, APP))
def test_imports_point_inward(path):
    name = ".".join(path.relative_to(APP.parent).with_suffix("").parts).removesuffix(".__init__")
    rank, order = place(name)
    for imported in imports(path):
        their_rank, their_order = place(imported)
        views_of_another = rank == their_rank == VIEW and order != their_order
        allowed = their_rank < rank or (their_rank == rank and their_order <= order and not views_of_another)
        assert allowed, f"{name} imports {imported}"


def test_core_is_pure():
    allowed = {
        "app", "numpy", "collections", "dataclasses", "datetime", "difflib", "fractions", "functools",
        "hashlib", "heapq", "hmac", "itertools", "json", "math", "operator", "re", "typing",
    }  # fmt: skip
    for path in (APP / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found = {node.module.split(".")[0]}
                assert not node.module.startswith("app") or node.module.startswith("app.core"), path
            else:
                continue
            assert found <= allowed, f"{path} imports {found - allowed}"


def test_only_views_commit():
    for concept in CONCEPTS:
        for path in (APP / concept).rglob("*.py"):
            is_view = "views" in (path.stem, path.parent.name)
            assert is_view or "commit()" not in path.read_text(), path


def test_a_view_that_reads_never_commits(app):
    for endpoint, view in app.view_functions.items():
        methods = {m for rule in app.url_map.iter_rules(endpoint) for m in rule.methods}
        code = getattr(view, "__wrapped__", view).__code__
        if "POST" not in methods:
            assert "commit" not in code.co_names, endpoint


def test_every_route_says_who_may_use_it(app):
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        assert permission in ("public", "signed in") or permission in PERMISSIONS, rule


def test_every_permission_is_used(app):
    guards = {getattr(view, "permission", None) for view in app.view_functions.values()}
    templates = " ".join(path.read_text() for path in TEMPLATES)
    for action in PERMISSIONS:
        assert action in guards or f'"{action}"' in templates, action


def test_urls_are_lowercase_nouns(app):
    for rule in app.url_map.iter_rules():
        assert re.fullmatch(r"(/([a-z][a-z0-9-]*(\.[a-z]+)?|<\w+:\w+>))*/?", rule.rule), rule


@pytest.mark.parametrize("path", TEMPLATES, ids=names_of(TEMPLATES, APP / "templates"))
def test_a_block_wraps_the_element_of_the_same_name(path):
    dialogue = APP / "templates" / "dialogues" / "show.html"  # the page that a format's parts stand in
    whole = dialogue if "formats" in path.relative_to(APP).parts or path.name == "ui.html" else path
    for name in re.findall(r'target="(?!_blank)([\w-]+)"', path.read_text()):
        assert re.search(rf'block {name} .*?id="{name}"', whole.read_text(), re.S), (path, name)


@pytest.mark.parametrize("path", TEMPLATES, ids=names_of(TEMPLATES, APP / "templates"))
def test_templates_keep_to_the_content_security_policy(path):
    text = path.read_text()
    for forbidden in (
        r"\sstyle=",
        r"\son\w+=",
        "hx-on",
        "hx-vals",
        "hx-vars",
        r"\|\s*safe\b",
        "<script>",
        "http://",
    ):
        assert not re.search(forbidden, text), (path, forbidden)


def test_what_people_write_stands_where_htmx_is_off():
    for path in TEMPLATES:
        for line in path.read_text().splitlines():
            if re.search(r"\{\{[^}]*html\b", line):
                assert "hx-disable" in line, (path, line)


def test_names_say_what_things_are():
    for path in MODULES:
        for vague in ("utils", "helpers", "manager", "data", "info"):
            assert path.stem != vague, path


def test_every_package_says_what_it_is_in_one_sentence():
    for path in APP.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text())), path


def test_nothing_names_a_place_of_its_making():
    """No paths of the machine it was written on, no package index."""
    suspicious = re.compile(r"(^|[^\w.])/(work|root|home)/|pypi\.|pythonhosted|npmjs|\bfarm/")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        ours = not {".git", ".venv", "instance", "__pycache__"} & set(parts) and not parts[0].startswith(".")
        if (
            ours
            and path.is_file()
            and path.suffix in (".py", ".md", ".toml", ".html", ".lock", ".css", ".po")
        ):
            if path == Path(__file__):
                continue
            assert not suspicious.search(path.read_text(errors="ignore")), path


def test_our_own_javascript_stays_small():
    sizes = {path.name: path.stat().st_size for path in (APP / "static").glob("*.js")}
    assert sizes["passkey.js"] < 1_500 and sum(sizes.values()) < 4_000, sizes
