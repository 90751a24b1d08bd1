"""The command line: `buurtstem COMMAND`. Each command is fetched when somebody asks for it.

Those about a file need neither the web application nor a database, so they start at once and take little
memory. All others work on the instance in `BUURTSTEM_INSTANCE`.
"""

import sys
from errno import EADDRINUSE
from importlib import import_module

import click

from app.imports import Refused

ABOUT_FILES = {
    "groups": "app.dialogues.cli",
    "recount": "app.votes.cli",
    "recount-script": "app.votes.cli",
    "tally": "app.votes.cli",
}
ON_INSTANCE = "app.instance_cli"


class Commands(click.Group):
    """Say what is wrong in one sentence; a traceback helps nobody here."""

    def list_commands(self, context):
        return sorted([*ABOUT_FILES, *import_module(ON_INSTANCE).commands.commands])

    def get_command(self, context, name):
        place = ABOUT_FILES.get(name, ON_INSTANCE)
        return import_module(place).commands.get_command(context, name)

    def main(self, *args, **kwargs):
        try:
            return super().main(*args, **kwargs)
        except (Refused, OSError) as trouble:
            click.echo(sentence_about(trouble), err=True)
            sys.exit(1)


def sentence_about(trouble):
    if isinstance(trouble, OSError) and trouble.errno == EADDRINUSE:
        return "Something else listens on this port already. Choose another one with BUURTSTEM_PORT."
    return str(trouble)


@click.group(cls=Commands)
def main():
    """Buurtstem: a dialogue dashboard for neighbourhood collectives."""


if __name__ == "__main__":
    main()
