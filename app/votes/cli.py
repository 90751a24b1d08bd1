"""`buurtstem tally` and `recount`: ballots in a file, counted or counted again."""

import json
import sys
from pathlib import Path

import click

from app.core import published
from app.core.tally import METHODS
from app.core.tally.equal_shares import COMPLETIONS
from app.votes import ballot_files
from app.votes.recount import script_for

commands = click.Group()


@commands.command("tally")
@click.argument("method", type=click.Choice([name.replace("_", "-") for name in METHODS]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--seats", type=click.IntRange(1, 1000), help="How many options win.")
@click.option("--completion", type=click.Choice(COMPLETIONS), help="What equal shares do with what is left.")
def tally(method, file, as_json, seats, completion):
    """Count ballots in a file: PrefLib, ABIF, Pabulib, or of a vote here. Needs no neighbourhood."""
    told = ballot_files.tally(method.replace("-", "_"), file, seats=seats, completion=completion)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else ballot_files.as_sentences(told))


@commands.command("recount")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sha256", default="", help="What the page of the vote says of the file.")
def recount(file, sha256):
    """Count the ballots that a vote published again: is it what was published?"""
    try:
        lines, is_right = published.recount(file.read_bytes(), METHODS, sha256)
    except ValueError as trouble:
        raise click.ClickException(f"{file.name} cannot be counted: {trouble}.") from trouble
    click.echo("\n".join(lines))
    sys.exit(0 if is_right else 1)


@commands.command("recount-script")
@click.argument("method", type=click.Choice([name.replace("_", "-") for name in METHODS]))
def recount_script(method):
    """Print the one Python file with which anybody recounts a vote, without Buurtstem."""
    click.echo(script_for(method.replace("-", "_")), nl=False)
