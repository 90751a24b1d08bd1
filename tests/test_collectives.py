from sqlalchemy import select

from app.collectives.models import Collective, is_member
from app.db import db


def test_a_host_founds_a_collective(world, as_):
    facts = {"name": "Moestuin", "purpose": "Wij kweken **groente**."}
    assert as_(world.fleur).post("/collectives", data=facts).status_code == 303
    garden = db.session.scalar(select(Collective).where(Collective.name == "Moestuin"))
    assert "<strong>groente</strong>" in garden.purpose_html and is_member(world.fleur, garden)


def test_two_collectives_cannot_have_one_name(world, as_):
    response = as_(world.fleur).post("/collectives", data={"name": world.greens.name, "purpose": "Idem"})
    assert response.status_code == 422 and "Idem" in response.text


def test_a_resident_joins_and_leaves(world, as_):
    amina, address = as_(world.amina), f"/collectives/{world.warmth.id}"
    amina.post(f"{address}/membership")
    assert is_member(world.amina, world.warmth)
    assert amina.post(f"{address}/membership").status_code == 403  # already in
    amina.post(f"{address}/departure")
    assert not is_member(world.amina, world.warmth)


def test_a_resident_cannot_found_a_collective(world, as_):
    assert as_(world.amina).post("/collectives", data={"name": "X", "purpose": "Y"}).status_code == 403


def test_somebody_from_elsewhere_cannot_join(world, as_):
    assert as_(world.eva).post(f"/collectives/{world.greens.id}/membership").status_code == 403
