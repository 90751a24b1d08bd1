"""`buurtstem groups`: opinion groups in a file."""

import json
from pathlib import Path

import click

from app.dialogues import vote_files
from app.dialogues.groups_report import as_sentences, report, report_given

commands = click.Group()


@commands.command("groups")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--no-minimum", is_flag=True, help="For research: however few people, and without the test.")
@click.option("--given-groups", is_flag=True, help="Take the file's group-id as the groups.")
def groups(file, as_json, no_minimum, given_groups):
    """Find opinion groups in votes in the columns of a Polis export. Needs no neighbourhood."""
    votes = vote_files.read(file)
    told = report_given(votes, file.name) if given_groups else report(votes, minimum=not no_minimum)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(as_sentences(told)))
