"""One Python file with which anybody can count a published vote again, without us and without the network.

It holds the very lines that we count with: the modules of one method, one after the other, and what reads
a published file. It needs Python 3.11 or newer and nothing else.
"""

import ast
import sys
from pathlib import Path

from app.core import published
from app.core.tally import METHODS

OURS = "app.core"
HEAD = '''"""Count the ballots of a vote again. Method: {name}.

    python3 {file} BALLOTS [--sha256 SHA256]

BALLOTS is the file that the vote published; SHA256 is what its page says of that file. This program
counts the ballots, says who won, and whether that is what the file says. It needs Python 3.11 or newer and
nothing else. It was put together from these parts of Buurtstem, line for line: {parts}.
"""
'''
TAIL = """
import sys


def main(arguments):
    if len(arguments) not in (1, 3) or arguments[1:2] not in ([], ["--sha256"]):
        sys.exit(__doc__)
    try:
        with open(arguments[0], "rb") as file:
            lines, is_right = recount(file.read(), {NAME: sys.modules[__name__]}, "".join(arguments[2:]))
    except (OSError, ValueError) as trouble:
        sys.exit(f"{arguments[0]} cannot be counted: {trouble}.")
    print("\\n".join(lines))
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
"""


def file_name(method):
    return f"recount_{method}.py"


def script_for(method):
    """The whole file, for one method."""
    parts = []
    for module in (METHODS[method].__name__, published.__name__):
        add_with_needs(module, parts)
    named = ", ".join(f"{part.replace('.', '/')}.py" for part in parts)
    head = HEAD.format(name=method.replace("_", "-"), file=file_name(method), parts=named)
    return head + "".join(map(section, parts)) + TAIL


def add_with_needs(name, parts):
    """Put a module behind all that it needs, each once."""
    if name not in parts:
        for node in ours_in(ast.parse(source_of(name))):
            add_with_needs(node.module, parts)
        parts.append(name)


def section(name):
    """The lines of a module, without those that fetch our other modules: these stand above."""
    source = source_of(name)
    lines = source.splitlines()
    for node in ours_in(ast.parse(source)):
        lines[node.lineno - 1 : node.end_lineno] = [None] * (node.end_lineno - node.lineno + 1)
    kept = "\n".join(line for line in lines if line is not None)
    return f"\n\n# {'-' * 20} {name.replace('.', '/')}.py\n\n{kept}\n"


def source_of(name):
    return Path(sys.modules[name].__file__).read_text(encoding="utf-8")


def ours_in(tree):
    return [
        node
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS)
    ]
