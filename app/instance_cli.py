"""The commands that work on the instance in `BUURTSTEM_INSTANCE`: `cli.py` fetches them."""

import os
import sys
import time
from pathlib import Path

import click
from flask.cli import AppGroup, ScriptInfo
from flask_migrate import upgrade
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError
from waitress import create_server

from app import create_app
from app.accounts.models import Person, SignInLink
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.audit import is_sealed, lines_of_record, short_form, verify
from app.backups import BackupFailed, back_up
from app.config import LANGUAGES, WrongSetting, instance_folder
from app.core.codes import spaced
from app.db import db
from app.demo import build
from app.dialogues import polis
from app.events import first_event, latest_event, record
from app.exports.tables import TABLES, csv_of
from app.jobs import start_worker, tick
from app.keys import MissingSecret, make_secret
from app.links import link_to
from app.votes import pabulib
from app.votes.tellers import spaced_key

THREADS = 8


class Command(click.Command):
    """Say what is wrong with an instance in one sentence; a traceback helps nobody here."""

    def invoke(self, context):
        context.obj = ScriptInfo(create_app=create_app, set_debug_flag=False)
        try:
            return super().invoke(context)
        except (BackupFailed, MissingSecret, WrongSetting, OperationalError) as trouble:
            click.echo(sentence_about(trouble), err=True)
            sys.exit(1)


def sentence_about(trouble):
    if isinstance(trouble, OperationalError):
        return f"The database cannot be used now: {trouble.orig}."
    return str(trouble)


class OnInstance(AppGroup):
    command_class = Command


commands = OnInstance()


def prepare_instance():
    """Make the instance's folder, secret and database where missing, and bring the schema up to date."""
    instance = instance_folder()
    if not (instance / "secret.key").exists():
        make_secret(instance)
    app = create_app()
    with app.app_context():
        os.umask(0o077)  # the database and what stands beside it are for this user only
        upgrade()
    return app


def neighbourhood_exists():
    return inspect(db.engine).has_table("neighbourhood") and db.session.get(Neighbourhood, 1) is not None


def link_for(person):
    """A one-time sign-in link, committed."""
    token = SignInLink.make(person)
    record("link.printed", person)
    db.session.commit()
    return link_to("accounts.sign_in_page", token=token)


def first_with(role):
    held = (Role.name == role) & Role.collective_id.is_(None)
    query = select(Person).join(Role, Role.person_id == Person.id).where(held)
    return db.session.scalar(query.order_by(Role.ends_on.desc(), Role.id).limit(1))


@commands.command(with_appcontext=False)
@click.option("--name", default="Onze buurt", show_default=True, help="Name of the neighbourhood.")
@click.option("--host", default="Host", show_default=True, help="Your name, as residents see it.")
@click.option("--language", multiple=True, default=tuple(LANGUAGES), type=click.Choice(list(LANGUAGES)))
def init(name, host, language):
    """Make a neighbourhood, or a new sign-in link for its host."""
    with prepare_instance().app_context():
        if not neighbourhood_exists():
            Neighbourhood.found(name=name, languages=list(language))
            person = Person(name=host, language=language[0])
            db.session.add(person)
            for role in ("host", "operator"):
                Role.give(person, role)
        click.echo(f"Neighbourhood: {db.session.get(Neighbourhood, 1).name}")
        click.echo(f"Sign in as host, once, within the hour: {link_for(first_with('host'))}")


@commands.command()
@click.argument("role", type=click.Choice(["host", "council"]), default="host")
def link(role):
    """Print a one-time sign-in link for the first host or council officer."""
    person = first_with(role)
    if person is None:
        raise click.ClickException(f"Nobody has the role '{role}' yet.")
    click.echo(f"{person.name}: {link_for(person)}")


@commands.command(with_appcontext=False)
def demo():
    """Fill an empty instance with the invented neighbourhood, and print its codes."""
    with prepare_instance().app_context():
        if neighbourhood_exists():
            raise click.ClickException(
                "This instance has a neighbourhood already. The demo needs an empty one."
            )
        load_demo()


