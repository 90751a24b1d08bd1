"""The web application: its parts, the views of every concept, and what is said of what went wrong."""

from importlib import import_module

from flask import Flask, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from htmx_flask import Htmx
from sqlalchemy import literal, select
from sqlalchemy.exc import OperationalError

from app import assets, headers, i18n, limits
from app.accounts.models import Session
from app.accounts.neighbourhood import Neighbourhood
from app.accounts.views import hold_until_confirmed, kept_fields
from app.config import MEGABYTES, ROOT, instance_folder, settings
from app.db import db
from app.keys import derive, read_secret
from app.limits import TooMany
from app.links import page_of
from app.mail import mail_works
from app.news.models import news_waiting
from app.pages import line_of, page, wait_first
from app.permissions import ConfirmFirst, ConsentFirst, may_once_consented, offers
from app.votes.models import Vote


def assemble(concepts, config=None):
    instance = (config or {}).get("INSTANCE") or instance_folder()
    app = Flask("app", instance_path=str(instance), static_folder=None)
    app.config.from_mapping(settings(instance), INSTANCE=instance)
    app.config.from_mapping(config or {})
    secret = app.config["SECRET"] = read_secret(instance)
    app.config["SECRET_KEY"] = derive(secret, "cookies")

    app.url_map.redirect_defaults = False  # a post sent in full must not have to be sent again
    for ours in (headers, assets, i18n, limits):
        ours.init_app(app)
    csrf = CSRFProtect(app)
    Htmx(app)
    db.init_app(app)
    Migrate(app, db, directory=str(migrations_folder()), render_as_batch=True)
    remember_people(app)
    know_the_neighbourhood(app)
    for concept in concepts:
        views = import_module(f"app.{concept}.views")
        for blueprint in getattr(views, "blueprints", [views.bp]):
            app.register_blueprint(blueprint)
    for view in app.view_functions.values():
        if getattr(view, "takes_one_click", False):
            csrf.exempt(view)
    answer_errors(app)
    equip_templates(app)
    return app


def migrations_folder():
    """Beside the code in a checkout, inside the package when installed."""
    packaged = ROOT / "app" / "_migrations"
    return packaged if packaged.exists() else ROOT / "migrations"


def remember_people(app):
    login = LoginManager(app)
    login.session_protection = None  # our own sessions can be revoked; a changing address proves nothing
    login.user_loader(Session.person_of)


def know_the_neighbourhood(app):
    @app.before_request
    def load_neighbourhood():
        if request.endpoint == "asset":
            return
        waiting = news_waiting(current_user) if current_user.is_authenticated else literal(0)
        found = db.session.execute(select(Neighbourhood, waiting)).one_or_none()
        g.neighbourhood, g.news = found or (None, 0)  # in one question, for both stand on every page
        g.languages = g.neighbourhood.languages if g.neighbourhood else None


def equip_templates(app):
    env = app.jinja_env
    env.globals.update(may=offers, may_once_consented=may_once_consented)
    env.globals.update(line_of=line_of, mail_works=mail_works, page_of=page_of)
    env.trim_blocks = env.lstrip_blocks = True
    env.globals["ui"] = env.get_template("ui.html").module
    env.tests["vote"] = lambda thing: isinstance(thing, Vote)
    # In our words a request is what we ask of a decider, so templates call the web's own a visit.
    app.context_processor(lambda: {"visit": request})


def answer_errors(app):
    def show(error, title, advice, status):
        db.session.rollback()
        if "neighbourhood" not in g:
            return f"{title} {advice}", status
        return page("error.html", title=title, advice=advice, status=status)

    @app.errorhandler(ConfirmFirst)
    def confirm_first(error):
        db.session.rollback()
        if request.method == "GET":
            return redirect(url_for("accounts.confirmation", then=request.full_path), 303)
        return hold_until_confirmed()

    @app.errorhandler(ConsentFirst)
    def ask_consent(error):
        db.session.rollback()
        (dialogue,) = error.args
        sent = {"then": request.path, "kept": kept_fields()}
        return page("dialogues/consent.html", dialogue=dialogue, **sent, status=403)

    @app.errorhandler(TooMany)
    def too_often(error):
        db.session.rollback()
        kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        address = request.full_path.removesuffix("?")
        again = page("too_often.html", advice=error.sentence, address=address, kept=kept, status=429)
        return wait_first(again, error)

    @app.errorhandler(401)
    def come_in_first(error):
        return redirect(url_for("accounts.enter"), 303)

    @app.errorhandler(403)
    def not_for_you(error):
        return show(
            error, _("You cannot do this."), _("Perhaps it is closed, or meant for somebody else."), 403
        )

    @app.errorhandler(404)
    def not_found(error):
        return show(error, _("This page is not here."), _("Check the address, or search for it."), 404)

    @app.errorhandler(CSRFError)
    def stale_page(error):
        advice = _("The page was open for too long, or is from an earlier visit. Reload it and try again.")
        return show(error, _("This did not go through."), advice, 400)

    @app.errorhandler(OperationalError)
    def busy(error):
        app.logger.error("database: %s", error.orig)
        advice = _(
            "The site is very busy or its disk is full. What you saved before is safe. Try again in a minute."
        )
        return show(error, _("This was not saved yet."), advice, 503)

    @app.errorhandler(413)
    def too_large(error):
        advice = _(
            "A picture can be %(picture)s MB, a PDF %(pdf)s MB. Make it smaller, then try again.", **MEGABYTES
        )
        return show(error, _("This is too large."), advice, 413)

    for status in (400, 405, 409, 422, 500):

        @app.errorhandler(status)
        def went_wrong(error, status=status):
            return show(error, _("This did not go through."), _("Go back and try again."), status)
