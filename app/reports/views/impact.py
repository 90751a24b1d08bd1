from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import today
from app.collectives.models import Collective
from app.db import db
from app.exports.tables import measured_of
from app.pages import page
from app.permissions import permit
from app.reports.forms import ImpactForm
from app.reports.impact import FIGURES_SHOWN, bounds_of, impact_of
from app.reports.models import Impact, words_of
from app.reports.views.blueprint import bp, hand_out, show, show_figures


@bp.get("/collectives/<int:collective_id>/impact/<int:year>")
@permit("impact.view", Collective)
def impact(collective, year):
    years = years_of(collective, year)
    return show(
        "reports/impact.html", *sheet_of(collective, year), collective=collective, year=year, years=years
    )


def years_of(collective, year):
    """The years in which it was there; another one has no sheet."""
    years = range(collective.founded_at.year, today().year + 1)
    return years if year in years else abort(404)


@bp.get("/collectives/<int:collective_id>/impact/<int:year>/<string:ending>")
@permit("impact.view", Collective)
def impact_file(collective, year, ending):
    years_of(collective, year)
    return hand_out(*sheet_of(collective, year), ending, f"{collective.id}-{year}")


def sheet_of(collective, year):
    at = url_for(".figures_of_collective", collective_id=collective.id, year=year)
    found = measured_of(at, FIGURES_SHOWN, **bounds_of(collective, year))
    return impact_of(collective, year, words_of(Impact, collective.id, year)), found


@bp.get("/collectives/<int:collective_id>/impact/<int:year>/figures")
@permit("impact.view", Collective)
def figures_of_collective(collective, year):
    years_of(collective, year)
    back = url_for(".impact", collective_id=collective.id, year=year)
    return show_figures(f"{collective.name}, {year}", "", back, **bounds_of(collective, year))


@bp.get("/collectives/<int:collective_id>/impact/<int:year>/text")
@permit("impact.fill", Collective)
def edit_impact(collective, year):
    years_of(collective, year)
    form = ImpactForm(data=words_of(Impact, collective.id, year))
    return page("reports/impact_form.html", collective=collective, year=year, form=form)


@bp.post("/collectives/<int:collective_id>/impact/<int:year>")
@permit("impact.fill", Collective)
def fill_impact(collective, year):
    years_of(collective, year)
    form = ImpactForm()
    if not form.validate_on_submit():
        return page("reports/impact_form.html", collective=collective, year=year, form=form, status=422)
    Impact.fill(current_user, collective, year, **form.words)
    db.session.commit()
    flash(_("The sheet is saved."))
    return redirect(url_for(".impact", collective_id=collective.id, year=year), 303)
