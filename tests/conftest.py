"""A small named world on a real SQLite file: who everyone is stays the same in every test."""

import contextvars
import shutil

import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from sqlalchemy import event

from app import create_app, limits
from app.accounts.models import SignInLink
from app.accounts.neighbourhood import Neighbourhood
from app.config import MailServer
from app.db import db
from app.demo import build, find_world
from app.keys import make_secret
from tests.behind_doors import numbers_in
from tests.post_office import FROM, PostOffice
from tests.server import Server

settings.register_profile("busy", deadline=None)  # how long an example takes says most about the machine
settings.load_profile("busy")


class Client(FlaskClient):
    def open(self, *args, **kwargs):
        db.session.rollback()  # the test lets go of the file, so that the request can write
        # Flask would lend the request the test's own context, and with it whoever was signed in before.
        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()  # and sees afresh what the request wrote
        return response


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory):
    """One application for all tests; each test gets a fresh copy of its files."""
    instance = tmp_path_factory.mktemp("instance")
    make_secret(instance)
    app = create_app({"INSTANCE": instance, "TESTING": True, "WTF_CSRF_ENABLED": False})
    app.test_client_class = Client
    return app


@pytest.fixture(scope="session")
def empty_files(shared_app, tmp_path_factory):
    with shared_app.app_context():
        upgrade()
        responsible = {"controller": "Vereniging Lege Buurt", "privacy_contact": "06-00000000"}
        Neighbourhood.found(name="Lege buurt", languages=["nl", "en"], **responsible)
        db.session.commit()
        return keep_files(shared_app, tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def demo_files(shared_app, empty_files, tmp_path_factory):
    """The demo neighbourhood, built once."""
    lay_out(shared_app, None)
    with shared_app.app_context():
        upgrade()
        keys = build().keys
        db.session.commit()
        return keep_files(shared_app, tmp_path_factory.mktemp("demo")), keys


def keep_files(app, folder):
    db.session.remove()
    db.engine.dispose()
    shutil.copytree(app.config["INSTANCE"], folder, dirs_exist_ok=True)
    return folder


def lay_out(app, files):
    """Make the instance hold these files only, without files only its secret; and forget who tried what."""
    limits.init_app(app)
    instance = app.config["INSTANCE"]
    with app.app_context():
        db.engine.dispose()
    for path in instance.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "secret.key":
            path.unlink()
    if files:
        shutil.copytree(files, instance, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def served_demo(tmp_path_factory):
    """A server that made the demo and stopped: copy it, which is quicker than making one more."""
    server = Server(tmp_path_factory.mktemp("served") / "instance").start()
    server.stop()
    return server


@pytest.fixture
def app(shared_app, empty_files):
    """An empty neighbourhood, inside an application context."""
    lay_out(shared_app, empty_files)
    with shared_app.app_context():
        yield shared_app
        db.session.remove()


@pytest.fixture
def world(shared_app, demo_files):
    """The demo neighbourhood, inside an application context."""
    files, keys = demo_files
    lay_out(shared_app, files)
    with shared_app.app_context():
        world = find_world()
        world.keys = keys
        yield world
        db.session.remove()


@pytest.fixture(scope="session")
def filled_files(shared_app, demo_files, tmp_path_factory):
    """The demo neighbourhood with something behind every door, made once; and the numbers of that."""
    lay_out(shared_app, demo_files[0])
    with shared_app.app_context():
        numbers = numbers_in(find_world())
        return keep_files(shared_app, tmp_path_factory.mktemp("filled")), numbers


@pytest.fixture
def filled(shared_app, filled_files):
    files, numbers = filled_files
    lay_out(shared_app, files)
    with shared_app.app_context():
        world = find_world()
        world.numbers = numbers
        yield world
        db.session.remove()


@pytest.fixture
def as_(shared_app):
    """A browser, asking for English, in which somebody is signed in by a real link; None is a visitor.

    Who holds a role has shown, with a spare code, that it is them; unless `confirmed` is False.
    """

    def sign_in(person, confirmed=True):
        client = shared_app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        if person is not None:
            token = SignInLink.make(person)
            db.session.commit()
            assert client.post(f"/sign-in/{token}").status_code == 303
            if confirmed and person.current_roles:
                client.post("/me/spare-codes")
        return client

    return sign_in


@pytest.fixture
def visitor(as_):
    return as_(None)


@pytest.fixture
def queries(shared_app):
    """The SQL statements of the work done so far: `queries.clear()`, do it, `len(queries)`."""
    seen = []

    def remember(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with shared_app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", remember)
    yield seen
    event.remove(engine, "before_cursor_execute", remember)


@pytest.fixture
def post_office(shared_app):
    """A real mail server, to which the site sends its mail during this test."""
    office = PostOffice()
    office.open()
    shared_app.config.update(SMTP=MailServer("127.0.0.1", office.port), MAIL_FROM=FROM)
    yield office
    shared_app.config.update(SMTP=None, MAIL_FROM="")
    office.close()