def load_demo():
    world = build()
    db.session.commit()
    click.echo(f"A demo neighbourhood stands ready: {db.session.get(Neighbourhood, 1).name}")
    click.echo("Access codes, one for each resident that you play:")
    for code in world.unused_codes[:5]:
        click.echo(f"  {spaced(code)}   {link_to('accounts.enter_by_link', code=code)}")
    click.echo("Sign in, once, within the hour:")
    click.echo(f"  host     {link_for(first_with('host'))}")
    click.echo(f"  council  {link_for(first_with('council'))}")
    click.echo("Keys of the tellers, who count in twos; the host is one of them:")
    for name in ("crossing_vote", "roof_vote", "evenings_vote"):
        click.echo(f"  {link_to('votes.show', vote_id=getattr(world, name).id)}")
        for teller, key in world.keys[name].items():
            click.echo(f"    {teller:<8} {spaced_key(key)}")
    click.echo("Later: 'buurtstem link host', and more codes on the host's page.")


@commands.command(with_appcontext=False)
def run():
    """Serve. The first start makes the instance and loads the demo neighbourhood."""
    app = prepare_instance()
    with app.app_context():
        if not neighbourhood_exists():
            load_demo()
        host, port = app.config["HOST"], app.config["PORT"]
        server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
            clear_untrusted_proxy_headers=True,
            max_request_body_size=app.config["MOST_WITH_FILES"],
        )
        click.echo(f"Buurtstem is on {app.config['ADDRESS']}/  (stop with Ctrl-C)")
    stop = start_worker(app)
    try:
        server.run()
    finally:
        stop.set()


@commands.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop (for a timer).")
def work(once):
    """Close what is past its date, and do the jobs that wait."""
    while True:
        tick()
        if once:
            return
        time.sleep(2)


@commands.group("import", cls=OnInstance)
def import_():
    """Take over dialogues and votes from elsewhere."""


@import_.command("polis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--language", default="", help="Language of the statements, for example en.")
def import_polis(folder, language):
    """Take over a Polis export as a closed statement round."""
    click.echo(polis.take_over(folder, language, progress=click.echo))


@import_.command("pabulib")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_pabulib(file):
    """Take over a participatory-budgeting election as a closed vote."""
    click.echo(pabulib.take_over(file, progress=click.echo))


@commands.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder):
    """Write the open data as CSV files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        (folder / f"{name}.csv").write_text(csv_of(name), encoding="utf-8")
        click.echo(folder / f"{name}.csv")


@commands.command("backup")
def backup():
    """Make a backup of the database now, and print its file."""
    click.echo(back_up())


@commands.group("audit", cls=OnInstance)
def audit():
    """Check or take away the record of who did what."""


@audit.command("verify")
@click.option("--seal", default="", help="A seal that somebody noted: is it still there?")
def audit_verify(seal):
    """Say whether the record is as it was written; if not, where it is wrong first."""
    if fault := verify():
        raise click.ClickException(sentence_about_fault(fault))
    if seal and not is_sealed(seal):
        raise click.ClickException(f"No entry of the record has the seal {seal}.")
    first, latest = first_event(), latest_event()
    if latest is None:
        click.echo("The record is empty.")
    else:
        click.echo(
            f"The record is unbroken: {latest.id} entries since {first.at:%Y-%m-%d}. "
            f"Latest seal: {short_form(latest.seal)}."
        )


def sentence_about_fault(fault):
    which = f"entry {fault.first}" if fault.first == fault.last else f"entries {fault.first} to {fault.last}"
    return {
        "changed": f"The record was changed: {which} is not what was written.",
        "added": f"The record was changed: {which} was added or written over, with a seal that is not ours.",
        "missing": f"The record has a gap. Missing: {which}.",
        "cut off": f"The record was cut off at the end. Missing: {which}.",
        "older": f"The record is older than the file record.seals, which noted something else for {which}.",
    }[fault.kind]


@audit.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def audit_export(file):
    """Write the whole record into a file, as JSON, one entry a line."""
    file.write_text("".join(f"{line}\n" for line in lines_of_record()), encoding="utf-8")
    click.echo(file)
